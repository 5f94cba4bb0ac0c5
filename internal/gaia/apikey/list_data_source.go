// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

// NewListDataSource makes the data source egs_gaia_api_keys.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[gaiaapi.Client, keysModel]{
		Name:   "_gaia_api_keys",
		Schema: keysSchema,
		Read:   readKeys,
	})
}

// keysModel is the data source in Terraform's terms.
type keysModel struct {
	keyFilter
	IncludeAPIKeys types.Bool `tfsdk:"include_api_keys"`
	APIKeys        []model    `tfsdk:"api_keys"`
}

func keysSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the API keys of Search GAIA. No match is an empty list.",
		Attributes: map[string]schema.Attribute{
			"permissions": schema.StringAttribute{
				MarkdownDescription: "Only keys of exactly these permissions, as `read` or `write`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"include_api_keys": schema.BoolAttribute{
				MarkdownDescription: "Whether to fetch the keys themselves too. Defaults to `false`. If `true`, all matching keys are " +
					"stored in Terraform's state in clear text.",
				Optional: true,
			},
			"api_keys": schema.ListNestedAttribute{
				MarkdownDescription: "The keys that match, sorted by id. The provider's own key is among them.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{
					Attributes: map[string]schema.Attribute{
						"id": schema.StringAttribute{
							MarkdownDescription: "Identifier of the key, safe to show: the SHA-256 of the key in lower-case hexadecimal.",
							Computed:            true,
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
							MarkdownDescription: "The key itself. Null unless `include_api_keys` is `true`.",
							Computed:            true,
							Sensitive:           true,
						},
					},
				},
			},
		},
	}
}

func readKeys(ctx context.Context, api *gaiaapi.Client, m *keysModel) (diags diag.Diagnostics) {
	list, err := api.APIKeys(ctx)
	if err != nil {
		return face.Failed("Unable to list Search GAIA API keys", m.object(), err)
	}
	diags.Append(face.LeftOut("Search GAIA API keys", list.Unreadable)...)
	m.APIKeys = []model{}
	for _, key := range m.chosen(list) {
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
