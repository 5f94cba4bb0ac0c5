// SPDX-License-Identifier: MPL-2.0

package egs

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/diagnostic"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
)

var _ list.ListResourceWithConfigure = (*apiKeyListResource)(nil)

// apiKeyListResource lists API keys for terraform query.
type apiKeyListResource struct {
	provider Provider
}

func newAPIKeyListResource() list.ListResource { return &apiKeyListResource{} }

// Metadata implements list.ListResource.
func (l *apiKeyListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

// ListResourceConfigSchema implements list.ListResource.
func (l *apiKeyListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists API keys of EGS, sorted by workspace, name and id. Several filters must all match. No result holds " +
			"a secret.",
		Attributes: map[string]schema.Attribute{
			"workspace_name": schema.StringAttribute{
				MarkdownDescription: "Only keys of this workspace. Credentials that are bound to a workspace may need it.",
				Optional:            true,
				Validators:          filled,
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "Only keys of this role: `Owner`, `Editor` or `Viewer`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf("Owner", "Editor", "Viewer")},
			},
			"user_name": schema.StringAttribute{
				MarkdownDescription: "Only keys of this user, in any letter case.",
				Optional:            true,
				Validators:          filled,
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Only keys of exactly this name.",
				Optional:            true,
				Validators:          filled,
			},
			"expired": schema.BoolAttribute{
				MarkdownDescription: "`true` for only keys whose date is past, `false` for only the others.",
				Optional:            true,
			},
			"expiring_within_days": schema.Int64Attribute{
				MarkdownDescription: "Only keys that expire within so many days; keys that have expired are not among them.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
		},
	}
}

// Configure implements list.ListResourceWithConfigure.
func (l *apiKeyListResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	l.provider = configured(req.ProviderData, &resp.Diagnostics)
}

// List implements list.ListResource.
func (l *apiKeyListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	keys, diags := l.selected(ctx, req)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for i := range keys {
			if int64(i) == req.Limit || ctx.Err() != nil {
				return
			}
			if !push(listResult(ctx, req, &keys[i])) {
				return
			}
		}
		// The warnings that came with the list.
		for _, d := range diags {
			if !push(list.ListResult{Diagnostics: diag.Diagnostics{d}}) {
				return
			}
		}
	}
}

// selected returns the keys that the configuration of the list asks for.
func (l *apiKeyListResource) selected(ctx context.Context, req list.ListRequest) (keys []egsapi.APIKey, diags diag.Diagnostics) {
	var selection apiKeySelection
	diags.Append(req.Config.Get(ctx, &selection)...)
	if diags.HasError() {
		return nil, diags
	}
	api := client(l.provider, &diags)
	if api == nil {
		return nil, diags
	}
	all, err := api.APIKeys(ctx, selection.WorkspaceName.ValueString())
	if err != nil {
		diags.Append(diagnostic.FromError("Unable to list EGS API keys", selection.object(), err))
		return nil, diags
	}
	diags.Append(leftOut(all)...)
	now := api.Now(ctx)
	for _, key := range sorted(all.Keys) {
		if selection.matches(&key, now) {
			keys = append(keys, key)
		}
	}
	return keys, diags
}

// listResult is a key as terraform query shows it. Query results are printed in
// clear, so it holds no secret.
func listResult(ctx context.Context, req list.ListRequest, key *egsapi.APIKey) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = displayName(key)
	result.Diagnostics.Append(setID(ctx, result.Identity, types.StringValue(key.ID))...)
	if req.IncludeResource {
		managed := apiKeyResourceModel{
			apiKeyModel:       foundAPIKey(key, false).apiKeyModel,
			ReadyForRenewal:   types.BoolValue(false),
			RotateWhenChanged: types.MapNull(types.StringType),
		}
		result.Diagnostics.Append(result.Resource.Set(ctx, &managed)...)
	}
	return result
}

// displayName tells a person which key it is.
func displayName(key *egsapi.APIKey) string {
	place := ""
	if key.WorkspaceName != "" {
		place = " of workspace " + key.WorkspaceName
	}
	return fmt.Sprintf("%s (%s%s, user %s, valid until %s)", key.Name, key.Role, place, key.UserName, key.ValidUntil)
}
