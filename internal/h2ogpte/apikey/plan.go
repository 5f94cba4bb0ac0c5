// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// ModifyPlan implements resource.ResourceWithModifyPlan.
func (r *keyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(r.Missing()...)
	plan, state := face.Planned[resourceModel](ctx, noun, req, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	// While the provider's configuration is unknown, the plan skips all checks that need a client. Delete always checks that the
	// provider does not delete the key that it logs in with.
	api := r.ClientIfKnown()
	switch {
	case plan == nil:
		if api != nil {
			resp.Diagnostics.Append(ownKey(api, state, "delete")...)
			if previous, ok := form.Previous(&state.Rotation); ok && !previous.Secret.IsNull() {
				resp.Diagnostics.Append(ownKey(api, state.of(previous), "delete")...)
			}
		}
	case state == nil:
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("ready_for_renewal"), false)...)
		// Check this in the plan: in a replacement, Terraform deletes the old key before the create can fail.
		resp.Diagnostics.Append(undated(api, plan, createSummary)...)
		if plan.ExpiresInDays.IsUnknown() || !plan.ExpiresInDays.IsNull() {
			resp.Diagnostics.Append(face.NoteSuccessor(ctx, "", resp)...)
		}
		form.PlanNew(ctx, resp)
	default:
		if api != nil && !req.Plan.Raw.Equal(req.State.Raw) {
			api.Touch(state.ID.ValueString()) // An action with filters must skip this key, even if it runs before the update.
		}
		planKept(ctx, api, plan, state, renewal.FoundDueAt(ctx, req.Private), resp)
		object := "h2oGPTe " + state.object()
		cause := renewal.Cause{Lost: noun.OriginOf(ctx, req.Private, "", &resp.Diagnostics).Lost}
		rotated := form.Plan(ctx, &plan.Rotation, &state.Rotation, cause, freshAttributes, resp)
		if rotated {
			resp.Diagnostics.Append(form.OverlapWarning(&state.Rotation, object)...)
		}
		resp.Diagnostics.Append(plan.FirstTriggers(&state.Rotation, object)...)
		resp.Diagnostics.Append(form.OwnPrevious(&plan.Rotation, &state.Rotation, rotated, object, "h2ogpte.api_key or H2OGPTE_API_KEY",
			func(p renewal.Previous) bool {
				return api != nil && !p.Secret.IsNull() && ownKey(api, state.of(p), "delete").HasError()
			})...)
		resp.Diagnostics.Append(reactivationWarning(plan, state)...)
		resp.Diagnostics.Append(ownKeyReplaced(api, plan, state)...)
		resp.Diagnostics.Append(r.expiryWarning(api, plan, state)...)
	}
}

// planKept plans the computed attributes of a key that is not replaced.
func planKept(ctx context.Context, api *h2ogpteapi.Client, plan, state *resourceModel, foundDueAt time.Time, resp *resource.ModifyPlanResponse) {
	// Changes of an inactive key are saved only in the state. They do not change the expiry in h2oGPTe.
	changed := !plan.ExpiresInDays.Equal(state.ExpiresInDays) && !staysInactive(plan, state)
	planned := *state
	planned.EarlyRenewalDays = plan.EarlyRenewalDays
	due := !staysInactive(plan, state) && renewal.StillDue(state.ReadyForRenewal, foundDueAt, planned.isDue, plan.EarlyRenewalDays)
	if changed || due {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("expires_at"), types.StringUnknown())...)
		resp.Diagnostics.Append(undated(api, plan, updateSummary)...)
	}
	if changed || state.ReadyForRenewal.ValueBool() || plan.ReadyForRenewal.IsUnknown() {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("ready_for_renewal"), false)...)
	}
}

// freshAttributes returns unknown values for the attributes that are computed when a key is created.
func freshAttributes() map[string]attr.Value {
	text := types.StringUnknown()
	return map[string]attr.Value{"id": text, "secret_key": text, "expires_at": text, "hint": text}
}

