// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

// NewListDataSource makes the data source egs_gaia_api_keys.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[gaiaapi.Client, keysModel]{Name: "_gaia_api_keys", Schema: keysSchema, Read: readKeys})
}

// keysModel is the data source in Terraform's terms.
type keysModel struct {
	keyFilter
	IncludeAPIKeys types.Bool `tfsdk:"include_api_keys"`
	APIKeys        []model    `tfsdk:"api_keys"`
}

func keysSchema() face.Schema {
	return face.Schema{
		Description: "Lists the API keys of Search GAIA. No match is an empty list.",
		Attributes: filterAttributes().With(face.Attributes{
			"include_api_keys": face.OptionalBool("Whether to fetch the keys themselves too. Defaults to `false`. If `true`, all matching keys are " +
				"stored in Terraform's state in clear text."),
			"api_keys": face.Listed("The keys that match, sorted by id. The provider's own key is among them.",
				computedAttributes("The key itself. Null unless `include_api_keys` is `true`.")),
		}),
	}
}

// computedAttributes are the attributes of a key that was found.
func computedAttributes(secret string) face.Attributes {
	return face.Attributes{
		"id":          face.Computed("Identifier of the key, safe to show: the SHA-256 of the key in lower-case hexadecimal."),
		"permissions": face.Computed("What the key may do, as `read` or `write`; null if it has no permissions."),
		"config": schema.StringAttribute{
			MarkdownDescription: "Further members of the key's config, as a JSON object; `\"{}\"` is none.",
			CustomType:          jsontypes.NormalizedType{},
			Computed:            true,
		},
		"api_key": face.ComputedSecret(secret),
	}
}

func readKeys(ctx context.Context, api *gaiaapi.Client, m *keysModel) diag.Diagnostics {
	keys, diags := m.choose(ctx, api)
	m.APIKeys = []model{}
	for _, key := range keys {
		m.APIKeys = append(m.APIKeys, found(&key, m.IncludeAPIKeys.ValueBool()))
	}
	return diags
}

// found is a key as a data source shows it.
func found(key *gaiaapi.APIKey, withSecret bool) model {
	var m model
	m.refresh(key)
	if !withSecret {
		m.APIKey = types.StringNull()
	}
	return m
}
