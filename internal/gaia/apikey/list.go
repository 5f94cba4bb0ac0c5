// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

var _ list.ListResourceWithConfigure = (*keyListResource)(nil)

// keyListResource lists API keys for terraform query.
type keyListResource struct {
	face.Resource[gaiaapi.Client]
}

// NewListResource makes the list resource egs_gaia_api_key.
func NewListResource() list.ListResource {
	return &keyListResource{face.NewResource[gaiaapi.Client]("_gaia_api_key")}
}

// ListResourceConfigSchema implements list.ListResource.
func (l *keyListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
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

// List implements list.ListResource.
func (l *keyListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	keys, diags := l.selected(ctx, req)
	face.Stream(ctx, req, stream, identity, keys, diags, func(key *gaiaapi.APIKey) face.Result {
		managed := found(key, false)
		return face.Result{DisplayName: displayName(key), ID: key.ID, Resource: &managed}
	})
}

// selected returns the keys that the configuration of the list asks for.
func (l *keyListResource) selected(ctx context.Context, req list.ListRequest) (keys []gaiaapi.APIKey, diags diag.Diagnostics) {
	var filter keyFilter
	api := l.Load(ctx, req.Config, &filter, &diags)
	if api == nil {
		return nil, diags
	}
	all, err := api.APIKeys(ctx)
	if err != nil {
		diags.Append(face.FromError("Unable to list Search GAIA API keys", filter.object(), err))
		return nil, diags
	}
	return filter.chosen(all), face.LeftOut("Search GAIA API keys", all.Unreadable)
}

// displayName tells a person which key it is, as far as that can be told.
func displayName(key *gaiaapi.APIKey) string {
	return fmt.Sprintf("%s… (%s)", key.ID[:12], cmp.Or(key.Permissions, "no permissions"))
}
