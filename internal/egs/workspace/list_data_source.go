// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewListDataSource makes the data source egs_workspaces.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, workspacesModel]{
		Name:   "_workspaces",
		Schema: workspacesSchema,
		Read:   readWorkspaces,
	})
}

// workspacesModel is the data source in Terraform's terms.
type workspacesModel struct {
	Cluster    types.String `tfsdk:"cluster"`
	Workspaces []model      `tfsdk:"workspaces"`
}

func workspacesSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the workspaces of EGS that the provider's credentials may see. No match is an empty list.",
		Attributes: map[string]schema.Attribute{
			"cluster": schema.StringAttribute{
				MarkdownDescription: "Only workspaces that are on the cluster of this name.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"workspaces": schema.ListNestedAttribute{
				MarkdownDescription: "The workspaces that match, sorted by name.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: computedAttributes()},
			},
		},
	}
}

// computedAttributes are the attributes of a workspace that was found.
func computedAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{
			MarkdownDescription: "Name of the workspace.",
			Computed:            true,
		},
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
		"overlay_network_deployment_mode": schema.StringAttribute{
			MarkdownDescription: "How the clusters of the workspace are connected, for example `no-network`; null where EGS does not say.",
			Computed:            true,
		},
		"max_clusters": schema.Int64Attribute{
			MarkdownDescription: "How many clusters the workspace can be on at most; null where EGS does not say.",
			Computed:            true,
		},
		"description": schema.StringAttribute{
			MarkdownDescription: "What EGS says of the workspace; null if nothing.",
			Computed:            true,
		},
		"namespace_clusters": schema.MapAttribute{
			MarkdownDescription: "For each namespace, the names of the clusters it is on.",
			ElementType:         clusterSetType,
			Computed:            true,
		},
	}
}

func readWorkspaces(ctx context.Context, api *egsapi.Client, m *workspacesModel) (diags diag.Diagnostics) {
	list, err := api.Workspaces(ctx)
	if err != nil {
		return face.Failed("Unable to list EGS workspaces", "workspaces", err)
	}
	diags.Append(face.LeftOut("EGS workspaces", list.Unreadable)...)
	listed := found(list, m.Cluster.ValueString())
	m.Workspaces = make([]model, len(listed))
	for i := range listed {
		m.Workspaces[i].refresh(&listed[i])
	}
	return diags
}
