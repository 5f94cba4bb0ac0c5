// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

var (
	_ face.FullResource                   = (*keyResource)(nil)
	_ resource.ResourceWithValidateConfig = (*keyResource)(nil)
)

// keyResource implements the resource egs_api_key.
type keyResource struct {
	face.Resource[egsapi.Client]
}

// NewResource returns the resource egs_api_key.
func NewResource() resource.Resource {
	return &keyResource{face.NewResource[egsapi.Client]("_api_key", noun)}
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

// create creates the planned key, sets the computed attributes of plan, and returns the time of the creation. If create returns
// an error, there is no key to save in the state. If it is unknown whether EGS has created the key, the error says so.
func create(ctx context.Context, api *egsapi.Client, plan *resourceModel) (at time.Time, diags diag.Diagnostics) {
	now, skew := api.TrustedNow(ctx)
	switch {
	case plan.ValidUntil.IsUnknown() && skew != nil:
		diags.Append(face.ExpiryUnknownError(createSummary, plan.object(), skew))
	case plan.ValidUntil.IsUnknown():
		plan.ValidUntil = types.StringValue(renewal.DateAfter(now, plan.ValidityPeriodDays.ValueInt64()))
	case skew == nil:
		diags.Append(pastDate(plan, now)...)
	}
	if diags.HasError() {
		return at, diags
	}
	request := plan.newAPIKey()
	request.Unsaved = plan.APIKey.IsNull()
	created, err := api.CreateAPIKey(ctx, request)
	if err != nil {
		diags.Append(createFailed(&plan.model, err))
		return at, diags
	}
	plan.setComputed(&created.APIKey)
	plan.withhold(!created.SecretHidden)

	if created.SecretHidden && !plan.stores() {
		diags.Append(secretKept(plan))
	}
	if created.Adopted {
		diags.Append(face.Adopted("EGS "+plan.object(), created.ID, false))
	}
	if len(created.Duplicates) > 0 {
		diags.AddWarning(fmt.Sprintf("Duplicate of EGS API key %q", plan.Name.ValueString()), fmt.Sprintf(
			"%s was created. Another key has the same name, role, user and workspace, and was not created by this run:\n\n- %s\n\n"+
				"If a resource of this or another state manages the other key, or if create_before_destroy deletes it next, ignore this "+
				"warning. Otherwise import it by its id, or revoke it with the action egs_revoke_api_keys.",
			plan.object(), strings.Join(created.Duplicates, "\n- ")))
	}
	return created.CreatedAt, diags
}

// Read implements resource.Resource.
func (r *keyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state resourceModel
	api := r.LoadState(ctx, req.State, &state, &resp.Diagnostics)
	if api == nil {
		return
	}

	origin := noun.Refreshed(ctx, req, resp, state.ID, api.Address())
	key, err := api.APIKey(ctx, state.ref(origin.CreatedAt))
	if previous, ok := form.Previous(&state.Rotation); ok && errors.Is(err, egsapi.ErrNotFound) && !origin.IsAtOtherEndpoint() {
		// The current key no longer exists. If the previous key still exists, it becomes the current key again. So the state
		// contains all existing keys.
		if key, err = api.APIKey(ctx, state.of(previous).ref(time.Time{})); err == nil {
			origin = noun.Returned(ctx, resp, types.StringValue(key.ID), api.Address(), "EGS "+state.object())
			state.APIKey, state.Previous = previous.Secret, form.None()
		}
	}
	if err != nil {
		origin.Unread(ctx, resp, state.object(), err)
		return
	}
	// After an import, only id and workspace_name are set.
	if imported := state.WorkspaceName; state.Name.IsNull() && !imported.IsNull() && imported.ValueString() != key.WorkspaceName {
		resp.Diagnostics.AddError("Unable to import EGS API key", fmt.Sprintf(
			"The %s belongs to the workspace %q, not to %q. Import it with the correct workspace, or by its id only.",
			state.object(), key.WorkspaceName, imported.ValueString()))
		return
	}
	before := state
	state.refresh(key)
	state.Name = origin.SeenAs(ctx, resp, before.Name, key.Name, "EGS "+before.object())
	state.withhold(key.Secret != "")
	now, skew := api.TrustedNow(ctx)
	state.ReadyForRenewal = renewal.Ready(state.ReadyForRenewal, state.isDue(now), skew)
	resp.Diagnostics.Append(face.RenewalUnknownWarning(skew)...)
	resp.Diagnostics.Append(renewal.SetFoundDueAt(ctx, state.ReadyForRenewal, now, skew, resp.Private)...)
	if err := form.Refresh(&state.Rotation, origin.CreatedAt, now, skew, func(p renewal.Previous) (*renewal.Previous, error) {
		return findPrevious(ctx, api, &state, p)
	}); err != nil {
		resp.Diagnostics.Append(face.FromError("Unable to read the previous EGS API key", state.object(), err))
	}
	face.SetIfChanged(ctx, resp, &before, &state)
}

// Update implements resource.Resource. EGS cannot change a key, so Update only changes settings of the provider or rotates the
// key. Without a rotation, Update sends requests in only three cases: to add the secret to the state, to remove the secret from
// the state, and to end an overlap.
func (r *keyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state := face.Changed[resourceModel](ctx, noun, req, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	keys := &face.Rotation[egsapi.Client, renewal.Previous]{
		Resource: &r.Resource, Req: req, Resp: resp, Plan: &plan, State: &state,
		Create: func(api *egsapi.Client) (time.Time, diag.Diagnostics) {
			// The key in the state becomes the previous key. So create must not report this key as a duplicate.
			api.Acknowledge(state.ID.ValueString(), state.WorkspaceName.ValueString())
			return create(ctx, api, &plan)
		},
		Delete: func(api *egsapi.Client, previous renewal.Previous, origin face.Origin) diag.Diagnostics {
			return deleteKey(ctx, api, state.of(previous), origin)
		},
	}
	if plan.ID.IsUnknown() {
		current := state.asPrevious()
		if plan.APIKey.IsNull() { // store_api_key is false.
			current.Secret = types.StringNull()
		}
		resp.Diagnostics.Append(form.Rotate(ctx, &plan.Rotation, &state.Rotation, current, keys)...)
		return
	}
	if unsaved := plan.APIKey.IsNull(); plan.APIKey.IsUnknown() || unsaved && !state.APIKey.IsNull() {
		plan.APIKey = state.APIKey
		resp.Diagnostics.Append(r.moveSecret(ctx, &plan, req, unsaved)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	if plan.Previous.IsNull() {
		resp.Diagnostics.Append(form.EndOverlap(ctx, &plan.Rotation, &state.Rotation, keys)...)
	} else if previous, ok := form.Previous(&state.Rotation); ok && plan.movesPrevious() {
		resp.Diagnostics.Append(r.movePrevious(ctx, &plan, previous)...)
	}
	keys.SavePlan(ctx)
}

// findPrevious returns the previous key p with the values that EGS lists. If store_api_key is false and EGS lists the secret,
// the result has no secret. If the key does not exist, the result is nil.
func findPrevious(ctx context.Context, api *egsapi.Client, m *resourceModel, p renewal.Previous) (*renewal.Previous, error) {
	key, err := api.APIKey(ctx, m.of(p).ref(time.Time{}))
	if errors.Is(err, egsapi.ErrNotFound) {
		return nil, nil //nolint:nilnil // The key does not exist.
	}
	if err != nil {
		return nil, err
	}
	switch {
	case key.Secret == "":
	case m.stores():
		p.Secret = types.StringValue(key.Secret)
	default:
		p.Secret = types.StringNull()
	}
	p.End = types.StringValue(key.ValidUntil)
	return &p, nil
}

// moveSecret sets the secret of plan if store_api_key becomes true, and removes the secret if store_api_key becomes false. The
// parameter unsaved reports whether the planned api_key is null. If it is null, Terraform rejects a state with a secret.
func (r *keyResource) moveSecret(ctx context.Context, plan *resourceModel, req resource.UpdateRequest, unsaved bool) (diags diag.Diagnostics) {
	const summary = "Unable to update EGS API key"
	api := r.Client(&diags)
	if api == nil {
		return diags
	}
	origin := noun.OriginOf(ctx, req.Private, api.Address(), &diags)
	key, err := api.APIKey(ctx, plan.ref(origin.CreatedAt))
	switch {
	case errors.Is(err, egsapi.ErrNotFound) && origin.IsAtOtherEndpoint():
		diags.Append(origin.NotFound(summary, plan.object())...)
	case err != nil:
		diags.Append(noun.UpdateFailed(plan.object(), err))
	case key.Secret != "":
		plan.APIKey = types.StringValue(key.Secret)
		plan.withhold(true)
	case unsaved:
		diags.AddAttributeError(path.Root("store_api_key"), summary, fmt.Sprintf(
			"%s: EGS no longer returns secrets in lists, so the secret must stay in the state. This differs from the plan. Plan again.",
			plan.object()))
	case !plan.stores():
		diags.Append(secretKept(plan))
	case plan.APIKey.IsNull():
		diags.AddAttributeError(path.Root("store_api_key"), "Unable to store the secret of an EGS API key", fmt.Sprintf(
			"%s: EGS does not return secrets in lists, so the provider cannot read the secret. Keep store_api_key = false, or "+
				"replace the key (terraform apply -replace=ADDRESS).", plan.object()))
	}
	return diags
}

// movePrevious adds the secret of the previous key to plan, or removes the secret from plan.
func (r *keyResource) movePrevious(ctx context.Context, plan *resourceModel, previous renewal.Previous) (diags diag.Diagnostics) {
	plan.Previous = form.Object(previous)
	api := r.Client(&diags)
	if api == nil {
		return diags
	}
	found, err := findPrevious(ctx, api, plan, previous)
	if err != nil {
		diags.Append(noun.UpdateFailed(plan.object(), err))
	} else if found != nil {
		plan.Previous = form.Object(*found)
	}
	return diags
}

// Delete implements resource.Resource.
func (r *keyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state resourceModel
	resp.Diagnostics.Append(face.Decode(ctx, req.State, &state)...)
	resp.Diagnostics.Append(noun.Intact(noun.Identity, state.ID)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.checkSuccessor(ctx, req, resp, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !state.deletes() {
		resp.Diagnostics.AddWarning(fmt.Sprintf("EGS %s was not deleted", state.object()), fmt.Sprintf(
			"delete_on_destroy is false. Terraform no longer manages the key with the id %s, which stays valid until %s.",
			state.ID.ValueString(), state.ValidUntil.ValueString()))
		previous, ok := form.Previous(&state.Rotation)
		if ok {
			resp.Diagnostics.AddWarning(fmt.Sprintf("The previous key of EGS %s was not deleted", state.object()), fmt.Sprintf(
				"delete_on_destroy is false. Terraform no longer manages the previous key. It has the id %s and stays valid until %s.",
				previous.ID.ValueString(), previous.End.ValueString()))
		}
		if api := r.ClientIfKnown(); api != nil {
			// The keys that are not deleted must not cause a warning about duplicates when Terraform creates their replacement.
			for _, id := range []types.String{state.ID, previous.ID} {
				api.Acknowledge(id.ValueString(), state.WorkspaceName.ValueString())
			}
		}
		return
	}
	api := r.Client(&resp.Diagnostics)
	if api == nil {
		return
	}
	origin := noun.OriginOf(ctx, req.Private, api.Address(), &resp.Diagnostics)
	if previous, ok := form.Previous(&state.Rotation); ok {
		resp.Diagnostics.Append(deleteKey(ctx, api, state.of(previous), origin.OfPrevious())...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	resp.Diagnostics.Append(deleteKey(ctx, api, &state.model, origin)...)
}

// deleteKey deletes a key. It succeeds if the key does not exist.
func deleteKey(ctx context.Context, api *egsapi.Client, m *model, origin face.Origin) (diags diag.Diagnostics) {
	diags.Append(ownKey(api, m)...)
	if diags.HasError() {
		return diags
	}
	const summary = "Unable to delete EGS API key"
	ref := m.ref(origin.CreatedAt)
	diags.Append(origin.Confirm(summary, m.object(), func() error {
		_, err := api.APIKey(ctx, ref)
		return err
	})...)
	if diags.HasError() {
		return diags
	}
	if ref.Secret == "" {
		// EGS deletes a key by its secret. The list can contain the secret.
		key, err := api.APIKey(ctx, ref)
		if errors.Is(err, egsapi.ErrNotFound) {
			return diags
		}
		if err != nil {
			diags.Append(face.FromError(summary, m.object(), err))
			return diags
		}
		ref.Secret = key.Secret
		if ref.Secret == "" {
			diags.AddError(summary, fmt.Sprintf(
				"%s: EGS deletes a key by its secret, which is not in the state, and EGS does not return secrets in lists.\n\n"+
					"Delete the key with the id %s in the Admin Portal and run terraform apply again. To keep the key and only remove it "+
					"from the state, use a removed block or terraform state rm.", m.object(), ref.ID))
			return diags
		}
	}
	if err := api.DeleteAPIKey(ctx, ref); err != nil {
		diags.Append(face.FromError(summary, m.object(), err))
	}
	return diags
}

// checkSuccessor returns an error if the delete is part of a replacement and the new key cannot be created. There are two
// reasons: the date of the new key has passed since the plan, or the clocks now differ too much to compute the date.
func (r *keyResource) checkSuccessor(
	ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse, state *resourceModel,
) diag.Diagnostics {
	until, ok, diags := face.Successor(ctx, req, resp)
	api := r.ClientIfKnown()
	if api == nil || !ok {
		return diags
	}
	switch now, skew := api.TrustedNow(ctx); {
	case skew != nil && until == "":
		diags.Append(face.ExpiryUnknownError("Unable to replace EGS API key", state.object()+" (not deleted)", skew))
	case skew == nil && renewal.IsPast(until, now):
		diags.AddError("valid_until is in the past", fmt.Sprintf(
			"%s was not replaced, since the new key would have valid_until = %q, which is in the past. The existing key was not deleted. Set a "+
				"later date and plan again.", state.object(), until))
	}
	return diags
}

// ImportState implements resource.ResourceWithImportState. Read sets the other attributes.
func (r *keyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	given := noun.ImportID(ctx, req, &resp.Diagnostics)
	id, workspace, err := parseImportID(given)
	if err != nil {
		resp.Diagnostics.AddError("Invalid import ID", err.Error())
		return
	}
	noun.Import(ctx, resp, id)
	if workspace != "" {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("workspace_name"), workspace)...)
	}
}

const createSummary = "Unable to create EGS API key"

// createFailed returns the error of a failed create. If it is unknown whether EGS has created the key, the error says how to
// check.
func createFailed(plan *model, err error) diag.Diagnostic {
	if uncertain, ok := noun.Uncertain("An",
		fmt.Sprintf("%s, valid until %s", plan.object(), plan.ValidUntil.ValueString()),
		"Before you apply again, look for the key in EGS (data source egs_api_keys, or terraform query). If the key exists, revoke it with "+
			"the action egs_revoke_api_keys, or import it. If you do neither, the key stays valid until it expires.", err); ok {
		return uncertain
	}
	return face.FromError(createSummary, plan.object(), err)
}

// secretKept returns the warning about a secret that is stored although store_api_key is false.
func secretKept(plan *resourceModel) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("store_api_key"),
		fmt.Sprintf("The secret of EGS %s is stored anyway", plan.object()),
		"EGS does not return secrets in lists, but deletes a key by its secret. If the state did not have the secret, Terraform could "+
			"not delete the key. Protect the state. If others can already read the state, protect it first and then rotate the key "+
			"(terraform apply -replace=ADDRESS). To silence this warning, remove store_api_key = false.")
}
