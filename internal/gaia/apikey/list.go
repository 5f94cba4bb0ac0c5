// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

// NewListResource makes the list resource egs_gaia_api_key.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[gaiaapi.Client, keyFilter, gaiaapi.APIKey]{
		Name: "_gaia_api_key",
		Schema: func() face.Schema {
			return face.Schema{
				Description: "Lists API keys of Search GAIA, sorted by id. No result holds a key itself.",
				Attributes:  filterAttributes(),
			}
		},
		Noun: noun,
		Select: func(ctx context.Context, api *gaiaapi.Client, filter *keyFilter) ([]gaiaapi.APIKey, diag.Diagnostics) {
			return filter.choose(ctx, api)
		},
		Show: showKey,
	})
}

func showKey(api *gaiaapi.Client, key *gaiaapi.APIKey) face.Result {
	managed := found(key, false)
	return face.Result{DisplayName: face.Own(displayName(key), key.ID == api.OwnKeyID()), ID: key.ID, Resource: &managed}
}

// displayName tells a person which key it is, as far as that can be told.
func displayName(key *gaiaapi.APIKey) string {
	return fmt.Sprintf("%s… (%s)", key.ID[:12], cmp.Or(key.Permissions, "no permissions"))
}
