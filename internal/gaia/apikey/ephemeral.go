// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

// NewEphemeralResource makes the ephemeral resource egs_gaia_api_key.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return face.NewEphemeralResource(face.EphemeralResource[gaiaapi.Client, model]{
		Name:   "_gaia_api_key",
		Schema: ephemeralSchema,
		Open:   openKey,
	})
}

func ephemeralSchema() schema.Schema {
	return schema.Schema{
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

func openKey(ctx context.Context, api *gaiaapi.Client, m *model) diag.Diagnostics {
	// Another provider configuration may have created it a moment ago.
	key, err := api.APIKey(ctx, m.ID.ValueString(), api.Now(ctx))
	if err != nil {
		return face.Failed("Unable to find Search GAIA API key", m.object(), err)
	}
	*m = found(key, true)
	return nil
}