// undated returns an error if the key has an expiry, but the service's time is not trusted. The provider computes the expiry from
// that time.
func undated(api *h2ogpteapi.Client, plan *resourceModel, summary string) diag.Diagnostics {
	if api == nil || plan.ExpiresInDays.ValueInt64() == 0 {
		return nil
	}
	if _, skew := api.LastKnownTime(); skew != nil {
		return diag.Diagnostics{face.ExpiryUnknownError(summary, plan.object(), skew)}
	}
	return nil
}

// ownKeyReplaced returns a warning if the plan replaces the key that the provider logs in with.
func ownKeyReplaced(api *h2ogpteapi.Client, plan, state *resourceModel) (diags diag.Diagnostics) {
	replaces := !plan.Name.Equal(state.Name) || !plan.CollectionID.Equal(state.CollectionID) || !plan.UserName.Equal(state.UserName) ||
		!plan.UserID.Equal(state.UserID)
	if api == nil || !replaces || !ownKey(api, state, "delete").HasError() {
		return nil
	}
	diags.AddWarning("The provider's own h2oGPTe API key will be replaced", fmt.Sprintf(
		"%s with the id %s is the key that the provider logs in with, so the apply cannot delete it. Give the provider another "+
			"administrator's key (h2ogpte.api_key or H2OGPTE_API_KEY) before you apply.", state.object(), state.ID.ValueString()))
	return diags
}

// staysInactive reports whether the key is inactive and stays inactive. h2oGPTe responds with 409 to any change of such a key.
func staysInactive(plan, state *resourceModel) bool {
	return !state.Active.ValueBool() && !plan.Active.IsUnknown() && !plan.Active.ValueBool()
}

// reactivationWarning returns a warning if the key is replaced because it is inactive.
func reactivationWarning(plan, state *resourceModel) (diags diag.Diagnostics) {
	if state.Active.ValueBool() || !plan.Active.ValueBool() {
		return nil
	}
	summary := fmt.Sprintf("h2oGPTe %s is not active and will be replaced (id %s)", state.object(), state.ID.ValueString())
	diags.AddAttributeWarning(path.Root("active"), summary,
		"The key was deactivated by active = false, outside Terraform, or by h2oGPTe because it expired or was not used. This cannot be "+
			"undone, so the plan deletes the key and creates another one with a new secret. To keep the inactive key, set active = false.")
	return diags
}

// expiryWarning returns a warning if the expiry of the key is near or past. It returns no warning for a key with
// early_renewal_days, because the provider renews the key.
func (r *keyResource) expiryWarning(api *h2ogpteapi.Client, plan, state *resourceModel) diag.Diagnostics {
	end, expires := timeOf(state.ExpiresAt)
	if api == nil || !expires || !plan.EarlyRenewalDays.IsNull() || !plan.ExpiresInDays.Equal(state.ExpiresInDays) ||
		!state.Active.ValueBool() || !plan.Active.ValueBool() {
		return nil
	}
	now, skew := api.LastKnownTime()
	if skew != nil {
		return nil // The refresh has already added a warning.
	}
	return renewal.Expiry{
		Attribute: path.Root("expires_in_days"),
		Key:       "h2oGPTe " + state.object(),
		ID:        state.ID.ValueString(),
		Date:      renewal.DateAfter(end, 0),
		Remedy: "To set a new expiry now, change expires_in_days. To extend the expiry before the key expires, set early_renewal_days. " +
			"Both keep the secret.",
	}.Warning(now, r.ExpiryWarningDays)
}

const reactivatedDescription = "an inactive key cannot be activated, so it is replaced"

// reactivated requires a replacement if the key in the state is inactive.
func reactivated(_ context.Context, req planmodifier.BoolRequest, resp *boolplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = !req.StateValue.ValueBool()
}

const userChangedDescription = "changing the user replaces the key, unless the user of an imported key is unknown"

// userChanged requires a replacement only if the state has a user_id. The state of an imported key has no user_id if h2oGPTe does
// not list the user.
func userChanged(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = !req.StateValue.IsNull()
}
