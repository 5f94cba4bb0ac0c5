// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewListDataSource returns the data source egs_inventory.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, nodesModel]{Name: "_inventory", Schema: nodesSchema, Read: readNodes})
}

// kind has the attributes that distinguish kinds of GPU nodes. In the configuration, these attributes are filters, and a node
// must match all filters that are set.
type kind struct {
	Cluster  types.String `tfsdk:"cluster_name"`
	Instance types.String `tfsdk:"instance_type"`
	Shape    types.String `tfsdk:"gpu_shape"`
}

func filterAttributes() face.Attributes {
	return face.Attributes{
		"cluster_name":  face.Optional("Filter by cluster."),
		"instance_type": face.Optional("Filter by the exact instance type."),
		"gpu_shape":     face.Optional("Filter by the exact GPU shape."),
	}
}

func kindAttributes() face.Attributes {
	return face.Attributes{
		"cluster_name":  face.Computed("Name of the cluster."),
		"instance_type": face.Computed("Instance type of the node, for example `a2-highgpu-2g`."),
		"gpu_shape":     face.Computed("GPU shape, that is, the model of the GPUs, for example `A100`."),
	}
}

func newKind(cluster, instance, shape string) kind {
	return kind{face.StringOrNull(cluster), face.StringOrNull(instance), face.StringOrNull(shape)}
}

func (k *kind) matches(cluster, instance, shape string) bool {
	return face.Matches(k.Cluster, cluster) && face.Matches(k.Instance, instance) && face.Matches(k.Shape, shape)
}

// nodesModel is the model of the data source egs_inventory.
type nodesModel struct {
	kind
	Managed types.Bool  `tfsdk:"managed"`
	Nodes   []nodeModel `tfsdk:"nodes"`
}

// nodeModel is an element of the attribute nodes.
type nodeModel struct {
	kind
	Name          types.String      `tfsdk:"name"`
	Managed       types.Bool        `tfsdk:"managed"`
	Memory        types.Int64       `tfsdk:"memory"`
	GPUCount      types.Int64       `tfsdk:"gpu_count"`
	AvailableGPUs types.Int64       `tfsdk:"available_gpus"`
	CloudProvider types.String      `tfsdk:"cloud_provider"`
	Region        types.String      `tfsdk:"region"`
	Health        types.String      `tfsdk:"health"`
	Status        types.String      `tfsdk:"status"`
	Allocations   []allocationModel `tfsdk:"allocations"`
}

// allocationModel is an element of the attribute allocations: the GPUs of a node that one GPU request (GPR) uses.
type allocationModel struct {
	GPRName       types.String `tfsdk:"gpr_name"`
	WorkspaceName types.String `tfsdk:"workspace_name"`
	GPUCount      types.Int64  `tfsdk:"gpu_count"`
	AllocatedAt   types.String `tfsdk:"allocated_at"`
}

func nodesSchema() face.Schema {
	return face.Schema{
		Description: "Lists the GPU nodes of EGS, and the GPU provisioning requests (GPRs) that use them. A node is listed if it matches all " +
			"filters. If no node matches, the list is empty.\n\n" +
			"~> **Note:** `available_gpus` and `allocations` change whenever GPUs are assigned or released. Resource arguments that depend on " +
			"them change too.",
		Attributes: filterAttributes().With(face.Attributes{
			"managed": face.OptionalBool("Filter by management: `true` selects nodes that EGS manages, `false` selects the others."),
			"nodes": face.Listed("Matching nodes, sorted by cluster and name. Values that EGS does not return are null.", kindAttributes().With(face.Attributes{
				"name":           face.Computed("Name of the node."),
				"managed":        face.ComputedBool("Whether EGS manages the node and can assign its GPUs."),
				"memory":         face.ComputedInt64("GPU memory of the node in GB, as EGS lists it."),
				"gpu_count":      face.ComputedInt64("Number of GPUs of the node."),
				"available_gpus": face.ComputedInt64("Number of free GPUs."),
				"cloud_provider": face.Computed("Cloud provider of the node."),
				"region":         face.Computed("Cloud region of the node."),
				"health":         face.Computed("Health of the node, as EGS reports it."),
				"status":         face.Computed("Status of the GPUs of the node, as EGS reports it."),
				"allocations": face.Listed("GPRs that use the node.", face.Attributes{
					"gpr_name":       face.Computed("Name of the GPR."),
					"workspace_name": face.Computed("Workspace of the GPR."),
					"gpu_count":      face.ComputedInt64("Number of GPUs of the node that the GPR uses."),
					"allocated_at":   face.Computed("Time of the allocation, in RFC 3339 format (UTC)."),
				}),
			})),
		}),
	}
}

func readNodes(ctx context.Context, api *egsapi.Client, m *nodesModel) diag.Diagnostics {
	list, err := api.Inventory(ctx)
	if err != nil {
		return face.Failed("Unable to list the inventory of EGS", "all nodes", err)
	}
	m.Nodes = []nodeModel{}
	for i := range list.Items {
		node := &list.Items[i]
		if m.matches(node.ClusterName, node.InstanceType, node.GPUShape) && face.MatchesBool(m.Managed, node.Managed) {
			m.Nodes = append(m.Nodes, newNode(node))
		}
	}
	return face.UnreadableWarning("Nodes of EGS", list.Unreadable)
}

func newNode(node *egsapi.Node) nodeModel {
	m := nodeModel{
		kind:          newKind(node.ClusterName, node.InstanceType, node.GPUShape),
		Name:          face.StringOrNull(node.Name),
		Managed:       types.BoolValue(node.Managed),
		Memory:        amount(node.Memory),
		GPUCount:      amount(node.GPUCount),
		AvailableGPUs: amount(node.AvailableGPUs),
		CloudProvider: face.StringOrNull(node.CloudProvider),
		Region:        face.StringOrNull(node.Region),
		Health:        face.StringOrNull(node.Health),
		Status:        face.StringOrNull(node.Status),
		Allocations:   []allocationModel{},
	}
	for _, allocation := range node.Allocations {
		of := allocationModel{
			GPRName:       face.StringOrNull(allocation.GPRName),
			WorkspaceName: face.StringOrNull(allocation.WorkspaceName),
			GPUCount:      amount(allocation.GPUs),
		}
		if !allocation.At.IsZero() {
			of.AllocatedAt = types.StringValue(allocation.At.Format(time.RFC3339))
		}
		m.Allocations = append(m.Allocations, of)
	}
	return m
}

func amount(a egsapi.Amount) types.Int64 {
	if !a.Known {
		return types.Int64Null()
	}
	return types.Int64Value(a.N)
}
