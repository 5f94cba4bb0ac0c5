// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

// keyFilter chooses API keys.
type keyFilter struct {
	Permissions types.String `tfsdk:"permissions"`
}

// filterAttributes are those of keyFilter.
func filterAttributes() face.Attributes {
	return face.Attributes{"permissions": face.Optional("Only keys of exactly these permissions, as `read` or `write`.")}
}

// choose returns the keys that match.
func (f *keyFilter) choose(ctx context.Context, api *gaiaapi.Client) ([]gaiaapi.APIKey, diag.Diagnostics) {
	list, err := api.APIKeys(ctx)
	if err != nil {
		object := face.KeysWith(face.Filter{Name: "permissions", Value: f.Permissions})
		return nil, face.Failed("Unable to list Search GAIA API keys", object, err)
	}
	chosen := slices.DeleteFunc(list.Items, func(key gaiaapi.APIKey) bool { return !face.Matches(f.Permissions, key.Permissions) })
	return chosen, face.LeftOut("Search GAIA API keys", list.Unreadable)
}
