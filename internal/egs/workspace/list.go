// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewListResource returns the list resource egs_workspace.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[egsapi.Client, workspaceFilter, egsapi.Workspace]{
		Name: "_workspace",
		Schema: func() face.Schema {
			return face.Schema{
				Description: "Lists workspaces of EGS, sorted by name. EGS does not return `username` and `email`: set them in the generated " +
					"configuration.",
				Attributes: filterAttributes(),
			}
		},
		Noun:   noun,
		Select: selectWorkspaces,
		Show:   showWorkspace,
	})
}

// workspaceFilter contains the filters of the list resource and of the data source egs_workspaces.
type workspaceFilter struct {
	ClusterName types.String `tfsdk:"cluster_name"`
}

func filterAttributes() face.Attributes {
	return face.Attributes{"cluster_name": face.Optional("Filter by cluster: selects workspaces on the cluster with this name.")}
}

func selectWorkspaces(ctx context.Context, api *egsapi.Client, filter *workspaceFilter) ([]egsapi.Workspace, diag.Diagnostics) {
	all, err := api.Workspaces(ctx)
	if err != nil {
		return nil, face.Failed("Unable to list EGS workspaces", "workspaces", err)
	}
	cluster := filter.ClusterName.ValueString()
	selected := slices.DeleteFunc(all.Items, func(w egsapi.Workspace) bool { return cluster != "" && !slices.Contains(w.Clusters, cluster) })
	return selected, face.UnreadableWarning("EGS workspaces", all.Unreadable)
}

func showWorkspace(_ *egsapi.Client, w *egsapi.Workspace) face.Result {
	var managed resourceModel
	managed.refresh(w)
	managed.Timeouts = timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
		"create": types.StringType,
		"delete": types.StringType,
	})}
	return face.Result{
		DisplayName: fmt.Sprintf("%s (clusters %s)", w.Name, strings.Join(face.Texts(face.SetOf(w.Clusters)), ", ")), ID: w.Name, Resource: &managed,
	}
}

// NewListDataSource returns the data source egs_workspaces.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, workspacesModel]{
		Name: "_workspaces", Schema: workspacesSchema, Read: readWorkspaces,
	})
}

// workspacesModel is the model of the data source egs_workspaces.
type workspacesModel struct {
	workspaceFilter
	Workspaces []listedModel `tfsdk:"workspaces"`
}

func workspacesSchema() face.Schema {
	return face.Schema{
		Description: "Lists the workspaces of EGS that the provider's credentials can see. If no workspace matches, the list is empty.",
		Attributes: filterAttributes().With(face.Attributes{
			"workspaces": face.Listed("Matching workspaces, sorted by name.", computedAttributes()),
		}),
	}
}

func computedAttributes() face.Attributes {
	return face.Attributes{
		"name": face.Computed("Name of the workspace."),
		"clusters": schema.SetAttribute{
			MarkdownDescription: "Names of the clusters of the workspace.",
			ElementType:         types.StringType,
			Computed:            true,
		},
		"namespaces": schema.SetAttribute{
			MarkdownDescription: "Names of the Kubernetes namespaces of the workspace.",
			ElementType:         types.StringType,
			Computed:            true,
		},
		"overlay_network_deployment_mode": face.Computed("Overlay network that connects the clusters of the workspace, for example `no-network`. " +
			"Null if EGS does not return it."),
		"max_clusters": face.ComputedInt64("Maximum number of clusters of the workspace. Null if EGS does not return it."),
		"description":  face.Computed("Description of the workspace. Null if it has none."),
		"namespace_clusters": schema.MapAttribute{
			MarkdownDescription: "Map of each namespace to the names of its clusters.",
			ElementType:         clusterSetType,
			Computed:            true,
		},
	}
}

func readWorkspaces(ctx context.Context, api *egsapi.Client, m *workspacesModel) diag.Diagnostics {
	listed, diags := selectWorkspaces(ctx, api, &m.workspaceFilter)
	m.Workspaces = make([]listedModel, len(listed))
	for i := range listed {
		m.Workspaces[i].refresh(&listed[i])
	}
	return diags
}
