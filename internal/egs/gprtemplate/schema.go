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
var name = face.Rule{Summary: "Invalid name", Must: egsapi.ObjectNameRule, Valid: egsapi.IsObjectName}

// What the resource and the data sources say of the same attribute.
const (
	aboutID       = "Name of the template, known only after it is created."
	aboutCluster  = "Name of the cluster the GPUs are on, as it is registered in EGS."
	aboutShape    = "Model of the GPUs, for example `A100`."
	aboutInstance = "Instance type of the nodes, for example `a2-highgpu-2g`."
	aboutMemory   = "Memory of each GPU in GB."
	aboutGPUs     = "Number of GPUs of each node."
	aboutNodes    = "Number of nodes with GPUs."
	aboutExit     = "How long a request holds its GPUs, for example `5m` or `1h30m`."
	aboutPriority = "Priority of the requests; the vendor's examples use 100 to 201."
	aboutIdle     = "How long the GPUs may be idle before the request ends, for example `10m`; null if that is not limited."
	aboutEvict    = "Whether a request of higher priority may take the GPUs away."
	aboutRequeue  = "Whether a request that fails is queued again."
)

func resourceSchema() schema.Schema {
	positive := int64validator.AtLeast(1)
	return schema.Schema{
		MarkdownDescription: "Manages a GPR template of EGS: what a request for GPUs (GPU provisioning request, GPR) looks like. An " +
			"[`egs_gpr_template_binding`](gpr_template_binding.md) attaches templates to a workspace.\n\n" +
			"~> **Note:** EGS may refuse to delete a template that a binding has. Set `create_before_destroy` in the `lifecycle` block, so that " +
			"the binding is updated before the template is deleted, also where a change of `name` replaces it. " +
			"`terraform apply -replace` then fails, since the name is taken: change the template in place instead.",
		Attributes: map[string]schema.Attribute{
			"id": face.Kept(aboutID),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the template, unique in EGS; it " + egsapi.ObjectNameRule + ". Changing " +
					"this replaces the template. All other arguments are changed in place.",
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

const aboutLength = " Durations are compared by their length: `60m` is the same as `1h`."

// keepLength keeps a duration of the same length.
var keepLength = face.KeepIf{
	Reason: "a duration of the same length is no difference",
	Same: func(_ context.Context, state, plan types.String) bool {
		return !plan.IsUnknown() && !plan.IsNull() && egsapi.SameDuration(state.ValueString(), plan.ValueString())
	},
}

// positiveDuration validates a duration in Go's form.
var positiveDuration = face.Rule{
	Summary: "Invalid duration", Must: `must be a positive duration such as "5m" or "1h30m"`,
	Valid: func(text string) bool {
		d, err := time.ParseDuration(text)
		return err == nil && d > 0
	},
}
