// SPDX-License-Identifier: MPL-2.0

package h2ogpte

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/diagnostic"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

var (
	_ resource.ResourceWithConfigure        = (*apiKeyResource)(nil)
	_ resource.ResourceWithConfigValidators = (*apiKeyResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*apiKeyResource)(nil)
	_ resource.ResourceWithImportState      = (*apiKeyResource)(nil)
	_ resource.ResourceWithIdentity         = (*apiKeyResource)(nil)
)

// apiKeyResource manages one API key.
type apiKeyResource struct {
	provider Provider
}

func newAPIKeyResource() resource.Resource { return &apiKeyResource{} }

// Metadata implements resource.Resource.
func (r *apiKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_h2ogpte_api_key"
}

// Configure implements resource.ResourceWithConfigure.
func (r *apiKeyResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.provider = configured(req.ProviderData, &resp.Diagnostics)
}

// Create implements resource.Resource.
func (r *apiKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan apiKeyResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	api := client(r.provider, &resp.Diagnostics)
	if api == nil {
		return
	}
	user, diags := findUser(ctx, api, plan.UserID, plan.UserName)
	resp.Diagnostics.Append(diags...)
	if user == nil {
		return
	}
	plan.UserName = stringOrNull(user.UserName)

	created, err := api.CreateAPIKey(ctx, plan.newAPIKey(user))
	if err != nil {
		resp.Diagnostics.Append(createFailed(plan.object(), err))
		return
	}
	// From here on the key exists: whatever happens, it goes into the state.
	plan.setCreated(created, user)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(setID(ctx, resp.Identity, plan.ID)...)
	resp.Diagnostics.Append(face.Origin{Endpoint: api.Address(), CreatedAt: created.CreatedAt}.Set(ctx, resp.Private)...)

	if !plan.Active.ValueBool() {
		if err := api.Deactivate(ctx, created.ID, created.CreatedAt); err != nil {
			// An error would have the next apply replace the key.
			resp.Diagnostics.Append(diagnostic.WarningFromError("h2oGPTe API key created, but not deactivated",
				plan.object()+" was created and saved, and is still active. Apply again to deactivate it", err))
		}
	}
}

// Read implements resource.Resource.
func (r *apiKeyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state apiKeyResourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	deduced, diags := req.Private.GetKey(ctx, deducedKey)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	api := client(r.provider, &resp.Diagnostics)
	if api == nil {
		return
	}

	if req.Identity == nil || req.Identity.Raw.IsFullyNull() {
		resp.Diagnostics.Append(setID(ctx, resp.Identity, state.ID)...)
	}
	origin, diags := face.GetOrigin(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	key, err := api.APIKey(ctx, state.ID.ValueString(), origin.CreatedAt)
	if errors.Is(err, h2ogpteapi.ErrNotFound) {
		resp.Diagnostics.Append(origin.Elsewhere("Unable to find h2oGPTe API key", state.object(), api.Address(), "h2ogpte.endpoint")...)
		if !resp.Diagnostics.HasError() {
			resp.State.RemoveResource(ctx)
		}
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostic.FromError("Unable to read h2oGPTe API key", state.object(), err))
		return
	}
	resp.Diagnostics.Append(origin.SeenAt(ctx, api.Address(), resp.Private)...)
	before := state
	if string(deduced) == "true" {
		state.settle(key)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, deducedKey, []byte("false"))...)
	}
	state.refresh(key, api.Now(ctx))
	if state.UserID.IsNull() {
		// Imported: the list of keys tells the name alone.
		user, err := api.UserByName(ctx, key.UserName)
		switch {
		case err == nil:
			state.UserID = types.StringValue(user.ID)
		case !errors.Is(err, h2ogpteapi.ErrNotFound):
			resp.Diagnostics.Append(diagnostic.WarningFromError("Unable to look up h2oGPTe user",
				state.object()+" was read, but not the id of its user. It follows with a later refresh", err))
		}
	}
	// To encode what is the same would be a third of a refresh.
	if !reflect.DeepEqual(before, state) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	}
}

