// SPDX-License-Identifier: MPL-2.0

package gprtemplate

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// name validates the name of a template.
var name = face.Rule{Summary: "Invalid name", Requirement: egsapi.ObjectNameRule, Valid: egsapi.IsObjectName}

// Descriptions that the resource and the data sources share.
const (
	aboutID       = "Name of the template, known only after it is created."
	aboutCluster  = "Name of the cluster of the GPUs, as registered in EGS."
	aboutShape    = "GPU shape, that is, the model of the GPUs, for example `A100`."
	aboutInstance = "Instance type of the nodes, for example `a2-highgpu-2g`."
	aboutMemory   = "Memory per GPU in GB."
	aboutGPUs     = "Number of GPUs per node."
	aboutNodes    = "Number of GPU nodes."
	aboutExit     = "Duration for which a request holds its GPUs, for example `5m` or `1h30m`."
	aboutPriority = "Priority of the requests. The vendor's examples use 100 to 201."
	aboutIdle     = "Duration for which the GPUs may be idle before the request ends, for example `10m`. Null means no limit."
	aboutEvict    = "Whether requests with a higher priority can evict the request from its GPUs."
	aboutRequeue  = "Whether a failed request is queued again."
)

func resourceSchema() schema.Schema {
	positive := int64validator.AtLeast(1)
	return schema.Schema{
		MarkdownDescription: "Manages a GPR template of EGS: the settings of GPU provisioning requests (GPRs). An " +
			"[`egs_gpr_template_binding`](gpr_template_binding.md) attaches templates to a workspace.\n\n" +
			"~> **Note:** EGS may refuse to delete a template that a binding uses. Set `create_before_destroy` in the `lifecycle` block, so that " +
			"Terraform updates the binding before it deletes the template. `terraform apply -replace` then fails, since the name is already in " +
			"use: change the template in place instead.",
		Attributes: map[string]schema.Attribute{
			"id": face.Kept(aboutID),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the template, unique in EGS. It " + egsapi.ObjectNameRule + ". Changing " +
					"this replaces the template. All other arguments are updated in place.",
				Required: true, Validators: []validator.String{name},
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"cluster_name":   face.Required(aboutCluster, name),
			"gpu_shape":      face.Required(aboutShape),
			"instance_type":  face.Required(aboutInstance),
			"memory_per_gpu": requiredInt64(aboutMemory, positive),
			"gpus_per_node":  requiredInt64(aboutGPUs, positive),
			"gpu_nodes":      requiredInt64(aboutNodes, positive),
			"priority":       requiredInt64(aboutPriority),
			"exit_duration": schema.StringAttribute{
				MarkdownDescription: aboutExit + aboutLength, Required: true,
				Validators: []validator.String{positiveDuration}, PlanModifiers: []planmodifier.String{keepLength},
			},
			"idle_timeout_duration": schema.StringAttribute{
				MarkdownDescription: aboutIdle + aboutLength, Optional: true,
				Validators: []validator.String{positiveDuration}, PlanModifiers: []planmodifier.String{keepLength},
			},
			"enable_eviction":    defaultFalse(aboutEvict),
			"requeue_on_failure": defaultFalse(aboutRequeue),
		},
	}
}

func requiredInt64(description string, validators ...validator.Int64) schema.Int64Attribute {
	return schema.Int64Attribute{MarkdownDescription: description, Required: true, Validators: validators}
}

func defaultFalse(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: description + " Defaults to `false`.", Optional: true, Computed: true, Default: booldefault.StaticBool(false),
	}
}

const aboutLength = " Durations of the same length, for example `60m` and `1h`, are equal."

// keepLength keeps the text of a duration in the state if the planned text means a duration of the same length.
var keepLength = face.KeepIf{
	Reason: "durations of the same length are equal",
	Same: func(_ context.Context, state, plan types.String) bool {
		return !plan.IsUnknown() && !plan.IsNull() && egsapi.SameDuration(state.ValueString(), plan.ValueString())
	},
}

// positiveDuration validates a positive duration in the format of time.ParseDuration.
var positiveDuration = face.Rule{
	Summary: "Invalid duration", Requirement: `must be a positive duration such as "5m" or "1h30m"`,
	Valid: func(text string) bool {
		d, err := time.ParseDuration(text)
		return err == nil && d > 0
	},
}
