// SPDX-License-Identifier: MPL-2.0

package gaia

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/diagnostic"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

var _ datasource.DataSourceWithConfigure = (*apiKeysDataSource)(nil)

// apiKeysDataSource lists API keys.
type apiKeysDataSource struct {
	provider Provider
}

func newAPIKeysDataSource() datasource.DataSource { return &apiKeysDataSource{} }

// apiKeysModel is the data source in Terraform's terms.
type apiKeysModel struct {
	apiKeyFilter
	IncludeAPIKeys types.Bool    `tfsdk:"include_api_keys"`
	APIKeys        []apiKeyModel `tfsdk:"api_keys"`
}

// apiKeyFilter chooses API keys.
type apiKeyFilter struct {
	Permissions types.String `tfsdk:"permissions"`
}

func (f *apiKeyFilter) matches(key *gaiaapi.APIKey) bool {
	return f.Permissions.IsNull() || f.Permissions.ValueString() == key.Permissions
}

// object names what is looked for in messages.
func (f *apiKeyFilter) object() string {
	if f.Permissions.IsNull() {
		return "all API keys"
	}
	return fmt.Sprintf("API keys with permissions = %q", f.Permissions.ValueString())
}

// Metadata implements datasource.DataSource.
func (d *apiKeysDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = typeName(req.ProviderTypeName, "api_keys")
}

// Schema implements datasource.DataSource.
func (d *apiKeysDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
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

// Configure implements datasource.DataSourceWithConfigure.
func (d *apiKeysDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.provider = configured(req.ProviderData, &resp.Diagnostics)
}

// Read implements datasource.DataSource.
func (d *apiKeysDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config apiKeysModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	api := client(d.provider, &resp.Diagnostics)
	if api == nil {
		return
	}

	list, err := api.APIKeys(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.FromError("Unable to list Search GAIA API keys", config.object(), err))
		return
	}
	resp.Diagnostics.Append(leftOut(list)...)
	config.APIKeys = []apiKeyModel{}
	for _, key := range sorted(list.Keys) {
		if config.matches(&key) {
			config.APIKeys = append(config.APIKeys, foundAPIKey(&key, config.IncludeAPIKeys.ValueBool()))
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}

// leftOut is the warning of a list that could not be read completely.
func leftOut(list *gaiaapi.APIKeyList) (diags diag.Diagnostics) {
	if list.Unreadable > 0 {
		diags.AddWarning("Search GAIA API keys left out", fmt.Sprintf(
			"%d entries of the service's list could not be read or hide their key, and are not among the results.", list.Unreadable))
	}
	return diags
}

// foundAPIKey is a key as a data source shows it.
func foundAPIKey(key *gaiaapi.APIKey, withSecret bool) apiKeyModel {
	var m apiKeyModel
	m.refresh(key)
	if !withSecret {
		m.APIKey = types.StringNull()
	}
	return m
}

// sorted returns the keys in an order that does not depend on the service.
func sorted(keys []gaiaapi.APIKey) []gaiaapi.APIKey {
	return slices.SortedFunc(slices.Values(keys), func(a, b gaiaapi.APIKey) int { return cmp.Compare(a.ID, b.ID) })
}
