// SPDX-License-Identifier: MPL-2.0

package egs

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/diagnostic"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

var (
	_ resource.ResourceWithConfigure        = (*apiKeyResource)(nil)
	_ resource.ResourceWithConfigValidators = (*apiKeyResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*apiKeyResource)(nil)
	_ resource.ResourceWithImportState      = (*apiKeyResource)(nil)
)

// apiKeyResource manages one API key.
type apiKeyResource struct {
	provider Provider
}

func newAPIKeyResource() resource.Resource { return &apiKeyResource{} }

// Metadata implements resource.Resource.
func (r *apiKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

// Schema implements resource.Resource.
func (r *apiKeyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	// EGS has no call that changes a key, so every change of an argument replaces
	// it. What the controller computed stays as it is until then.
	fixed := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	computed := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}

	resp.Schema = schema.Schema{
		MarkdownDescription: "An API key of EGS: what a team's programs reach EGS with.\n\n" +
			"EGS cannot change a key. A change of any argument deletes the key and creates another one, whose " +
			"secret is new. A key that somebody deleted is created anew; a key that somebody changed is replaced.\n\n" +
			"~> The secret is stored in Terraform's state in clear text. Keep the state where only those can read it " +
			"who may use the key.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Identifier of the key, safe to show: the MD5 of its secret in lower-case hexadecimal.",
				Computed:            true,
				PlanModifiers:       computed,
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key. EGS allows several keys of the same name. Changing it replaces the key.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       fixed,
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "What the key may do: `Owner` everything, `Editor` read and change one workspace, " +
					"`Viewer` read one workspace. Changing it replaces the key.",
				Required:      true,
				Validators:    []validator.String{stringvalidator.OneOf("Owner", "Editor", "Viewer")},
				PlanModifiers: fixed,
			},
			"workspace_name": schema.StringAttribute{
				MarkdownDescription: "Name of the workspace the key is for. Required for the roles `Editor` and `Viewer`, " +
					"optional for `Owner`. The workspace must exist. Changing it replaces the key.",
				Optional:      true,
				Validators:    []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers: fixed,
			},
			"user_name": schema.StringAttribute{
				MarkdownDescription: "Name of the user the key is for. Defaults to `admin`. EGS may show it in another " +
					"letter case, which is no difference. Changing it otherwise replaces the key.",
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString("admin"),
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers: []planmodifier.String{
					keepLetterCase{},
					stringplanmodifier.RequiresReplace(),
				},
			},
			"description": schema.StringAttribute{
				MarkdownDescription: "What the key is for, in words. Changing it replaces the key.",
				Optional:            true,
				PlanModifiers: []planmodifier.String{
					stringplanmodifier.RequiresReplaceIf(textChanged, textChangedDescription, textChangedDescription),
				},
			},
			"valid_until": schema.StringAttribute{
				MarkdownDescription: "Date until which the key is valid, as `YYYY-MM-DD`, for example `2027-03-31`. It must " +
					"not be past (in UTC) when the key is created; a key that exists may expire. Whether the key still works on that " +
					"day itself is up to the controller. Changing it replaces the key.",
				Required:      true,
				Validators:    []validator.String{renewal.Date()},
				PlanModifiers: fixed,
			},
			"service_account_name": schema.StringAttribute{
				MarkdownDescription: "Name of the Kubernetes service account whose permissions the key has.",
				Computed:            true,
				PlanModifiers:       computed,
			},
			"token_ttl_seconds": schema.Int64Attribute{
				MarkdownDescription: "Lifetime, in seconds, of the access tokens that EGS issues for the key.",
				Computed:            true,
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
			"api_key": schema.StringAttribute{
				MarkdownDescription: "The secret: what `EGS_API_KEY` takes. Null where the key was imported from a controller " +
					"whose list hides secrets.",
				Computed:      true,
				Sensitive:     true,
				PlanModifiers: computed,
			},
		},
	}
}

// Configure implements resource.ResourceWithConfigure.
func (r *apiKeyResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.provider = configured(req.ProviderData, &resp.Diagnostics)
}

// ConfigValidators implements resource.ResourceWithConfigValidators.
func (r *apiKeyResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{workspaceRequired{}}
}

