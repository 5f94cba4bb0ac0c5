// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewListResource makes the list resource egs_workspace.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[egsapi.Client, listModel, egsapi.Workspace]{
		Name:     "_workspace",
		Schema:   listSchema,
		Identity: identity,
		Select:   selectWorkspaces,
		Show:     showWorkspace,
	})
}

func listSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists workspaces of EGS, sorted by name. EGS tells neither `username` nor `email`: set them in the " +
			"configuration that Terraform generates.",
		Attributes: map[string]schema.Attribute{
			"cluster": schema.StringAttribute{
				MarkdownDescription: "Only workspaces that are on the cluster of this name.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
		},
	}
}

// listModel is the configuration in Terraform's terms.
type listModel struct {
	Cluster types.String `tfsdk:"cluster"`
}

func selectWorkspaces(ctx context.Context, api *egsapi.Client, config *listModel) ([]egsapi.Workspace, diag.Diagnostics) {
	all, err := api.Workspaces(ctx)
	if err != nil {
		return nil, face.Failed("Unable to list EGS workspaces", "workspaces", err)
	}
	return found(all, config.Cluster.ValueString()), face.LeftOut("EGS workspaces", all.Unreadable)
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
