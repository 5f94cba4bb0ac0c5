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

// NewListResource makes the list resource egs_gaia_api_key.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[gaiaapi.Client, keyFilter, gaiaapi.APIKey]{
		Name:     "_gaia_api_key",
		Schema:   listSchema,
		Identity: identity,
		Select:   selectKeys,
		Show:     showKey,
	})
}

func listSchema() schema.Schema {
	return schema.Schema{
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

func selectKeys(ctx context.Context, api *gaiaapi.Client, filter *keyFilter) ([]gaiaapi.APIKey, diag.Diagnostics) {
	all, err := api.APIKeys(ctx)
	if err != nil {
		return nil, face.Failed("Unable to list Search GAIA API keys", filter.object(), err)
	}
	return filter.chosen(all), face.LeftOut("Search GAIA API keys", all.Unreadable)
}

func showKey(api *gaiaapi.Client, key *gaiaapi.APIKey) face.Result {
	managed := found(key, false)
	return face.Result{DisplayName: face.Own(displayName(key), key.ID == api.OwnKeyID()), ID: key.ID, Resource: &managed}
}

// displayName tells a person which key it is, as far as that can be told.
func displayName(key *gaiaapi.APIKey) string {
	return fmt.Sprintf("%s… (%s)", key.ID[:12], cmp.Or(key.Permissions, "no permissions"))
}
