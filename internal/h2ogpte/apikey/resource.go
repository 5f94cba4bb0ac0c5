// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

var (
	_ face.FullResource                   = (*keyResource)(nil)
	_ resource.ResourceWithValidateConfig = (*keyResource)(nil)
)

type keyResource struct {
	face.Resource[h2ogpteapi.Client]
}

// NewResource returns the resource egs_h2ogpte_api_key.
func NewResource() resource.Resource {
	return &keyResource{face.NewResource[h2ogpteapi.Client]("_h2ogpte_api_key", noun)}
}

// Create implements resource.Resource.
func (r *keyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan resourceModel
	api := r.LoadPlan(ctx, req.Plan, &plan, &resp.Diagnostics)
	if api == nil {
		return
	}
	at, diags := create(ctx, api, &plan)
	resp.Diagnostics.Append(diags...)
	if !diags.HasError() {
		noun.Created(ctx, resp, &plan, plan.ID, api.Address(), at)
	}
}

// create creates the planned key, sets the computed attributes, and returns when the key was created. If create returns errors,
// there is no new key to save.
func create(ctx context.Context, api *h2ogpteapi.Client, plan *resourceModel) (at time.Time, diags diag.Diagnostics) {
	user, diags := findUser(ctx, api, plan.UserID, plan.UserName)
	if user == nil {
		return at, diags
	}
	plan.UserName = face.StringOrNull(user.UserName)
	diags.Append(undated(api, plan, createSummary)...) // The response to the lookup of the user contained the time.
	if diags.HasError() {
		return at, diags
	}
	created, err := api.CreateAPIKey(ctx, plan.newAPIKey(user))
	if err != nil {
		diags.Append(createFailed(plan.object(), plan.InactivityIntervalDays, err))
		return at, diags
	}
	plan.setCreated(created, user)
	if !plan.Active.ValueBool() {
		if err := api.Deactivate(ctx, created.ID, created.CreatedAt); err != nil {
			// Add a warning, not an error. After an error, Terraform marks the key as tainted, and the next apply replaces it.
			diags.Append(face.WarningFromError("h2oGPTe API key created, but not deactivated",
				plan.object()+", which was created and saved, is still active (apply again to deactivate it)", err))
		}
	}
	return created.CreatedAt, diags
}

// Read implements resource.Resource.
func (r *keyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state resourceModel
	api := r.LoadState(ctx, req.State, &state, &resp.Diagnostics)
	deduced, diags := req.Private.GetKey(ctx, deducedKey)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	origin := noun.Refreshed(ctx, req, resp, state.ID, api.Address())
	before := state
	key, err := api.APIKey(ctx, state.ID.ValueString(), origin.CreatedAt)
	if previous, ok := form.Previous(&state.Rotation); ok && errors.Is(err, h2ogpteapi.ErrNotFound) && !origin.IsAtOtherEndpoint() {
		// The current key does not exist. The state must contain all keys that exist. So, if the previous key exists, it becomes
		// the current key again.
		if key, err = api.APIKey(ctx, previous.ID.ValueString(), time.Time{}); err == nil {
			origin = noun.Returned(ctx, resp, types.StringValue(key.ID), api.Address(), "h2oGPTe "+state.object())
			state.SecretKey, state.Previous = previous.Secret, form.None()
		}
	}
	if err != nil {
		origin.Unread(ctx, resp, state.object(), err)
		return
	}
	if deduced != nil {
		state.settle(key, api.AllowsSkew)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, deducedKey, nil)...)
	}
	now, skew := api.TrustedNow(ctx)
	if !state.ExpiresAt.IsNull() || key.ExpiresAt != nil {
		resp.Diagnostics.Append(face.RenewalUnknownWarning(skew)...)
	}
	state.refresh(key, now, skew)
	resp.Diagnostics.Append(renewal.SetFoundDueAt(ctx, state.ReadyForRenewal, now, skew, resp.Private)...)
	if err := form.Refresh(&state.Rotation, origin.CreatedAt, now, skew, func(p renewal.Previous) (*renewal.Previous, error) {
		key, err := api.APIKey(ctx, p.ID.ValueString(), time.Time{})
		switch {
		case errors.Is(err, h2ogpteapi.ErrNotFound):
			return nil, nil //nolint:nilnil // The previous key does not exist.
		case err == nil && moved(p.End, key.ExpiresAt):
			p.End = timeOrNull(key.ExpiresAt)
		}
		return &p, err
	}); err != nil {
		resp.Diagnostics.Append(face.FromError("Unable to read the previous h2oGPTe API key", state.object(), err))
	}
	state.Name = origin.SeenAs(ctx, resp, before.Name, key.Name, "h2oGPTe "+before.object())
	if state.UserID.IsNull() {
		// The key was imported. The list of keys contains only usernames, so look up the id of the user.
		user, err := api.UserByName(ctx, key.UserName)
		switch {
		case err == nil:
			state.UserID = types.StringValue(user.ID)
		case !errors.Is(err, h2ogpteapi.ErrNotFound):
			resp.Diagnostics.Append(face.WarningFromError("Unable to look up h2oGPTe user",
				state.object()+" was read without the id of its user (a later refresh reads the id)", err))
		}
	}
	face.SetIfChanged(ctx, resp, &before, &state)
}

