// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

var _ face.FullResource = (*keyResource)(nil)

type keyResource struct {
	face.Resource[gaiaapi.Client]
}

// NewResource returns the resource egs_gaia_api_key.
func NewResource() resource.Resource {
	return &keyResource{face.NewResource[gaiaapi.Client]("_gaia_api_key", noun)}
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
func create(ctx context.Context, api *gaiaapi.Client, plan *resourceModel) (at time.Time, diags diag.Diagnostics) {
	wanted, diags := plan.newAPIKey()
	if diags.HasError() {
		return at, diags
	}
	// Clear the id, because it possibly belongs to the replaced key. Messages about this create must not show it.
	plan.ID = types.StringNull()
	requested := plan.object()
	created, err := api.CreateAPIKey(ctx, wanted)
	if err != nil {
		diags.Append(createFailed(&plan.model, err))
		return at, diags
	}
	plan.setCreated(&created.APIKey)
	if created.Adopted {
		diags.Append(face.Adopted("Search GAIA "+requested, created.ID, false))
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
	before := state
	key, err := api.APIKey(ctx, state.ID.ValueString(), origin.CreatedAt)
	if previous, ok := form.Previous(&state.Rotation); ok && errors.Is(err, gaiaapi.ErrNotFound) && !origin.IsAtOtherEndpoint() {
		// The current key does not exist. The state must contain all keys that exist. So, if the previous key exists, it becomes
		// the current key again.
		if key, err = api.APIKey(ctx, previous.ID.ValueString(), time.Time{}); err == nil {
			origin = noun.Returned(ctx, resp, types.StringValue(key.ID), api.Address(), "Search GAIA "+state.object())
			state.Previous = form.None()
		}
	}
	switch {
	case errors.Is(err, gaiaapi.ErrHidden) && !state.APIKey.IsNull():
		// A warning is sufficient: the state contains all values that an update or a delete needs.
		resp.Diagnostics.Append(face.WarningFromError("Unable to detect drift of Search GAIA API keys",
			"The state of "+state.object()+" was not refreshed", err))
		return
	case err != nil:
		origin.Unread(ctx, resp, state.object(), err)
		return
	}
	resp.Diagnostics.Append(origin.Seen(ctx, resp.Private)...)
	state.refresh(key)
	now, skew := api.LastKnownTime() // The response to the list request contained the time.
	if !state.Previous.IsNull() {
		resp.Diagnostics.Append(face.RenewalUnknownWarning(skew)...)
	}
	if err := form.Refresh(&state.Rotation, origin.CreatedAt, now, skew, func(p renewal.Previous) (*renewal.Previous, error) {
		_, err := api.APIKey(ctx, p.ID.ValueString(), time.Time{})
		if errors.Is(err, gaiaapi.ErrNotFound) {
			return nil, nil //nolint:nilnil // The previous key does not exist.
		}
		return &p, err
	}); err != nil {
		resp.Diagnostics.Append(face.FromError("Unable to read the previous Search GAIA API key", state.object(), err))
	}
	face.SetIfChanged(ctx, resp, &before, &state)
}

// Update implements resource.Resource. It sends all members, including unchanged members, because the documentation does not say
// whether Search GAIA merges or replaces the config.
func (r *keyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state := face.Changed[resourceModel](ctx, noun, req, &resp.Diagnostics)
	if plan.Config.IsUnknown() {
		plan.Config = state.Config
	}
	if plan.Config.IsNull() {
		plan.Config = configValue(nil)
	}
	wanted, problems := plan.newAPIKey()
	resp.Diagnostics.Append(problems...)
	resp.Diagnostics.Append(noun.Intact(secret, state.APIKey)...)
	api := r.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	keys := &face.Rotation[gaiaapi.Client, renewal.Previous]{
		Resource: &r.Resource, Req: req, Resp: resp, Plan: &plan, State: &state,
		Create: func(api *gaiaapi.Client) (time.Time, diag.Diagnostics) { return create(ctx, api, &plan) },
		Delete: func(api *gaiaapi.Client, previous renewal.Previous, origin face.Origin) diag.Diagnostics {
			return deleteKey(ctx, api, of(previous), origin)
		},
	}
	if plan.ID.IsUnknown() {
		resp.Diagnostics.Append(form.Rotate(ctx, &plan.Rotation, &state.Rotation, state.asPrevious(), keys)...)
		return
	}

	if !plan.Permissions.Equal(state.Permissions) || !plan.Config.Equal(state.Config) {
		origin := noun.OriginOf(ctx, req.Private, api.Address(), &resp.Diagnostics)
		changed, diags := change(ctx, api, origin, &plan.model, &state.model, wanted)
		resp.Diagnostics.Append(diags...)
		if !changed {
			return
		}
		resp.Diagnostics.Append(origin.Seen(ctx, resp.Private)...)
	}
	if plan.Previous.IsNull() {
		resp.Diagnostics.Append(form.EndOverlap(ctx, &plan.Rotation, &state.Rotation, keys)...)
	}
	keys.SavePlan(ctx)
}

// change changes the key of the state, and reports whether the key changed. It returns true and an error if the service changed
// the key, but kept members that the plan removes.
func change(
	ctx context.Context, api *gaiaapi.Client, origin face.Origin, plan, state *model, wanted gaiaapi.NewAPIKey,
) (changed bool, diags diag.Diagnostics) {
	diags.Append(confirm(ctx, api, origin, state, "Unable to update Search GAIA API key")...)
	if diags.HasError() {
		return false, diags
	}
	if err := api.UpdateAPIKey(ctx, state.ID.ValueString(), state.APIKey.ValueString(), origin.CreatedAt, wanted); err != nil {
		diags.Append(noun.UpdateFailed(state.object(), err))
		return false, diags
	}
	kept := keptMembers(ctx, api, state, origin, &wanted)
	if len(kept) > 0 {
		members := maps.Clone(wanted.Config)
		maps.Copy(members, kept)
		plan.Config = configValue(members)
		diags.AddAttributeError(path.Root("config"), "Unable to remove members from the config of a Search GAIA API key", fmt.Sprintf(
			"%s was changed, but Search GAIA kept members that the new config omits: %s.\n\nAdd these members to config, or replace the "+
				"key (terraform apply -replace=ADDRESS).", plan.object(),
			face.Printable(strings.Join(slices.Sorted(maps.Keys(kept)), ", "))))
	}
	return true, diags
}

// confirm checks that the key exists at the configured endpoint, if the key was last seen at another endpoint. The paths of
// updates and deletes contain the key's secret. An endpoint that does not have the key must not receive the secret.
func confirm(ctx context.Context, api *gaiaapi.Client, origin face.Origin, state *model, summary string) diag.Diagnostics {
	return origin.Confirm(summary, state.object(), func() error {
		_, err := api.APIKey(ctx, state.ID.ValueString(), origin.CreatedAt)
		return err
	})
}

// Delete implements resource.Resource.
func (r *keyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state resourceModel
	api := r.LoadState(ctx, req.State, &state, &resp.Diagnostics)
	if api == nil {
		return
	}
	resp.Diagnostics.Append(noun.Intact(secret, state.APIKey)...)
	if resp.Diagnostics.HasError() {
		return
	}
	origin := noun.OriginOf(ctx, req.Private, api.Address(), &resp.Diagnostics)
	if previous, ok := form.Previous(&state.Rotation); ok {
		resp.Diagnostics.Append(deleteKey(ctx, api, of(previous), origin.OfPrevious())...)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(deleteKey(ctx, api, &state.model, origin)...)
	}
}

// deleteKey deletes a key. It succeeds if the key does not exist.
func deleteKey(ctx context.Context, api *gaiaapi.Client, m *model, origin face.Origin) (diags diag.Diagnostics) {
	const summary = "Unable to delete Search GAIA API key"
	diags.Append(ownKey(api, m)...)
	if diags.HasError() {
		return diags
	}
	diags.Append(confirm(ctx, api, origin, m, summary)...)
	if diags.HasError() {
		return diags
	}
	if err := api.DeleteAPIKey(ctx, m.ID.ValueString(), m.APIKey.ValueString(), origin.CreatedAt); err != nil {
		diags.Append(face.FromError(summary, m.object(), err))
	}
	return diags
}

// ImportState implements resource.ResourceWithImportState. It sets only the id. Read then sets the other attributes.
func (r *keyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := noun.ImportID(ctx, req, &resp.Diagnostics)
	id = strings.ToLower(id) // Users can give the id in uppercase.
	if !keyIDForm.MatchString(id) {
		// The error does not repeat the import ID, because it is possibly the secret key itself.
		resp.Diagnostics.AddError("Invalid import ID", "Import a key by its id. "+aboutIDs+" If you used the key itself, it may now be in "+
			"your shell history: consider replacing the key.")
		return
	}
	noun.Import(ctx, resp, id)
}

// ownKey returns an error if the provider logs in with the key. Such a key must not be deleted.
func ownKey(api *gaiaapi.Client, state *model) (diags diag.Diagnostics) {
	if api.IsOwn(&gaiaapi.APIKey{ID: state.ID.ValueString(), Secret: state.APIKey.ValueString()}) {
		diags.AddError("Unable to delete the provider's own Search GAIA API key", fmt.Sprintf(
			"The %s is the key that the provider logs in with. Without it, Terraform can neither continue nor create another key.\n\n"+
				"Give the provider another key (gaia.api_key or GAIA_API_KEY) and run Terraform again. To keep the key and only remove it from the "+
				"state, use a removed block or terraform state rm.", state.object()))
	}
	return diags
}

// createFailed returns the error of a failed create. If the service possibly created the key, the error says how to check.
func createFailed(plan *model, err error) diag.Diagnostic {
	if uncertain, ok := noun.Uncertain("A", plan.object(),
		"Before you apply again, look for the key in Search GAIA (data source egs_gaia_api_keys, or terraform query). If the key "+
			"exists, import it by its id to manage or destroy it. The key stays valid until it is deleted.", err); ok {
		return uncertain
	}
	return face.FromError("Unable to create Search GAIA API key", plan.object(), err)
}

// keptMembers returns the members that the plan removes from the config, but that the service still lists. It requests a list
// only if the plan removes members. If the request fails, it returns no members, and the next refresh shows the kept members.
func keptMembers(ctx context.Context, api *gaiaapi.Client, state *model, origin face.Origin, wanted *gaiaapi.NewAPIKey) map[string]json.RawMessage {
	unwanted, _ := configMembers(state.Config.ValueString())
	maps.DeleteFunc(unwanted, func(name string, _ json.RawMessage) bool {
		_, ok := wanted.Config[name]
		return ok
	})
	if len(unwanted) == 0 {
		return nil
	}
	key, err := api.APIKey(ctx, state.ID.ValueString(), origin.CreatedAt)
	if err != nil {
		return nil
	}
	maps.DeleteFunc(unwanted, func(name string, _ json.RawMessage) bool {
		_, ok := key.Config[name]
		return !ok
	})
	return unwanted
}
