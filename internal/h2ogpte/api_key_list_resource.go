// SPDX-License-Identifier: MPL-2.0

package h2ogpte

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/diagnostic"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

var _ list.ListResourceWithConfigure = (*apiKeyListResource)(nil)

// apiKeyListResource lists API keys for terraform query.
type apiKeyListResource struct {
	provider Provider
}

func newAPIKeyListResource() list.ListResource { return &apiKeyListResource{} }

// apiKeyListModel is what a list asks for in Terraform's terms.
type apiKeyListModel struct {
	apiKeyFilter
	Active types.Bool `tfsdk:"active"`
}

// Metadata implements list.ListResource.
func (l *apiKeyListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_h2ogpte_api_key"
}

// ListResourceConfigSchema implements list.ListResource.
func (l *apiKeyListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists API keys of h2oGPTe, sorted by username, name and id. Several filters must all match. No result holds a " +
			"secret.",
		Attributes: map[string]schema.Attribute{
			"username": schema.StringAttribute{
				MarkdownDescription: "Only keys of exactly this user.",
				Optional:            true,
				Validators:          filled,
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Only keys of exactly this name.",
				Optional:            true,
				Validators:          filled,
			},
			"collection_id": schema.StringAttribute{
				MarkdownDescription: "Only keys that are limited to the collection with this identifier.",
				Optional:            true,
				Validators:          filled,
			},
			"active": schema.BoolAttribute{
				MarkdownDescription: "`true` for only keys that are active, `false` for only the others.",
				Optional:            true,
			},
			"expired": schema.BoolAttribute{
				MarkdownDescription: "`true` for only keys that have expired, `false` for only the others.",
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
	keys, now, diags := l.selected(ctx, req)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for i := range keys {
			if int64(i) == req.Limit || ctx.Err() != nil {
				return
			}
			if !push(listResult(ctx, req, &keys[i], now)) {
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

// selected returns the keys that the configuration of the list asks for, and the
// service's time.
func (l *apiKeyListResource) selected(ctx context.Context, req list.ListRequest) (keys []h2ogpteapi.APIKey, now time.Time, diags diag.Diagnostics) {
	var config apiKeyListModel
	diags.Append(req.Config.Get(ctx, &config)...)
	if diags.HasError() {
		return nil, now, diags
	}
	api := client(l.provider, &diags)
	if api == nil {
		return nil, now, diags
	}
	all, err := api.APIKeys(ctx, "", 0)
	if err != nil {
		diags.Append(diagnostic.FromError("Unable to list h2oGPTe API keys", config.object(), err))
		return nil, now, diags
	}
	diags.Append(leftOut(all)...)
	now = api.Now(ctx)
	for _, key := range sorted(all.Keys) {
		if config.matches(&key, now) && (config.Active.IsNull() || config.Active.ValueBool() == key.Active) {
			keys = append(keys, key)
		}
	}
	return keys, now, diags
}

// listResult is a key as terraform query shows it. It tells the user by name alone,
// which takes no look-up, and is what a person would write.
func listResult(ctx context.Context, req list.ListRequest, key *h2ogpteapi.APIKey, now time.Time) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = displayName(key)
	result.Diagnostics.Append(setID(ctx, result.Identity, types.StringValue(key.ID))...)
	if req.IncludeResource {
		var managed apiKeyResourceModel
		managed.refresh(key, now)
		result.Diagnostics.Append(result.Resource.Set(ctx, &managed)...)
	}
	return result
}