// Delete implements resource.Resource.
func (r *keyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state resourceModel
	api := r.LoadState(ctx, req.State, &state, &resp.Diagnostics)
	if api == nil {
		return
	}
	// If this delete is part of a replacement, and the new key has an expiry, the create fails without a trusted time. Then do
	// not delete the old key.
	_, dated, diags := face.Successor(ctx, req, resp)
	resp.Diagnostics.Append(diags...)
	if dated {
		if _, skew := api.TrustedNow(ctx); skew != nil {
			resp.Diagnostics.Append(face.ExpiryUnknownError("Unable to replace h2oGPTe API key", state.object()+" (not deleted)", skew))
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	origin := noun.OriginOf(ctx, req.Private, api.Address(), &resp.Diagnostics)
	if previous, ok := form.Previous(&state.Rotation); ok {
		resp.Diagnostics.Append(deleteKey(ctx, api, state.of(previous), origin.OfPrevious())...)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(deleteKey(ctx, api, &state, origin)...)
	}
}

// deleteKey deletes a key. It succeeds if the key does not exist.
func deleteKey(ctx context.Context, api *h2ogpteapi.Client, m *resourceModel, origin face.Origin) (diags diag.Diagnostics) {
	const summary = "Unable to delete h2oGPTe API key"
	api.Learn(m.SecretKey.ValueString())
	if m.SecretKey.IsNull() && m.Hint.IsNull() { // Only the list shows whether the provider logs in with the key.
		key, err := api.APIKey(ctx, m.ID.ValueString(), origin.CreatedAt)
		switch {
		case err == nil:
			m.Active, m.Hint = types.BoolValue(key.Active), face.StringOrNull(key.Hint)
		case errors.Is(err, h2ogpteapi.ErrNotFound) && !origin.IsAtOtherEndpoint():
			return diags
		}
	}
	diags.Append(ownKey(api, m, "delete")...)
	if diags.HasError() {
		return diags
	}
	diags.Append(confirm(ctx, api, origin, m, summary)...)
	if diags.HasError() {
		return diags
	}
	if err := api.DeleteAPIKey(ctx, m.ID.ValueString(), origin.CreatedAt); err != nil {
		diags.Append(face.FromError(summary, m.object(), err))
	}
	return diags
}

// confirm checks that the key exists at the configured endpoint before a change or a delete. It sends a request only if the key
// was last seen at another endpoint.
func confirm(ctx context.Context, api *h2ogpteapi.Client, origin face.Origin, state *resourceModel, summary string) diag.Diagnostics {
	return origin.Confirm(summary, state.object(), func() error {
		_, err := api.APIKey(ctx, state.ID.ValueString(), origin.CreatedAt)
		return err
	})
}

// ImportState implements resource.ResourceWithImportState. It sets only the id. Read then sets the other attributes.
func (r *keyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	given := noun.ImportID(ctx, req, &resp.Diagnostics)
	if problem := keyIDProblem(given); problem != "" {
		resp.Diagnostics.AddError("Invalid import ID", fmt.Sprintf(
			"The import ID %s. Import by the key's id; the data source egs_h2ogpte_api_keys lists the ids.", problem))
		return
	}
	noun.Import(ctx, resp, given)
}

// ownKey returns an error if the provider logs in with the key. Such a key must not be deleted or deactivated. The parameter how
// is "delete" or "deactivate".
//
// If the state has no secret, or if the secret does not match the hint, ownKey compares the hint with the last characters of the
// key that the provider logs in with. If the key in the state is inactive, it does not compare them.
func ownKey(api *h2ogpteapi.Client, state *resourceModel, how string) (diags diag.Diagnostics) {
	secret, proof := state.SecretKey.ValueString(), ""
	own, key := api.IsOwnSecret(secret), &h2ogpteapi.APIKey{Active: state.Active.ValueBool(), Hint: state.Hint.ValueString()}
	if same, _ := key.EndsAs(secret); !own && !same {
		proof = " (its last characters match)"
		own = !api.IsNotOwn(key)
	}
	if own {
		diags.AddError(fmt.Sprintf("Unable to %s the provider's own h2oGPTe API key", how), fmt.Sprintf(
			"%s with the id %s is the key that the provider logs in with%s. Without it, Terraform can neither continue nor create another "+
				"key.\n\nGive the provider another administrator's key (h2ogpte.api_key or H2OGPTE_API_KEY) and run Terraform again. To keep the "+
				"key and only remove it from the state, use a removed block or terraform state rm.",
			state.object(), state.ID.ValueString(), proof))
	}
	return diags
}

const createSummary = "Unable to create h2oGPTe API key"

// createFailed returns the error of a failed create. If h2oGPTe possibly created the key, the error says how to check.
func createFailed(object string, interval types.Int64, err error) diag.Diagnostic {
	if uncertain, ok := noun.Uncertain("An", object,
		"h2oGPTe returns a secret only once. If this request created a key, that key cannot be used. Before you apply again, look for the key "+
			"in h2oGPTe (data source egs_h2ogpte_api_keys, or terraform query). Make sure that no other configuration or user created the "+
			"key. Then deactivate it with the action egs_deactivate_h2ogpte_api_keys, or delete it in h2oGPTe.", err); ok {
		return uncertain
	}
	if errors.Is(err, h2ogpteapi.ErrUnsupported) {
		return unsupportedInterval(createSummary, object, err)
	}
	failed := face.FromError(createSummary, object, err)
	if e, ok := errors.AsType[*h2ogpteapi.Error](err); ok && !interval.IsNull() && !e.IsUnexpected() &&
		(e.Status == http.StatusBadRequest || e.Status == http.StatusUnprocessableEntity) {
		return diag.NewErrorDiagnostic(createSummary, failed.Detail()+
			"\n\nOlder versions of h2oGPTe do not support inactivity intervals. If that is the cause, omit inactivity_interval_days, or upgrade h2oGPTe.")
	}
	return failed
}

// unsupportedInterval returns the error of an inactivity interval that this version of h2oGPTe does not support.
func unsupportedInterval(summary, object string, err error) diag.Diagnostic {
	failed := face.FromError(summary, object, err)
	return diag.NewAttributeErrorDiagnostic(path.Root("inactivity_interval_days"), summary, failed.Detail()+
		"\n\nThis version of h2oGPTe does not support inactivity intervals. Omit inactivity_interval_days, or upgrade h2oGPTe.")
}
