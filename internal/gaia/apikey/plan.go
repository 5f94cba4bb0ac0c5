// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// ModifyPlan implements resource.ResourceWithModifyPlan.
func (r *keyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(r.Missing()...)
	plan, state := face.Planned[resourceModel](ctx, noun, req, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if state != nil {
		resp.Diagnostics.Append(noun.Intact(secret, state.APIKey)...)
	}
	api := r.ClientIfKnown()
	switch {
	case plan == nil:
		// Check that the provider does not delete the key that it logs in with. The plan skips this check while the provider's
		// configuration is unknown. Delete always checks it.
		if api != nil {
			resp.Diagnostics.Append(ownKey(api, &state.model)...)
			if previous, ok := form.Previous(&state.Rotation); ok {
				resp.Diagnostics.Append(ownKey(api, of(previous))...)
			}
		}
	case state == nil:
		form.PlanNew(ctx, resp)
	default:
		fresh := func() map[string]attr.Value {
			return map[string]attr.Value{"id": types.StringUnknown(), "api_key": types.StringUnknown()}
		}
		object := "Search GAIA " + state.object()
		cause := renewal.Cause{Lost: noun.OriginOf(ctx, req.Private, "", &resp.Diagnostics).Lost}
		rotated := form.Plan(ctx, &plan.Rotation, &state.Rotation, cause, fresh, resp)
		if rotated {
			resp.Diagnostics.Append(form.OverlapWarning(&state.Rotation, object)...)
		}
		resp.Diagnostics.Append(plan.FirstTriggers(&state.Rotation, object)...)
		resp.Diagnostics.Append(form.OwnPrevious(&plan.Rotation, &state.Rotation, rotated, object, "gaia.api_key or GAIA_API_KEY",
			func(p renewal.Previous) bool { return api != nil && ownKey(api, of(p)).HasError() })...)
	}
}

// keepEqualJSON keeps the value in the state if the planned value is equal JSON. It is needed because the framework applies the
// semantic equality of a custom type only to refreshes, not to plans.
var keepEqualJSON = face.KeepIf{
	Reason: "differences in the formatting of JSON are ignored",
	Same: func(ctx context.Context, state, plan types.String) bool {
		if state.IsNull() || plan.IsNull() || plan.IsUnknown() {
			return false
		}
		before := jsontypes.NewNormalizedValue(state.ValueString())
		same, diags := before.StringSemanticEquals(ctx, jsontypes.NewNormalizedValue(plan.ValueString()))
		return !diags.HasError() && same
	},
}
