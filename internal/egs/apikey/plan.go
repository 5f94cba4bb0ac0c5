// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
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
	// If the provider configuration is unknown, there is no client, and the plan skips all checks that need a client. Create
	// and Delete repeat these checks.
	api := r.ClientIfKnown()
	switch {
	case plan == nil:
		if api != nil && state.deletes() {
			resp.Diagnostics.Append(ownKey(api, &state.model)...)
		}
	case state == nil:
		resp.Diagnostics.Append(r.checkDate(ctx, api, plan)...)
		resp.Diagnostics.Append(face.NoteSuccessor(ctx, plan.ValidUntil.ValueString(), resp)...)
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("ready_for_renewal"), false)...)
		form.PlanNew(ctx, resp)
		if plan.canWithhold(ctx, api) {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("api_key"), types.StringNull())...)
		}
	default:
		if api != nil && !req.Plan.Raw.Equal(req.State.Raw) {
			api.Touch(state.ID.ValueString()) // If an action runs before the update, its filters skip the key.
		}
		object := "EGS " + state.object()
		cause := renewal.Cause{
			Due:    plan.stillDue(state, renewal.FoundDueAt(ctx, req.Private)),
			Unsure: plan.EarlyRenewalDays.IsUnknown() || plan.ValidityPeriodDays.IsUnknown(),
			Lost:   noun.OriginOf(ctx, req.Private, "", &resp.Diagnostics).Lost,
		}
		rotated := planExisting(ctx, api, plan, state, cause, resp) && !plan.replaces(state)
		if rotated {
			resp.Diagnostics.Append(r.checkDate(ctx, api, plan)...)
			resp.Diagnostics.Append(form.OverlapWarning(&state.Rotation, object)...)
		}
		renewed := cause.Due && plan.OverlapDays.IsNull()
		if renewed {
			resp.Diagnostics.Append(renewalReplaces(plan, state))
		}
		if renewed || plan.replaces(state) {
			resp.Diagnostics.Append(ownKeyReplaced(api, state)...)
		}
		resp.Diagnostics.Append(form.OwnPrevious(&plan.Rotation, &state.Rotation, rotated, object, "api_key or EGS_API_KEY",
			func(p renewal.Previous) bool { return api != nil && ownKey(api, state.of(p)).HasError() })...)
		resp.Diagnostics.Append(plan.FirstTriggers(&state.Rotation, object)...)
		resp.Diagnostics.Append(r.expiryWarning(api, plan, state)...)
		if !rotated && !renewed && !plan.replaces(state) {
			resp.Diagnostics.Append(shortened(api, plan, state)...)
		}
	}
}

// planExisting plans the computed attributes of an existing key, and reports whether the key is rotated in place.
func planExisting(
	ctx context.Context, api *egsapi.Client, plan, state *resourceModel, cause renewal.Cause, resp *resource.ModifyPlanResponse,
) (rotated bool) {
	if state.ReadyForRenewal.ValueBool() || plan.ReadyForRenewal.IsUnknown() {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("ready_for_renewal"), false)...)
	}
	secret := func() types.String {
		if plan.canWithhold(ctx, api) {
			return types.StringNull()
		}
		return types.StringUnknown()
	}
	rotated = form.Plan(ctx, &plan.Rotation, &state.Rotation, cause, func() map[string]attr.Value {
		fresh := map[string]attr.Value{"id": types.StringUnknown(), "api_key": secret()}
		if !plan.ValidityPeriodDays.IsNull() {
			fresh["valid_until"] = types.StringUnknown()
		}
		return fresh
	}, resp)
	if !rotated && (plan.StoreAPIKey.IsUnknown() || plan.stores() != state.stores()) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("api_key"), secret())...)
		if previous, ok := form.UnchangedPrevious(&plan.Rotation, &state.Rotation); ok {
			previous.Secret = types.StringUnknown()
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("previous"), form.Object(previous))...)
		}
	}
	return rotated
}

// canWithhold reports whether the state will have no secret. This requires that store_api_key is false, and that EGS does not
// hide secrets in lists. If the list request fails, canWithhold assumes that EGS does not hide secrets. So a failed request
// during the apply does not change the planned value.
func (m *resourceModel) canWithhold(ctx context.Context, api *egsapi.Client) bool {
	return api != nil && !m.StoreAPIKey.IsUnknown() && !m.stores() && !api.HidesSecrets(ctx, m.WorkspaceName.ValueString())
}