// ModifyPlan implements resource.ResourceWithModifyPlan. It refuses a date that is
// past where a key is to be created with it. A replacement comes here a second
// time without a state, as a creation does.
func (r *apiKeyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !req.State.Raw.IsNull() || req.Plan.Raw.IsNull() {
		return
	}
	var plan apiKeyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(r.checkDate(&plan)...)
}

// Create implements resource.Resource.
func (r *apiKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan apiKeyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(r.checkDate(&plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	api := client(r.provider, &resp.Diagnostics)
	if api == nil {
		return
	}

	created, err := api.CreateAPIKey(ctx, plan.newAPIKey())
	if err != nil {
		resp.Diagnostics.Append(diagnostic.FromError("Unable to create EGS API key", plan.object(), err))
		if egsapi.MaybeDone(err) {
			resp.Diagnostics.AddWarning("An EGS API key may have been created all the same", fmt.Sprintf(
				"%s: nobody knows whether EGS made the key, since the answer is lost. Before you apply again, look whether "+
					"EGS lists it (data source egs_api_keys), and delete or import it if so.", plan.object()))
		}
		return
	}
	// From here on the key lives: it is in the state before anything else can fail.
	plan.setComputed(created)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)

	listed, err := api.APIKey(ctx, plan.ref())
	if err != nil {
		resp.Diagnostics.Append(diagnostic.WarningFromError(
			"EGS API key created, but not all of it could be read",
			plan.object()+" was created and saved. service_account_name and token_ttl_seconds follow with the next refresh", err))
		return
	}
	plan.setComputed(listed)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Read implements resource.Resource.
func (r *apiKeyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state apiKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	api := client(r.provider, &resp.Diagnostics)
	if api == nil {
		return
	}

	key, err := api.APIKey(ctx, state.ref())
	if errors.Is(err, egsapi.ErrNotFound) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostic.FromError("Unable to read EGS API key", state.object(), err))
		return
	}
	state.refresh(key)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// Update implements resource.Resource. It is called where no description becomes
// an empty one or the other way round, which is the same to EGS.
func (r *apiKeyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan apiKeyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete implements resource.Resource.
func (r *apiKeyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state apiKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	api := client(r.provider, &resp.Diagnostics)
	if api == nil {
		return
	}

	const summary = "Unable to delete EGS API key"
	ref := state.ref()
	if ref.Secret == "" {
		// EGS deletes by secret; the list may tell it.
		key, err := api.APIKey(ctx, ref)
		if errors.Is(err, egsapi.ErrNotFound) {
			return
		}
		if err != nil {
			resp.Diagnostics.Append(diagnostic.FromError(summary, state.object(), err))
			return
		}
		if key.Secret == "" {
			resp.Diagnostics.AddError(summary, fmt.Sprintf(
				"%s: EGS deletes a key by its secret, which is not in the state, and this controller's list hides secrets.\n\n"+
					"Delete the key with the id %s in the EGS portal; the next plan then finds it gone. To keep the key and only "+
					"forget it, use a removed block or terraform state rm.", state.object(), ref.ID))
			return
		}
		ref.Secret = key.Secret
	}
	if err := api.DeleteAPIKey(ctx, ref); err != nil {
		resp.Diagnostics.Append(diagnostic.FromError(summary, state.object(), err))
	}
}

// ImportState implements resource.ResourceWithImportState. Read fills the rest.
func (r *apiKeyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, workspace, err := parseImportID(req.ID)
	if err != nil {
		resp.Diagnostics.AddError("Invalid import ID", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	if workspace != "" {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("workspace_name"), workspace)...)
	}
}

// checkDate is the error of a key that would be created with a date that is past.
func (r *apiKeyResource) checkDate(plan *apiKeyModel) (diags diag.Diagnostics) {
	if date := plan.ValidUntil.ValueString(); renewal.IsPast(date, r.provider.Now()) {
		diags.AddAttributeError(path.Root("valid_until"), "Date is past", fmt.Sprintf(
			"%s would be created with valid_until = %q, which is past: today is %s in UTC. Set a later date.",
			plan.object(), date, r.provider.Now().UTC().Format("2006-01-02")))
	}
	return diags
}
