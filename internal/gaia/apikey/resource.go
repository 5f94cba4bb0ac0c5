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

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

var _ face.FullResource = (*keyResource)(nil)

// keyResource manages one API key.
type keyResource struct {
	face.Resource[gaiaapi.Client]
}

// NewResource makes the resource egs_gaia_api_key.
func NewResource() resource.Resource {
	return &keyResource{face.NewResource[gaiaapi.Client]("_gaia_api_key", noun)}
}

// Create implements resource.Resource.
func (r *keyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	api := r.Load(ctx, req.Plan, &plan, &resp.Diagnostics)
	wanted, problems := plan.newAPIKey()
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}

	// What a replaced key left here is no id of this one.
	plan.ID = types.StringNull()
	asked := plan.object()
	created, err := api.CreateAPIKey(ctx, wanted)
	if err != nil {
		resp.Diagnostics.Append(createFailed(&plan, err))
		return
	}
	plan.setCreated(&created.APIKey)
	noun.Created(ctx, resp, &plan, plan.ID, api.Address(), created.CreatedAt)
	if created.Adopted {
		resp.Diagnostics.Append(face.Adopted("Search GAIA "+asked, created.ID))
	}
}

// Read implements resource.Resource.
func (r *keyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	api := r.LoadState(ctx, req.State, &state, &resp.Diagnostics)
	if api == nil {
		return
	}

	origin := noun.Refreshed(ctx, req, resp, state.ID, api.Address())
	key, err := api.APIKey(ctx, state.ID.ValueString(), origin.CreatedAt)
	switch {
	case errors.Is(err, gaiaapi.ErrHidden) && !state.APIKey.IsNull():
		// The state has all that is needed to change and delete it.
		resp.Diagnostics.Append(face.WarningFromError("Changes of Search GAIA API keys cannot be seen",
			state.object()+" is taken to be as the state says", err))
		return
	case err != nil:
		origin.Unread(ctx, resp, state.object(), err)
		return
	}
	resp.Diagnostics.Append(origin.Seen(ctx, resp.Private)...)
	before := state
	state.refresh(key)
	face.SetIfChanged(ctx, resp, &before, &state)
}

// Update implements resource.Resource. All members are sent, those that stay too: whether
// Search GAIA merges them into what it has or replaces that is not known.
func (r *keyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state := face.Changed[model](ctx, noun, req, &resp.Diagnostics)
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

	origin := noun.OriginOf(ctx, req.Private, api.Address(), &resp.Diagnostics)
	resp.Diagnostics.Append(confirm(ctx, api, origin, &state, "Unable to update Search GAIA API key")...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := api.UpdateAPIKey(ctx, state.ID.ValueString(), state.APIKey.ValueString(), origin.CreatedAt, wanted); err != nil {
		resp.Diagnostics.Append(noun.UpdateFailed(state.object(), err))
		return
	}
	plan.ID, plan.APIKey = state.ID, state.APIKey
	kept := keptMembers(ctx, api, &state, origin, &wanted)
	if len(kept) > 0 {
		members := maps.Clone(wanted.Config)
		maps.Copy(members, kept)
		plan.Config = configValue(members)
		resp.Diagnostics.AddAttributeError(path.Root("config"), "Unable to remove members of the config of a Search GAIA API key", fmt.Sprintf(
			"%s was changed, but Search GAIA keeps what a change does not name: %s.\n\nKeep these members in config, or replace the key "+
				"(terraform apply -replace=…), which then is another one.", plan.object(), strings.Join(slices.Sorted(maps.Keys(kept)), ", ")))
	}
	noun.Updated(ctx, resp, &plan, plan.ID)
	resp.Diagnostics.Append(origin.Seen(ctx, resp.Private)...)
}

// confirm makes sure that a key exists at this endpoint before its secret is sent there: Search GAIA has it in the path
// of a change and a delete.
func confirm(ctx context.Context, api *gaiaapi.Client, origin face.Origin, state *model, summary string) diag.Diagnostics {
	return origin.Confirm(summary, state.object(), func() error {
		_, err := api.APIKey(ctx, state.ID.ValueString(), origin.CreatedAt)
		return err
	})
}

// Delete implements resource.Resource.
func (r *keyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	api := r.LoadState(ctx, req.State, &state, &resp.Diagnostics)
	if api == nil {
		return
	}
	resp.Diagnostics.Append(noun.Intact(secret, state.APIKey)...)
	resp.Diagnostics.Append(ownKey(api, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	origin := noun.OriginOf(ctx, req.Private, api.Address(), &resp.Diagnostics)
	resp.Diagnostics.Append(confirm(ctx, api, origin, &state, "Unable to delete Search GAIA API key")...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := api.DeleteAPIKey(ctx, state.ID.ValueString(), state.APIKey.ValueString(), origin.CreatedAt); err != nil {
		resp.Diagnostics.Append(face.FromError("Unable to delete Search GAIA API key", state.object(), err))
	}
}

// ImportState implements resource.ResourceWithImportState. Read fills the rest.
func (r *keyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := noun.ImportID(ctx, req, &resp.Diagnostics)
	id = strings.ToLower(id) // A person may have it in upper case.
	if !keyIDForm.MatchString(id) {
		// It is not repeated: it may be a key.
		resp.Diagnostics.AddError("Invalid import ID", "Import a key by its id. "+aboutIDs+" If you gave the key itself: it is now in "+
			"your terminal's history, so consider replacing it.")
		return
	}
	noun.Import(ctx, resp, id)
}

// ownKey is the error of deleting the key that the provider itself logs in with.
func ownKey(api *gaiaapi.Client, state *model) (diags diag.Diagnostics) {
	if api.IsOwn(&gaiaapi.APIKey{ID: state.ID.ValueString(), Secret: state.APIKey.ValueString()}) {
		diags.AddError("Unable to delete the provider's own Search GAIA API key", fmt.Sprintf(
			"The %s is the key that the provider logs in with: without it Terraform could not go on, nor create another one.\n\n"+
				"Give the provider another key (gaia.api_key or GAIA_API_KEY) and apply again. To keep the key and only forget it, "+
				"use a removed block or terraform state rm.", state.object()))
	}
	return diags
}

// createFailed is the error of a create. Where it is not known whether the key was made, it tells how to find out.
func createFailed(plan *model, err error) diag.Diagnostic {
	if uncertain, ok := face.Uncertain("A Search GAIA API key may have been created", plan.object(),
		"Before you apply again, look for the key in Search GAIA (data source egs_gaia_api_keys, or terraform query), and import it "+
			"by its id, to manage or to destroy it. Until it is deleted it stays usable.", err); ok {
		return uncertain
	}
	return face.FromError("Unable to create Search GAIA API key", plan.object(), err)
}

// keptMembers are members that the state has, that are not wanted any more, and that the service still lists. Only
// where there may be such is it asked; where that fails, the next refresh tells.
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
