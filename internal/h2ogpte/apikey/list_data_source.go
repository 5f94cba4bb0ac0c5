// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

// NewListDataSource makes the data source egs_h2ogpte_api_keys.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[h2ogpteapi.Client, keysModel]{
		Name:   "_h2ogpte_api_keys",
		Schema: keysSchema,
		Read:   readKeys,
	})
}

// keysModel is the data source in Terraform's terms.
type keysModel struct {
	Filter   types.String `tfsdk:"filter"`
	Active   types.Bool   `tfsdk:"active"`
	PageSize types.Int64  `tfsdk:"page_size"`
	APIKeys  []model      `tfsdk:"api_keys"`
}

// matches judges what h2oGPTe answered: how it matches its filter is not documented, and
// one that does not know it answers with every key.
func (m *keysModel) matches(key *h2ogpteapi.APIKey) bool {
	return strings.Contains(strings.ToLower(key.UserName), strings.ToLower(m.Filter.ValueString())) &&
		(m.Active.IsNull() || m.Active.ValueBool() == key.Active)
}

// object names what is looked for in messages.
func (m *keysModel) object() string {
	if m.Filter.IsNull() {
		return "all API keys"
	}
	return fmt.Sprintf("API keys with filter = %q", m.Filter.ValueString())
}

func keysSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the API keys of all users of h2oGPTe, without their secrets. Without a filter it lists all of them, also " +
			"those that are not active; several filters must all match. No match is an empty list.",
		Attributes: map[string]schema.Attribute{
			"filter": schema.StringAttribute{
				MarkdownDescription: "Only keys of users whose name contains this text, in any letter case. h2oGPTe may match more " +
					"narrowly, and list less.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"active": schema.BoolAttribute{
				MarkdownDescription: "`true` for only keys that are active, `false` for only the others.",
				Optional:            true,
			},
			"page_size": schema.Int64Attribute{
				MarkdownDescription: "How many keys one request asks for, from 2 to 100. Defaults to `100`. All pages are read: a smaller " +
					"page only takes more requests, for an h2oGPTe that limits what it answers.",
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(2, 100)},
			},
			"api_keys": schema.ListNestedAttribute{
				MarkdownDescription: "The keys that match, sorted by username, name and id.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: computedAttributes()},
			},
		},
	}
}

// computedAttributes are the attributes of a key that was found.
func computedAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			MarkdownDescription: "Identifier of the key, safe to show.",
			Computed:            true,
		},
		"username": schema.StringAttribute{
			MarkdownDescription: "Name of the user the key is for.",
			Computed:            true,
		},
		"name": schema.StringAttribute{
			MarkdownDescription: "Name of the key.",
			Computed:            true,
		},
		"collection_id": schema.StringAttribute{
			MarkdownDescription: "Identifier of the collection that the key is limited to; null if it is not limited.",
			Computed:            true,
		},
		"collection_name": schema.StringAttribute{
			MarkdownDescription: "Name of that collection.",
			Computed:            true,
		},
		"active": schema.BoolAttribute{
			MarkdownDescription: "Whether the key can be used. Whether a key that expired counts as active depends on h2oGPTe.",
			Computed:            true,
		},
		"is_global_key": schema.BoolAttribute{
			MarkdownDescription: "Whether the key is for all of h2oGPTe, not for one collection.",
			Computed:            true,
		},
		"expires_at": schema.StringAttribute{
			MarkdownDescription: "When the key expires, in RFC 3339 and UTC; null if it does not.",
			Computed:            true,
		},
		"inactivity_interval_days": schema.Int64Attribute{
			MarkdownDescription: "After how many days without use h2oGPTe deactivates the key; null if it does not.",
			Computed:            true,
		},
		"created_at": schema.StringAttribute{
			MarkdownDescription: "When the key was created, in RFC 3339 and UTC.",
			Computed:            true,
		},
		"hint": schema.StringAttribute{
			MarkdownDescription: "The last characters of the secret, by which people tell keys apart.",
			Computed:            true,
		},
	}
}

func readKeys(ctx context.Context, api *h2ogpteapi.Client, m *keysModel) (diags diag.Diagnostics) {
	list, err := api.APIKeys(ctx, m.Filter.ValueString(), int(m.PageSize.ValueInt64()))
	if err != nil {
		return face.Failed("Unable to list h2oGPTe API keys", m.object(), err)
	}
	diags.Append(face.LeftOut("h2oGPTe API keys", list.Unreadable)...)
	m.APIKeys = []model{}
	for _, key := range list.Items {
		if m.matches(&key) {
			var found model
			found.refresh(&key)
			m.APIKeys = append(m.APIKeys, found)
		}
	}
	return diags
}
