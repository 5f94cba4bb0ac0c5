// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewListResource makes the list resource egs_workspace.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[egsapi.Client, workspaceFilter, egsapi.Workspace]{
		Name: "_workspace",
		Schema: func() face.Schema {
			return face.Schema{
				Description: "Lists workspaces of EGS, sorted by name. EGS tells neither `username` nor `email`: set them in the " +
					"configuration that Terraform generates.",
				Attributes: filterAttributes(),
			}
		},
		Noun: noun,
		Select: func(ctx context.Context, api *egsapi.Client, filter *workspaceFilter) ([]egsapi.Workspace, diag.Diagnostics) {
			return filter.choose(ctx, api)
		},
		Show: showWorkspace,
	})
}

// workspaceFilter chooses workspaces.
type workspaceFilter struct {
	Cluster types.String `tfsdk:"cluster"`
}

func filterAttributes() face.Attributes {
	return face.Attributes{"cluster": face.Optional("Only workspaces that are on the cluster of this name.")}
}

// choose returns the workspaces that match.
func (f *workspaceFilter) choose(ctx context.Context, api *egsapi.Client) ([]egsapi.Workspace, diag.Diagnostics) {
	all, err := api.Workspaces(ctx)
	if err != nil {
		return nil, face.Failed("Unable to list EGS workspaces", "workspaces", err)
	}
	cluster := f.Cluster.ValueString()
	chosen := slices.DeleteFunc(all.Items, func(w egsapi.Workspace) bool { return cluster != "" && !slices.Contains(w.Clusters, cluster) })
	return chosen, face.LeftOut("EGS workspaces", all.Unreadable)
}

func showWorkspace(_ *egsapi.Client, w *egsapi.Workspace) face.Result {
	var managed resourceModel
	managed.refresh(w)
	managed.Timeouts = timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
		"create": types.StringType,
		"delete": types.StringType,
	})}
	return face.Result{
		DisplayName: fmt.Sprintf("%s (clusters %s)", w.Name, strings.Join(textsOf(setOf(w.Clusters)), ", ")), ID: w.Name, Resource: &managed,
	}
}