// Delete implements resource.Resource.
func (r *apiKeyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state apiKeyResourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	api := client(r.provider, &resp.Diagnostics)
	if api == nil {
		return
	}
	resp.Diagnostics.Append(ownKey(api, &state, "delete")...)
	if resp.Diagnostics.HasError() {
		return
	}
	origin, diags := face.GetOrigin(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	const summary = "Unable to delete h2oGPTe API key"
	resp.Diagnostics.Append(confirm(ctx, api, origin, &state, summary)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := api.DeleteAPIKey(ctx, state.ID.ValueString(), origin.CreatedAt); err != nil {
		resp.Diagnostics.Append(diagnostic.FromError(summary, state.object(), err))
	}
}

// confirm makes sure that a key exists at this endpoint before it is changed or deleted.
func confirm(ctx context.Context, api *h2ogpteapi.Client, origin face.Origin, state *apiKeyResourceModel, summary string) diag.Diagnostics {
	return origin.Confirm(summary, state.object(), api.Address(), "h2ogpte.endpoint", func() error {
		_, err := api.APIKey(ctx, state.ID.ValueString(), origin.CreatedAt)
		return err
	})
}

// ImportState implements resource.ResourceWithImportState. Read fills the rest.
func (r *apiKeyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	given := req.ID
	if given == "" {
		var id types.String
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &id)...)
		given = id.ValueString()
	}
	if problem := keyIDProblem(given); problem != "" {
		resp.Diagnostics.AddError("Invalid import ID", fmt.Sprintf(
			"The import ID %s. Import by the key's id; the data source egs_h2ogpte_api_keys lists the ids.", problem))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), given)...)
	resp.Diagnostics.Append(setID(ctx, resp.Identity, types.StringValue(given))...)
}

// setID sets the identity; older CLIs know none.
func setID(ctx context.Context, identity *tfsdk.ResourceIdentity, id types.String) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	return identity.SetAttribute(ctx, path.Root("id"), id)
}

// ownKey is the error of ending the key that the provider itself logs in with; how is
// "delete" or "deactivate". Where the key's secret is not known, its last characters
// tell, unless it cannot be used anyway.
func ownKey(api *h2ogpteapi.Client, state *apiKeyResourceModel, how string) (diags diag.Diagnostics) {
	own, proof := api.IsOwnSecret(state.SecretKey.ValueString()), ""
	if state.SecretKey.IsNull() {
		proof = ", as far as its last characters tell"
		own = state.Active.ValueBool() && api.MayBeOwn(&h2ogpteapi.APIKey{Hint: state.Hint.ValueString()})
	}
	if own {
		diags.AddError(fmt.Sprintf("Unable to %s the provider's own h2oGPTe API key", how), fmt.Sprintf(
			"%s with the id %s is the key that the provider logs in with%s: without it Terraform could not go on, nor "+
				"create another one.\n\nGive the provider another administrator's key (h2ogpte.api_key or H2OGPTE_API_KEY) and "+
				"apply again. To keep the key and only forget it, use a removed block or terraform state rm.",
			state.object(), state.ID.ValueString(), proof))
	}
	return diags
}

// createFailed is the error of a create. Where it is not known whether the key was
// made, it tells how to find out.
func createFailed(object string, err error) diag.Diagnostic {
	const summary = "Unable to create h2oGPTe API key"
	if uncertain, ok := diagnostic.Uncertain("An h2oGPTe API key may have been created", object,
		"h2oGPTe returns a secret only once, so this key cannot be used. Before you apply again, look for the key in h2oGPTe (data "+
			"source egs_h2ogpte_api_keys, or terraform query). Unless another user created it, delete it there, or deactivate it with "+
			"the action egs_deactivate_h2ogpte_api_keys.", err); ok {
		return uncertain
	}
	if errors.Is(err, h2ogpteapi.ErrUnsupported) {
		return unsupportedInterval(summary, object, err)
	}
	return diagnostic.FromError(summary, object, err)
}

// unsupportedInterval is the error of an inactivity interval on an older h2oGPTe.
func unsupportedInterval(summary, object string, err error) diag.Diagnostic {
	failed := diagnostic.FromError(summary, object, err)
	return diag.NewAttributeErrorDiagnostic(path.Root("inactivity_interval_days"), summary, failed.Detail()+
		"\n\nThis h2oGPTe does not know inactivity intervals. Leave inactivity_interval_days out, or upgrade h2oGPTe.")
}
