// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

// NewListDataSource makes the data source egs_h2ogpte_api_keys.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[h2ogpteapi.Client, keysModel]{Name: "_h2ogpte_api_keys", Schema: keysSchema, Read: readKeys})
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

func keysSchema() face.Schema {
	return face.Schema{
		Description: "Lists the API keys of all users of h2oGPTe, without their secrets. Without a filter it lists all of them, also " +
			"those that are not active; several filters must all match. No match is an empty list.",
		Attributes: activeFilter().With(face.Attributes{
			"filter": face.Optional("Only keys of users whose name contains this text, in any letter case. h2oGPTe may match more " +
				"narrowly, and list less."),
			"page_size": face.OptionalInt64("How many keys one request asks for, from 2 to 100. Defaults to `100`. All pages are read: a smaller "+
				"page only takes more requests, for an h2oGPTe that limits what it answers.", int64validator.Between(2, 100)),
			"api_keys": face.Listed("The keys that match, sorted by username, name and id.", computedAttributes()),
		}),
	}
}

// computedAttributes are the attributes of a key that was found.
func computedAttributes() face.Attributes {
	return face.Attributes{
		"id":                       face.Computed("Identifier of the key, safe to show."),
		"username":                 face.Computed("Name of the user the key is for."),
		"name":                     face.Computed("Name of the key."),
		"collection_id":            face.Computed("Identifier of the collection that the key is limited to; null if it is not limited."),
		"collection_name":          face.Computed("Name of that collection."),
		"active":                   face.ComputedBool("Whether the key can be used. Whether a key that expired counts as active depends on h2oGPTe."),
		"is_global_key":            face.ComputedBool("Whether the key is for all of h2oGPTe, not for one collection."),
		"expires_at":               face.Computed("When the key expires, in RFC 3339 and UTC; null if it does not."),
		"inactivity_interval_days": face.ComputedInt64("After how many days without use h2oGPTe deactivates the key; null if it does not."),
		"created_at":               face.Computed("When the key was created, in RFC 3339 and UTC."),
		"hint":                     face.Computed("The last characters of the secret, by which people tell keys apart."),
	}
}

func readKeys(ctx context.Context, api *h2ogpteapi.Client, m *keysModel) (diags diag.Diagnostics) {
	list, err := api.APIKeys(ctx, m.Filter.ValueString(), int(m.PageSize.ValueInt64()))
	if err != nil {
		return face.Failed("Unable to list h2oGPTe API keys", face.KeysWith(face.Filter{Name: "filter", Value: m.Filter}), err)
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
