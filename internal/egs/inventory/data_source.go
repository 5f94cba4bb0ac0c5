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

// NewWorkspaceDataSource returns the data source egs_workspace_inventory.
func NewWorkspaceDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, workspaceModel]{
		Name: "_workspace_inventory", Schema: workspaceSchema, Read: readWorkspace,
	})
}

// workspaceModel is the model of the data source egs_workspace_inventory.
type workspaceModel struct {
	kind
	WorkspaceName types.String `tfsdk:"workspace_name"`
	GPUs          []gpusModel  `tfsdk:"gpus"`
}

// gpusModel is an element of the attribute gpus. It contains the number of nodes of one kind in a cluster.
type gpusModel struct {
	kind
	MemoryPerGPU types.Int64 `tfsdk:"memory_per_gpu"`
	GPUsPerNode  types.Int64 `tfsdk:"gpus_per_node"`
	GPUNodes     types.Int64 `tfsdk:"gpu_nodes"`
}

func workspaceSchema() face.Schema {
	return face.Schema{
		Description: "Lists the GPUs that a workspace can request: the kinds of GPU nodes of each cluster, with the number of nodes " +
			"of each kind. A kind is listed if it matches all filters. If no kind matches, the list is empty. If the workspace does " +
			"not exist, the data source returns an error.\n\n" +
			"~> **Note:** For a workspace of the same configuration, refer to its `id`, which is known only after the workspace is created: " +
			"`workspace_name = egs_workspace.red.id`. With the `name` of the workspace, Terraform would read the inventory before the " +
			"workspace exists.",
		Attributes: filterAttributes().With(face.Attributes{
			"workspace_name": face.Required("Name of the workspace."),
			"gpus": face.Listed("Matching kinds of nodes, sorted by cluster, instance type and GPU shape. Values that EGS does not return "+
				"are null.", kindAttributes().With(face.Attributes{
				"memory_per_gpu": face.ComputedInt64("Memory per GPU in GB."),
				"gpus_per_node":  face.ComputedInt64("Number of GPUs per node."),
				"gpu_nodes":      face.ComputedInt64("Number of nodes of this kind, including nodes whose GPUs are in use."),
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
	return face.UnreadableWarning("GPUs of an EGS workspace", list.Unreadable)
}
