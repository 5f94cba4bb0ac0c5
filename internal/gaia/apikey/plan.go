// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// ModifyPlan implements resource.ResourceWithModifyPlan.
func (r *keyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(r.Missing()...)
	plan, state := face.Planned[model](ctx, noun, req, &resp.Diagnostics)
	if state == nil || resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(noun.Intact(secret, state.APIKey)...)
	// A provider whose configuration is not known yet does without the check; Delete makes it again.
	if api := r.ClientIfKnown(); api != nil && plan == nil {
		resp.Diagnostics.Append(ownKey(api, state)...)
	}
}

// keepWriting keeps the prior value where the new one is the same JSON in another writing: what a custom type sees as the
// same is no difference when the service is read, but is one in a plan.
var keepWriting = face.KeepIf{
	Reason: "another writing of the same JSON is no difference",
	Same: func(ctx context.Context, state, plan types.String) bool {
		if state.IsNull() || plan.IsNull() || plan.IsUnknown() {
			return false
		}
		before := jsontypes.NewNormalizedValue(state.ValueString())
		same, diags := before.StringSemanticEquals(ctx, jsontypes.NewNormalizedValue(plan.ValueString()))
		return !diags.HasError() && same
	},
}