// renewalReplaces returns the warning of a plan that replaces a key because it is due for renewal. With prevent_destroy,
// Terraform also returns an error, but this error does not contain the reason for the replacement.
func renewalReplaces(plan, state *resourceModel) diag.Diagnostic {
	until, days := state.ValidUntil.ValueString(), plan.ValidityPeriodDays.ValueInt64()
	return diag.NewAttributeWarningDiagnostic(path.Root("ready_for_renewal"),
		fmt.Sprintf("Renewal replaces EGS %s (id %s)", state.object(), state.ID.ValueString()),
		fmt.Sprintf("The key is due for renewal: it is valid until %[1]s. validity_period_days is %[2]d, and early_renewal_days is %[3]d. To "+
			"postpone the renewal and keep the key, replace both with valid_until = %[1]q. If the resource has prevent_destroy, Terraform refuses this plan: remove "+
			"prevent_destroy, or postpone the renewal. ignore_changes does not stop a renewal.",
			until, days, plan.EarlyRenewalDays.ValueInt64()))
}

// ownKeyReplaced returns a warning if the plan replaces the key that the provider logs in with.
func ownKeyReplaced(api *egsapi.Client, state *resourceModel) (diags diag.Diagnostics) {
	if api == nil || !api.IsOwn(state.idAndSecret()) || !state.deletes() {
		return nil
	}
	diags.AddWarning("The provider's own EGS API key will be replaced", fmt.Sprintf(
		"%s with the id %s is the key that the provider logs in with, so the apply cannot delete it. Give the provider another Owner key "+
			"(api_key or EGS_API_KEY) before you apply, or use create_before_destroy, so that the new key is in the state before the "+
			"deletion fails.", state.object(), state.ID.ValueString()))
	return diags
}

// shortened returns a warning if the plan changes validity_period_days and the key becomes due for renewal at the next refresh
// because of the change.
func shortened(api *egsapi.Client, plan, state *resourceModel) (diags diag.Diagnostics) {
	period := plan.ValidityPeriodDays
	if api == nil || period.IsNull() || period.IsUnknown() || period.Equal(state.ValidityPeriodDays) {
		return nil
	}
	now, skew := api.LastKnownTime()
	if skew != nil || !renewal.ExceedsPeriod(state.ValidUntil.ValueString(), period.ValueInt64(), now) {
		return nil
	}
	diags.AddAttributeWarning(path.Root("validity_period_days"), fmt.Sprintf("EGS %s is valid longer than the new period", state.object()),
		fmt.Sprintf("The key is valid until %s, which is more than %d days away. This apply keeps the key. The next plan renews it for "+
			"%[2]d days.", state.ValidUntil.ValueString(), period.ValueInt64()))
	return diags
}

// checkDate returns an error if valid_until is in the past by the local clock and by the clock of EGS. Reading the clock of EGS
// can need a request, so checkDate reads it only if the date is in the past by the local clock. Without a client, checkDate uses
// only the local clock.
//
// checkDate also returns an error if Create would be unable to compute valid_until. Otherwise, a replacement would delete the
// existing key before Create fails.
func (r *keyResource) checkDate(ctx context.Context, api *egsapi.Client, plan *resourceModel) diag.Diagnostics {
	if api != nil && plan.ValidUntil.IsUnknown() && plan.ValidityPeriodDays.ValueInt64() > 0 {
		if _, skew := api.LastKnownTime(); skew != nil {
			return diag.Diagnostics{face.ExpiryUnknownError(createSummary, plan.object(), skew)}
		}
	}
	now := r.Now()
	if api != nil && renewal.IsPast(plan.ValidUntil.ValueString(), now) {
		now = api.Now(ctx)
	}
	return pastDate(plan, now)
}

// expiryWarning returns a warning if the key has expired or expires soon. A key with validity_period_days gets no warning,
// because Terraform renews it.
func (r *keyResource) expiryWarning(api *egsapi.Client, plan, state *resourceModel) diag.Diagnostics {
	if api == nil || !plan.ValidityPeriodDays.IsNull() || !plan.ValidUntil.Equal(state.ValidUntil) {
		return nil
	}
	now, skew := api.LastKnownTime()
	if skew != nil {
		return nil // The refresh already warned about the clock.
	}
	return renewal.Expiry{
		Attribute: path.Root("valid_until"),
		Key:       "EGS " + state.object(),
		ID:        state.ID.ValueString(),
		Date:      state.ValidUntil.ValueString(),
		Remedy:    "Set a later valid_until to replace the key, or set validity_period_days and early_renewal_days to renew it in time.",
	}.Warning(now, r.ExpiryWarningDays)
}

// keepLetterCase keeps the prior value if the planned value differs only in letter case.
var keepLetterCase = face.KeepIf{
	Reason: "the letter case is ignored",
	Same: func(_ context.Context, state, plan types.String) bool {
		return !plan.IsUnknown() && equalFold(state, plan)
	},
}

const textChangedDescription = "changing the text replaces the key; null and an empty text are equal"

// textChanged requires a replacement if the text changes, or if the planned text is unknown. Terraform distinguishes null from
// an empty text, but EGS does not.
func textChanged(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = req.PlanValue.IsUnknown() || !sameText(req.StateValue, req.PlanValue)
}
