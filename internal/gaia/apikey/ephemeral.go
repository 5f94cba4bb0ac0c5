// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*keyEphemeral)(nil)

// keyEphemeral looks a key up by its id.
type keyEphemeral struct {
	face.EphemeralResource[gaiaapi.Client]
}

// NewEphemeralResource makes the ephemeral resource egs_gaia_api_key.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return &keyEphemeral{face.NewEphemeralResource[gaiaapi.Client]("_gaia_api_key")}
}

// Schema implements ephemeral.EphemeralResource.
func (e *keyEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Looks an API key of Search GAIA up by its id, for use in this run only: neither the state nor a plan " +
			"file holds it.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Identifier of the key: its SHA-256 in lower-case hexadecimal.",
				Required:            true,
				Validators:          []validator.String{keyID},
			},
			"permissions": schema.StringAttribute{
				MarkdownDescription: "What the key may do, as `read` or `write`; null if it has no permissions.",
				Computed:            true,
			},
			"config": schema.StringAttribute{
				MarkdownDescription: "Further members of the key's config, as a JSON object; `\"{}\"` is none.",
				CustomType:          jsontypes.NormalizedType{},
				Computed:            true,
			},
			"api_key": schema.StringAttribute{
				MarkdownDescription: "The key itself.",
				Computed:            true,
				Sensitive:           true,
			},
		},
	}
}

// Open implements ephemeral.EphemeralResource.
func (e *keyEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var config model
	api := e.Load(ctx, req.Config, &config, &resp.Diagnostics)
	if api == nil {
		return
	}

	// Another provider configuration may have created it a moment ago.
	key, err := api.APIKey(ctx, config.ID.ValueString(), api.Now(ctx))
	if err != nil {
		resp.Diagnostics.Append(face.FromError("Unable to find Search GAIA API key", config.object(), err))
		return
	}
	found := found(key, true)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &found)...)
}
