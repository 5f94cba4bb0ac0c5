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

// NewListDataSource makes the data source egs_inventory.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, nodesModel]{Name: "_inventory", Schema: nodesSchema, Read: readNodes})
}

// kind tells GPUs apart: where they are, and which. As a filter, every part that is set must match.
type kind struct {
	Cluster  types.String `tfsdk:"cluster_name"`
	Instance types.String `tfsdk:"instance_type"`
	Shape    types.String `tfsdk:"gpu_shape"`
}

func filterAttributes() face.Attributes {
	return face.Attributes{
		"cluster_name":  face.Optional("Only GPUs on the cluster of this name."),
		"instance_type": face.Optional("Only GPUs of nodes of exactly this instance type."),
		"gpu_shape":     face.Optional("Only GPUs of exactly this shape."),
	}
}

func kindAttributes() face.Attributes {
	return face.Attributes{
		"cluster_name":  face.Computed("Name of the cluster."),
		"instance_type": face.Computed("Instance type, for example `a2-highgpu-2g`."),
		"gpu_shape":     face.Computed("Shape of the GPUs: their model, for example `A100`."),
	}
}

func newKind(cluster, instance, shape string) kind {
	return kind{face.StringOrNull(cluster), face.StringOrNull(instance), face.StringOrNull(shape)}
}

func (k *kind) matches(cluster, instance, shape string) bool {
	return face.Matches(k.Cluster, cluster) && face.Matches(k.Instance, instance) && face.Matches(k.Shape, shape)
}

// nodesModel is the data source in Terraform's terms.
type nodesModel struct {
	kind
	Managed types.Bool  `tfsdk:"managed"`
	Nodes   []nodeModel `tfsdk:"nodes"`
}

// nodeModel is a node in Terraform's terms.
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

// allocationModel is what a GPU request has of a node.
type allocationModel struct {
	GPRName       types.String `tfsdk:"gpr_name"`
	WorkspaceName types.String `tfsdk:"workspace_name"`
	GPUCount      types.Int64  `tfsdk:"gpu_count"`
	AllocatedAt   types.String `tfsdk:"allocated_at"`
}

func nodesSchema() face.Schema {
	return face.Schema{
		Description: "Lists the nodes with GPUs that EGS knows, and which GPU requests (GPRs) use them. Several filters must all match. No " +
			"match is an empty list.\n\n" +
			"~> **Note:** `available_gpus` and `allocations` change whenever GPUs are used. A resource argument that depends on them " +
			"changes too.",
		Attributes: filterAttributes().With(face.Attributes{
			"managed": face.OptionalBool("`true` for only nodes that EGS manages, `false` for only the others."),
			"nodes": face.Listed("The nodes that match, sorted by cluster and name. EGS may leave out values; they are null.", kindAttributes().With(face.Attributes{
				"name":           face.Computed("Name of the node."),
				"managed":        face.ComputedBool("Whether EGS manages the node, and so can assign its GPUs."),
				"memory":         face.ComputedInt64("GPU memory that EGS lists for the node, in GB."),
				"gpu_count":      face.ComputedInt64("Number of GPUs of the node."),
				"available_gpus": face.ComputedInt64("Number of GPUs that are free."),
				"cloud_provider": face.Computed("Cloud that the node is in."),
				"region":         face.Computed("Region of the cloud."),
				"health":         face.Computed("Health of the node, in the words of EGS."),
				"status":         face.Computed("Status of the node's GPUs, in the words of EGS."),
				"allocations": face.Listed("The GPU requests that use the node.", face.Attributes{
					"gpr_name":       face.Computed("Name of the GPU request."),
					"workspace_name": face.Computed("Name of its workspace."),
					"gpu_count":      face.ComputedInt64("Number of GPUs that it has of the node."),
					"allocated_at":   face.Computed("Time since when it has them, in RFC 3339 and UTC."),
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
	return face.LeftOut("Nodes of EGS", list.Unreadable)
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
