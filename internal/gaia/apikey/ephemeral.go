// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

// NewEphemeralResource returns the ephemeral resource egs_gaia_api_key.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return face.NewEphemeralResource(face.EphemeralResource[gaiaapi.Client, listedModel]{
		Name: "_gaia_api_key", Schema: ephemeralSchema, Open: openKey,
	})
}

func ephemeralSchema() face.Schema {
	return face.Schema{
		Description: "Returns an API key of Search GAIA by its ID. The key is not stored in the Terraform state or plan.",
		Attributes: computedAttributes("API key. It is a secret.").With(face.Attributes{
			"id": face.Required("ID of the key: its SHA-256 hash in lowercase hexadecimal.", keyID),
		}),
	}
}

func openKey(ctx context.Context, api *gaiaapi.Client, m *listedModel) diag.Diagnostics {
	// Pass the current time as the time of the create: another provider configuration has possibly created the key just now.
	key, err := api.APIKey(ctx, m.ID.ValueString(), api.Now(ctx))
	if err != nil {
		return face.Failed("Unable to find Search GAIA API key", m.object(), err)
	}
	*m = *found(api, key, true)
	return nil
}
