// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewListDataSource makes the data source egs_api_keys.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, keysModel]{Name: "_api_keys", Schema: keysSchema, Read: readKeys})
}

// keysModel is the data source in Terraform's terms.
type keysModel struct {
	keyFilter
	IncludeAPIKeys types.Bool    `tfsdk:"include_api_keys"`
	APIKeys        []listedModel `tfsdk:"api_keys"`
}

func keysSchema() face.Schema {
	return face.Schema{
		Description: "Lists the API keys of EGS that the provider's credentials may see. Without a filter it lists " +
			"all of them; several filters must all match. No match is an empty list.",
		Attributes: filterAttributes().With(face.Attributes{
			"include_api_keys": face.OptionalBool("Whether to fetch the secrets too. Defaults to `false`. If `true`, the secrets of all matching " +
				"keys are stored in Terraform's state in clear text."),
			"api_keys": face.Listed("The keys that match, sorted by workspace, name and id.",
				computedAttributes("The secret. Null unless `include_api_keys` is `true`.")),
		}),
	}
}

// computedAttributes are the attributes of a key that was found.
func computedAttributes(secret string) face.Attributes {
	return face.Attributes{
		"id":                   face.Computed("Identifier of the key, safe to show: the MD5 of its secret in lower-case hexadecimal."),
		"name":                 face.Computed("Name of the key."),
		"role":                 face.Computed("Role of the key: `Owner`, `Editor` or `Viewer`."),
		"workspace_name":       face.Computed("Name of the key's workspace; null for a key of none."),
		"user_name":            face.Computed("Name of the key's user, in the letter case that EGS shows."),
		"description":          face.Computed("What the key is for; null if nobody said."),
		"valid_until":          face.Computed("Date until which the key is valid, as `YYYY-MM-DD`."),
		"service_account_name": face.Computed("Name of the Kubernetes service account whose permissions the key has."),
		"token_ttl_seconds":    face.ComputedInt64("Lifetime, in seconds, of the access tokens that EGS issues for the key."),
		"api_key":              face.ComputedSecret(secret),
	}
}

func readKeys(ctx context.Context, api *egsapi.Client, m *keysModel) diag.Diagnostics {
	selection := keySelection{keyFilter: m.keyFilter}
	keys, diags := selection.choose(ctx, api, "Unable to list EGS API keys")
	m.APIKeys = []listedModel{}
	for _, key := range keys {
		m.APIKeys = append(m.APIKeys, found(&key, m.IncludeAPIKeys.ValueBool()))
	}
	return diags
}

// found is a key as a data source shows it.
func found(key *egsapi.APIKey, withSecret bool) listedModel {
	var m listedModel
	m.refresh(key)
	if !withSecret {
		m.APIKey = types.StringNull()
	}
	return m
}
