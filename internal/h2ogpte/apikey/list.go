// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

var _ list.ListResourceWithConfigure = (*keyListResource)(nil)

// keyListResource lists API keys for terraform query.
type keyListResource struct {
	face.Resource[h2ogpteapi.Client]
}

// NewListResource makes the list resource egs_h2ogpte_api_key.
func NewListResource() list.ListResource {
	return &keyListResource{face.NewResource[h2ogpteapi.Client]("_h2ogpte_api_key")}
}

// listModel is what a list asks for in Terraform's terms.
type listModel struct {
	keyFilter
	Active types.Bool `tfsdk:"active"`
}

// ListResourceConfigSchema implements list.ListResource.
func (l *keyListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
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

// List implements list.ListResource. It tells the user by name alone, which takes no look-up, and is what a person
// would write.
func (l *keyListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	keys, now, diags := l.selected(ctx, req)
	face.Stream(ctx, req, stream, identity, keys, diags, func(key *h2ogpteapi.APIKey) face.Result {
		var managed resourceModel
		managed.refresh(key, now)
		return face.Result{DisplayName: displayName(key), ID: key.ID, Resource: &managed}
	})
}

// selected returns the keys that the configuration of the list asks for, and the service's time.
func (l *keyListResource) selected(ctx context.Context, req list.ListRequest) (keys []h2ogpteapi.APIKey, now time.Time, diags diag.Diagnostics) {
	var config listModel
	api := l.Load(ctx, req.Config, &config, &diags)
	if api == nil {
		return nil, now, diags
	}
	all, err := api.APIKeys(ctx, "", 0)
	if err != nil {
		diags.Append(face.FromError("Unable to list h2oGPTe API keys", config.object(), err))
		return nil, now, diags
	}
	now = api.Now(ctx)
	return config.chosen(all, config.Active, now), now, face.LeftOut("h2oGPTe API keys", all.Unreadable)
}
