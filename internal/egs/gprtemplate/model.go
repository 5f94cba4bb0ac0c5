// SPDX-License-Identifier: MPL-2.0

package gprtemplate

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// model is the model of the resource egs_gpr_template, and of one template in data sources.
type model struct {
	ID                  types.String `tfsdk:"id"`
	Name                types.String `tfsdk:"name"`
	ClusterName         types.String `tfsdk:"cluster_name"`
	GPUShape            types.String `tfsdk:"gpu_shape"`
	InstanceType        types.String `tfsdk:"instance_type"`
	MemoryPerGPU        types.Int64  `tfsdk:"memory_per_gpu"`
	GPUsPerNode         types.Int64  `tfsdk:"gpus_per_node"`
	GPUNodes            types.Int64  `tfsdk:"gpu_nodes"`
	ExitDuration        types.String `tfsdk:"exit_duration"`
	Priority            types.Int64  `tfsdk:"priority"`
	IdleTimeoutDuration types.String `tfsdk:"idle_timeout_duration"`
	EnableEviction      types.Bool   `tfsdk:"enable_eviction"`
	RequeueOnFailure    types.Bool   `tfsdk:"requeue_on_failure"`
}

// Identity implements face.Identified.
func (m *model) Identity() types.String { return m.Name }

// Object implements face.Object.
func (m *model) Object() string { return fmt.Sprintf("GPR template %q", m.Name.ValueString()) }

// template converts m to a template of the API client.
func (m *model) template() egsapi.GPRTemplate {
	return egsapi.GPRTemplate{
		Name: m.Name.ValueString(), ClusterName: m.ClusterName.ValueString(), GPUShape: m.GPUShape.ValueString(),
		InstanceType: m.InstanceType.ValueString(), MemoryPerGPU: m.MemoryPerGPU.ValueInt64(), GPUsPerNode: m.GPUsPerNode.ValueInt64(),
		GPUNodes: m.GPUNodes.ValueInt64(), ExitDuration: m.ExitDuration.ValueString(), Priority: m.Priority.ValueInt64(),
		IdleTimeoutDuration: m.IdleTimeoutDuration.ValueString(), EnableEviction: m.EnableEviction.ValueBool(),
		RequeueOnFailure: m.RequeueOnFailure.ValueBool(),
	}
}

// refresh sets all attributes from a template in a list. If a duration has the same length as in the state, the state keeps its
// text.
func (m *model) refresh(t *egsapi.GPRTemplate) {
	*m = model{
		ID: types.StringValue(t.Name), Name: types.StringValue(t.Name), ClusterName: types.StringValue(t.ClusterName),
		GPUShape: types.StringValue(t.GPUShape), InstanceType: types.StringValue(t.InstanceType), MemoryPerGPU: types.Int64Value(t.MemoryPerGPU),
		GPUsPerNode: types.Int64Value(t.GPUsPerNode), GPUNodes: types.Int64Value(t.GPUNodes), ExitDuration: duration(m.ExitDuration, t.ExitDuration),
		Priority: types.Int64Value(t.Priority), IdleTimeoutDuration: duration(m.IdleTimeoutDuration, t.IdleTimeoutDuration),
		EnableEviction: types.BoolValue(t.EnableEviction), RequeueOnFailure: types.BoolValue(t.RequeueOnFailure),
	}
}

// duration returns the text in the state if the listed text means a duration of the same length. Otherwise, it returns the
// listed text.
func duration(state types.String, listed string) types.String {
	if listed != "" && egsapi.SameDuration(state.ValueString(), listed) {
		return state
	}
	return face.StringOrNull(listed)
}
