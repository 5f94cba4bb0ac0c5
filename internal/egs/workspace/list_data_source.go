// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewListDataSource makes the data source egs_workspaces.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, workspacesModel]{
		Name: "_workspaces", Schema: workspacesSchema, Read: readWorkspaces,
	})
}

// workspacesModel is the data source in Terraform's terms.
type workspacesModel struct {
	workspaceFilter
	Workspaces []model `tfsdk:"workspaces"`
}

func workspacesSchema() face.Schema {
	return face.Schema{
		Description: "Lists the workspaces of EGS that the provider's credentials may see. No match is an empty list.",
		Attributes: filterAttributes().With(face.Attributes{
			"workspaces": face.Listed("The workspaces that match, sorted by name.", computedAttributes()),
		}),
	}
}

// computedAttributes are the attributes of a workspace that was found.
func computedAttributes() face.Attributes {
	return face.Attributes{
		"name": face.Computed("Name of the workspace."),
		"clusters": schema.SetAttribute{
			MarkdownDescription: "Names of the clusters the workspace is on.",
			ElementType:         types.StringType,
			Computed:            true,
		},
		"namespaces": schema.SetAttribute{
			MarkdownDescription: "Names of the Kubernetes namespaces of the workspace.",
			ElementType:         types.StringType,
			Computed:            true,
		},
		"overlay_network_deployment_mode": face.Computed(aboutMode),
		"max_clusters":                    face.ComputedInt64(aboutMaxClusters),
		"description":                     face.Computed(aboutDescription),
		"namespace_clusters": schema.MapAttribute{
			MarkdownDescription: aboutNamespaceClusters,
			ElementType:         clusterSetType,
			Computed:            true,
		},
	}
}

func readWorkspaces(ctx context.Context, api *egsapi.Client, m *workspacesModel) diag.Diagnostics {
	listed, diags := m.choose(ctx, api)
	m.Workspaces = make([]model, len(listed))
	for i := range listed {
		m.Workspaces[i].refresh(&listed[i])
	}
	return diags
}
