// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

// keyFilter is the filter of the data source and the list resource. It selects the keys that match all attributes that are set.
type keyFilter struct {
	face.OwnKey
	Permissions types.String `tfsdk:"permissions"`
}

func filterAttributes() face.Attributes {
	return face.OwnKeyFilter(aboutOwnKey).With(face.Attributes{
		"permissions": face.Optional("Filter by the exact permissions, for example `read` or `write`."),
	})
}

func choose(ctx context.Context, api *gaiaapi.Client, filter *keyFilter) ([]gaiaapi.APIKey, diag.Diagnostics) {
	list, err := api.APIKeys(ctx)
	if err != nil {
		object := face.KeysWith(face.Filter{Name: "permissions", Value: filter.Permissions})
		return nil, face.Failed("Unable to list Search GAIA API keys", object, err)
	}
	chosen := slices.DeleteFunc(list.Items, func(key gaiaapi.APIKey) bool { return !face.Matches(filter.Permissions, key.Permissions) })
	return face.FilterOwn(filter.OwnKey, chosen, api.IsOwn), face.UnreadableWarning("Search GAIA API keys", list.Unreadable)
}

// NewListResource returns the list resource egs_gaia_api_key.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[gaiaapi.Client, keyFilter, gaiaapi.APIKey]{
		Name: "_gaia_api_key",
		Schema: func() face.Schema {
			return face.Schema{
				Description: "Lists API keys of Search GAIA, sorted by ID. Results contain no secrets.",
				Attributes:  filterAttributes(),
			}
		},
		Noun:   noun,
		Select: choose,
		Show:   showKey,
	})
}

func showKey(api *gaiaapi.Client, key *gaiaapi.APIKey) face.Result {
	managed := resourceModel{model: found(api, key, false).model, Rotation: form.Unset()}
	return face.Result{DisplayName: displayName(key), ID: key.ID, Own: api.IsOwn(key), Resource: &managed}
}

// displayName returns the beginning of the id, and the permissions, because keys have no names.
func displayName(key *gaiaapi.APIKey) string {
	return fmt.Sprintf("%s… (%s)", key.ID[:12], cmp.Or(key.Permissions, "no permissions"))
}

// NewListDataSource returns the data source egs_gaia_api_keys.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[gaiaapi.Client, keysModel]{Name: "_gaia_api_keys", Schema: keysSchema, Read: readKeys})
}

type keysModel struct {
	keyFilter
	IncludeAPIKeys types.Bool    `tfsdk:"include_api_keys"`
	APIKeys        []listedModel `tfsdk:"api_keys"`
}

// listedModel is the model of an API key in the data source and the ephemeral resource.
type listedModel struct {
	model
	face.OwnKey
}

func keysSchema() face.Schema {
	return face.Schema{
		Description: "Lists the API keys of Search GAIA. A key is listed if it matches all filters. If no key matches, the list is empty.",
		Attributes: filterAttributes().With(face.Attributes{
			"include_api_keys": face.OptionalBool("Whether to return the secrets. Defaults to `false`. If `true`, the secrets of all matching keys " +
				"are stored in the Terraform state in plain text."),
			"api_keys": face.Listed("Matching keys, sorted by ID.",
				computedAttributes("API key. It is a secret. Null unless `include_api_keys` is `true`.")),
		}),
	}
}

// aboutOwnKey says when the provider does not recognize the key that it logs in with.
const aboutOwnKey = "If the provider logs in without a Search GAIA API key, `used_by_provider` is `false` for every key."

func computedAttributes(secret string) face.Attributes {
	return face.Attributes{
		"id":          face.Computed("ID of the key: the SHA-256 hash of the key in lowercase hexadecimal. It is not a secret."),
		"permissions": face.Computed("Permissions of the key, for example `read` or `write`. Null if it has none."),
		"config": schema.StringAttribute{
			MarkdownDescription: "Configuration of the key as a JSON object, without the member `permissions`. `\"{}\"` if there are " +
				"no other members.",
			CustomType: jsontypes.NormalizedType{},
			Computed:   true,
		},
		"api_key": face.ComputedSecret(secret),
	}.With(face.OwnKeyAttribute(aboutOwnKey))
}

func readKeys(ctx context.Context, api *gaiaapi.Client, m *keysModel) diag.Diagnostics {
	keys, diags := choose(ctx, api, &m.keyFilter)
	m.APIKeys = []listedModel{}
	for _, key := range keys {
		m.APIKeys = append(m.APIKeys, *found(api, &key, m.IncludeAPIKeys.ValueBool()))
	}
	return diags
}

func found(api *gaiaapi.Client, key *gaiaapi.APIKey, withSecret bool) *listedModel {
	m := &listedModel{OwnKey: face.NewOwnKey(api.IsOwn(key))}
	m.refresh(key)
	if !withSecret {
		m.APIKey = types.StringNull()
	}
	return m
}
