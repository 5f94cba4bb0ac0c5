// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// deducedKey is a key in private state. It has a value if the provider computed expires_at, and has not read it from a list yet.
const deducedKey = "deduced"

// Update implements resource.Resource. It changes a key with up to three requests. If a request fails, Update saves the changes
// of the earlier requests. If the key is inactive and stays inactive, Update changes only the state.
func (r *keyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, done := face.Changed[resourceModel](ctx, noun, req, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	keys := &face.Rotation[h2ogpteapi.Client, renewal.Previous]{
		Resource: &r.Resource, Req: req, Resp: resp, Plan: &plan, State: &done,
		Create: func(api *h2ogpteapi.Client) (time.Time, diag.Diagnostics) { return create(ctx, api, &plan) },
		Delete: func(api *h2ogpteapi.Client, previous renewal.Previous, origin face.Origin) diag.Diagnostics {
			return deleteKey(ctx, api, done.of(previous), origin)
		},
	}
	if plan.ID.IsUnknown() {
		resp.Diagnostics.Append(form.Rotate(ctx, &plan.Rotation, &done.Rotation, done.asPrevious(), keys)...)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, deducedKey, nil)...)
		return
	}
	if !staysInactive(&plan, &done) && !r.change(ctx, req, resp, &plan, &done) {
		return
	}
	if plan.Previous.IsNull() {
		resp.Diagnostics.Append(form.EndOverlap(ctx, &plan.Rotation, &done.Rotation, keys)...)
	}
	keys.SavePlan(ctx)
}

// change changes the key, and reports whether all changes were made.
func (r *keyResource) change(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse, plan, done *resourceModel) bool {
	api := r.Client(&resp.Diagnostics)
	if api == nil {
		return false
	}
	api.Learn(done.SecretKey.ValueString())
	id := done.ID.ValueString()
	origin := noun.OriginOf(ctx, req.Private, api.Address(), &resp.Diagnostics)
	resp.Diagnostics.Append(confirm(ctx, api, origin, done, updateSummary)...)
	if resp.Diagnostics.HasError() {
		return false
	}
	if plan.ExpiresAt.IsUnknown() {
		resp.Diagnostics.Append(undated(api, plan, updateSummary)...)
		if resp.Diagnostics.HasError() {
			return false
		}
		if err := api.SetExpiry(ctx, id, origin.CreatedAt, plan.ExpiresInDays.ValueInt64Pointer()); err != nil {
			resp.Diagnostics.Append(updateFailed(done.object(), err))
			return false
		}
		// Check again, because the response to SetExpiry is possibly the first response with a time. If the time is not trusted,
		// the state keeps the previous expiry until a later refresh.
		resp.Diagnostics.Append(undated(api, plan, updateSummary)...)
		if resp.Diagnostics.HasError() {
			return false
		}
		done.ExpiresInDays, done.ReadyForRenewal = plan.ExpiresInDays, types.BoolValue(false)
		var deduced []byte
		var diags diag.Diagnostics
		done.ExpiresAt, deduced, diags = newExpiry(ctx, api, done)
		resp.Diagnostics.Append(diags...)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, deducedKey, deduced)...)
		resp.Diagnostics.Append(face.Encode(ctx, &resp.State, done)...)
	}
	if !plan.InactivityIntervalDays.Equal(done.InactivityIntervalDays) {
		if err := api.SetInactivityInterval(ctx, id, origin.CreatedAt, plan.InactivityIntervalDays.ValueInt64Pointer()); err != nil {
			resp.Diagnostics.Append(updateFailed(done.object(), err))
			return false
		}
		done.InactivityIntervalDays = plan.InactivityIntervalDays
		resp.Diagnostics.Append(face.Encode(ctx, &resp.State, done)...)
	}
	// The deactivation is last, because h2oGPTe rejects all other changes of an inactive key.
	if done.Active.ValueBool() && !plan.Active.ValueBool() {
		resp.Diagnostics.Append(ownKey(api, done, "deactivate")...)
		if resp.Diagnostics.HasError() {
			return false
		}
		if err := api.Deactivate(ctx, id, origin.CreatedAt); err != nil {
			resp.Diagnostics.Append(updateFailed(done.object(), err))
			return false
		}
	}
	resp.Diagnostics.Append(origin.Seen(ctx, resp.Private)...)
	plan.ExpiresAt = done.ExpiresAt
	return true
}

// newExpiry returns the expiry of a key after SetExpiry, and the value to store for deducedKey.
//
// newExpiry computes the expiry from the current time. Reading a list for each renewed key would take most of the time of an
// apply. The next refresh corrects the computed expiry. If the update removed the expiry, newExpiry reads a list, because h2oGPTe
// possibly set an expiry of its own.
func newExpiry(ctx context.Context, api *h2ogpteapi.Client, key *resourceModel) (at types.String, deduced []byte, diags diag.Diagnostics) {
	if !key.ExpiresInDays.IsNull() {
		end := api.Now(ctx).AddDate(0, 0, int(key.ExpiresInDays.ValueInt64()))
		return timeOrNull(&end), []byte("true"), nil
	}
	listed, err := api.APIKey(ctx, key.ID.ValueString(), time.Time{})
	if err != nil {
		diags.Append(face.WarningFromError("Expiry of h2oGPTe API key removed, but not read back",
			key.object()+" was changed and saved (if h2oGPTe sets an expiry anyway, the next refresh shows it)", err))
		return types.StringNull(), nil, diags
	}
	return timeOrNull(listed.ExpiresAt), nil, nil
}

// settle replaces the computed expiry with the listed expiry, if differing clocks can explain the difference. The function allows
// reports whether they can. Without settle, the refresh would treat the difference as a change outside Terraform, and each apply
// would set the expiry again.
func (m *model) settle(key *h2ogpteapi.APIKey, allows func(time.Duration) bool) {
	if deduced, ok := timeOf(m.ExpiresAt); ok && key.ExpiresAt != nil && allows(key.ExpiresAt.Sub(deduced)) {
		m.ExpiresAt = timeOrNull(key.ExpiresAt)
	}
}

const updateSummary = "Unable to update h2oGPTe API key"

func updateFailed(object string, err error) diag.Diagnostic {
	failed := noun.UpdateFailed(object, err)
	refused, ok := errors.AsType[*h2ogpteapi.Error](err)
	switch {
	case errors.Is(err, h2ogpteapi.ErrUnsupported):
		return unsupportedInterval(updateSummary, object, err)
	case ok && refused.Status == http.StatusConflict && !refused.IsUnexpected():
		// h2oGPTe rejects changes of an inactive key.
		return diag.NewErrorDiagnostic(updateSummary, failed.Detail()+
			"\n\nThe key was deactivated after the plan was created. Apply again: the next plan replaces the key, unless "+
			"active = false is set.")
	}
	return failed
}
