// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewWorkspaceDataSource makes the data source egs_workspace_inventory.
func NewWorkspaceDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, workspaceModel]{
		Name: "_workspace_inventory", Schema: workspaceSchema, Read: readWorkspace,
	})
}

// workspaceModel is the data source in Terraform's terms.
type workspaceModel struct {
	kind
	WorkspaceName types.String `tfsdk:"workspace_name"`
	GPUs          []gpusModel  `tfsdk:"gpus"`
}

// gpusModel are the nodes of a cluster that are alike.
type gpusModel struct {
	kind
	MemoryPerGPU types.Int64 `tfsdk:"memory_per_gpu"`
	GPUsPerNode  types.Int64 `tfsdk:"gpus_per_node"`
	GPUNodes     types.Int64 `tfsdk:"gpu_nodes"`
}

func workspaceSchema() face.Schema {
	return face.Schema{
		Description: "Lists the GPUs that a workspace can request: for each of its clusters, the kinds of nodes and their number. Several " +
			"filters must all match. No match is an empty list. A workspace that does not exist is an error.\n\n" +
			"~> **Note:** For a workspace of the same configuration, refer to its `id`, which is known only after the workspace is created: " +
			"`workspace_name = egs_workspace.red.id`. Its `name` is known earlier, so Terraform would read the inventory of a workspace " +
			"that does not exist yet.",
		Attributes: filterAttributes().With(face.Attributes{
			"workspace_name": face.Required("Name of the workspace."),
			"gpus": face.Listed("The kinds of nodes that match, sorted by cluster, instance type and shape. EGS may leave out values; they "+
				"are null.", kindAttributes().With(face.Attributes{
				"memory_per_gpu": face.ComputedInt64("Memory of each GPU, in GB."),
				"gpus_per_node":  face.ComputedInt64("Number of GPUs of each node."),
				"gpu_nodes":      face.ComputedInt64("Number of nodes of this kind, whether their GPUs are free or not."),
			})),
		}),
	}
}

func readWorkspace(ctx context.Context, api *egsapi.Client, m *workspaceModel) diag.Diagnostics {
	name := m.WorkspaceName.ValueString()
	list, err := api.WorkspaceInventory(ctx, name)
	if err != nil {
		return face.Failed("Unable to list the GPUs of an EGS workspace", fmt.Sprintf("workspace %q", name), err)
	}
	m.GPUs = []gpusModel{}
	for _, gpus := range list.Items {
		if m.matches(gpus.ClusterName, gpus.InstanceType, gpus.GPUShape) {
			m.GPUs = append(m.GPUs, gpusModel{
				kind:         newKind(gpus.ClusterName, gpus.InstanceType, gpus.GPUShape),
				MemoryPerGPU: amount(gpus.MemoryPerGPU),
				GPUsPerNode:  amount(gpus.GPUsPerNode),
				GPUNodes:     amount(gpus.Nodes),
			})
		}
	}
	return face.LeftOut("GPUs of an EGS workspace", list.Unreadable)
}
