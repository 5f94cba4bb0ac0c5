// SPDX-License-Identifier: MPL-2.0

package gaia

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/diagnostic"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

var _ list.ListResourceWithConfigure = (*apiKeyListResource)(nil)

// apiKeyListResource lists API keys for terraform query.
type apiKeyListResource struct {
	provider Provider
}

func newAPIKeyListResource() list.ListResource { return &apiKeyListResource{} }

// Metadata implements list.ListResource.
func (l *apiKeyListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = typeName(req.ProviderTypeName, "api_key")
}

// ListResourceConfigSchema implements list.ListResource.
func (l *apiKeyListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists API keys of Search GAIA, sorted by id. No result holds a key itself.",
		Attributes: map[string]schema.Attribute{
			"permissions": schema.StringAttribute{
				MarkdownDescription: "Only keys of exactly these permissions, as `read` or `write`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
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
func (l *apiKeyListResource) selected(ctx context.Context, req list.ListRequest) (keys []gaiaapi.APIKey, diags diag.Diagnostics) {
	var filter apiKeyFilter
	diags.Append(req.Config.Get(ctx, &filter)...)
	if diags.HasError() {
		return nil, diags
	}
	api := client(l.provider, &diags)
	if api == nil {
		return nil, diags
	}
	all, err := api.APIKeys(ctx)
	if err != nil {
		diags.Append(diagnostic.FromError("Unable to list Search GAIA API keys", filter.object(), err))
		return nil, diags
	}
	diags.Append(leftOut(all)...)
	for _, key := range sorted(all.Keys) {
		if filter.matches(&key) {
			keys = append(keys, key)
		}
	}
	return keys, diags
}

// listResult is a key as terraform query shows it. Query results are printed in
// clear, so it holds no secret.
func listResult(ctx context.Context, req list.ListRequest, key *gaiaapi.APIKey) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = displayName(key)
	result.Diagnostics.Append(setID(ctx, result.Identity, types.StringValue(key.ID))...)
	if req.IncludeResource {
		managed := foundAPIKey(key, false)
		result.Diagnostics.Append(result.Resource.Set(ctx, &managed)...)
	}
	return result
}

// displayName tells a person which key it is, as far as that can be told.
func displayName(key *gaiaapi.APIKey) string {
	return fmt.Sprintf("%s… (%s)", key.ID[:12], cmp.Or(key.Permissions, "no permissions"))
}
