// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// keyFilter chooses API keys; every part that is set must match.
type keyFilter struct {
	UserName           types.String `tfsdk:"username"`
	Name               types.String `tfsdk:"name"`
	CollectionID       types.String `tfsdk:"collection_id"`
	Expired            types.Bool   `tfsdk:"expired"`
	ExpiringWithinDays types.Int64  `tfsdk:"expiring_within_days"`
}

// filterAttributes are those of keyFilter.
func filterAttributes() face.Attributes {
	return face.Attributes{
		"username":      face.Optional("Only keys of exactly this user."),
		"name":          face.Optional("Only keys of exactly this name."),
		"collection_id": face.Optional("Only keys that are limited to the collection with this identifier."),
		"expired":       face.OptionalBool("`true` for only keys that have expired, `false` for only the others."),
		"expiring_within_days": face.OptionalInt64(
			"Only keys that expire within so many days; keys that have expired are not among them.", int64validator.AtLeast(0)),
	}
}

// activeFilter is the attribute of a filter by whether keys are active.
func activeFilter() face.Attributes {
	return face.Attributes{"active": face.OptionalBool("`true` for only keys that are active, `false` for only the others.")}
}

// matches judges the expiry by now, which is the service's time.
func (f *keyFilter) matches(key *h2ogpteapi.APIKey, now time.Time) bool {
	expires := key.ExpiresAt != nil
	expired := expires && !now.Before(*key.ExpiresAt)
	return face.Matches(f.UserName, key.UserName) && face.Matches(f.Name, key.Name) && face.Matches(f.CollectionID, key.CollectionID) &&
		face.MatchesBool(f.Expired, expired) &&
		(f.ExpiringWithinDays.IsNull() || (expires && !expired && renewal.IsDueAt(*key.ExpiresAt, f.ExpiringWithinDays.ValueInt64(), now)))
}

// object names what is looked for in messages.
func (f *keyFilter) object() string {
	return face.KeysWith(
		face.Filter{Name: "username", Value: f.UserName}, face.Filter{Name: "name", Value: f.Name},
		face.Filter{Name: "collection_id", Value: f.CollectionID},
	)
}

// choose returns the keys that match, and of which active, if set, is true; the summary is that of the error.
func (f *keyFilter) choose(ctx context.Context, api *h2ogpteapi.Client, active types.Bool, summary string) ([]h2ogpteapi.APIKey, diag.Diagnostics) {
	list, err := api.APIKeys(ctx, "", 0)
	if err != nil {
		return nil, face.Failed(summary, f.object(), err)
	}
	now, skew := api.TrustedNow(ctx)
	if skew != nil && (!f.Expired.IsNull() || !f.ExpiringWithinDays.IsNull()) {
		return nil, face.Failed(summary, f.object()+", chosen by their expiry", skew)
	}
	chosen := slices.DeleteFunc(list.Items, func(key h2ogpteapi.APIKey) bool {
		return !f.matches(&key, now) || !face.MatchesBool(active, key.Active)
	})
	return chosen, face.LeftOut("h2oGPTe API keys", list.Unreadable)
}

// displayName tells a person which key it is.
func displayName(key *h2ogpteapi.APIKey) string {
	what := "user " + key.UserName
	if key.CollectionName != "" {
		what += ", collection " + key.CollectionName
	}
	if key.ExpiresAt != nil {
		what += ", expires at " + key.ExpiresAt.UTC().Format(time.RFC3339)
	}
	if !key.Active {
		what += ", not active"
	}
	return fmt.Sprintf("%s (%s)", key.Name, what)
}

// NewListResource makes the list resource egs_h2ogpte_api_key.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[h2ogpteapi.Client, listModel, h2ogpteapi.APIKey]{
		Name: "_h2ogpte_api_key",
		Schema: func() face.Schema {
			return face.Schema{
				Description: "Lists API keys of h2oGPTe, sorted by username, name and id. Several filters must all match. No result holds a " +
					"secret.",
				Attributes: filterAttributes().With(activeFilter()).With(face.OwnKeyFilter(aboutOwnKey)),
			}
		},
		Noun: noun,
		Select: func(ctx context.Context, api *h2ogpteapi.Client, config *listModel) ([]h2ogpteapi.APIKey, diag.Diagnostics) {
			keys, diags := config.choose(ctx, api, config.Active, "Unable to list h2oGPTe API keys")
			return face.ChooseOwn(config.OwnKey, keys, api.MayBeOwn), diags
		},
		Show: showKey,
	})
}

// listModel is what a list asks for in Terraform's terms.
type listModel struct {
	keyFilter
	face.OwnKey
	Active types.Bool `tfsdk:"active"`
}

// showKey tells the user by name alone, which takes no look-up, and is what a person would write.
func showKey(api *h2ogpteapi.Client, key *h2ogpteapi.APIKey) face.Result {
	managed := resourceModel{Rotation: form.Unset()}
	now, skew := api.LastKnownTime()
	managed.refresh(key, now, skew)
	return face.Result{DisplayName: displayName(key), ID: key.ID, Own: api.MayBeOwn(key), Resource: &managed}
}

// NewListDataSource makes the data source egs_h2ogpte_api_keys.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[h2ogpteapi.Client, keysModel]{Name: "_h2ogpte_api_keys", Schema: keysSchema, Read: readKeys})
}

// keysModel is the data source in Terraform's terms.
type keysModel struct {
	face.OwnKey
	Filter   types.String  `tfsdk:"filter"`
	Active   types.Bool    `tfsdk:"active"`
	PageSize types.Int64   `tfsdk:"page_size"`
	APIKeys  []listedModel `tfsdk:"api_keys"`
}

// listedModel is an API key as the data source tells it: with what a resource does without.
type listedModel struct {
	model
	face.OwnKey
	CollectionName types.String `tfsdk:"collection_name"`
	IsGlobalKey    types.Bool   `tfsdk:"is_global_key"`
	CreatedAt      types.String `tfsdk:"created_at"`
}

// refresh takes over everything h2oGPTe shows.
func (m *listedModel) refresh(key *h2ogpteapi.APIKey) {
	m.model.refresh(key)
	m.CollectionName = face.StringOrNull(key.CollectionName)
	m.IsGlobalKey = types.BoolValue(key.Global)
	if !key.CreatedAt.IsZero() {
		m.CreatedAt = timeOrNull(&key.CreatedAt)
	}
}

// matches judges what h2oGPTe answered: how it matches its filter is not documented, and
// one that does not know it answers with every key.
func (m *keysModel) matches(key *h2ogpteapi.APIKey) bool {
	return strings.Contains(strings.ToLower(key.UserName), strings.ToLower(m.Filter.ValueString())) &&
		face.MatchesBool(m.Active, key.Active)
}

func keysSchema() face.Schema {
	return face.Schema{
		Description: "Lists the API keys of all users of h2oGPTe, without their secrets. Without a filter it lists all of them, also " +
			"those that are not active; several filters must all match. No match is an empty list.",
		Attributes: activeFilter().With(face.OwnKeyFilter(aboutOwnKey)).With(face.Attributes{
			"filter": face.Optional("Only keys of users whose name contains this text, in any letter case. h2oGPTe may match more " +
				"narrowly, and list less."),
			"page_size": face.OptionalInt64("How many keys one request asks for, from 2 to 100. Defaults to `100`. All pages are read: a smaller "+
				"page only takes more requests, for an h2oGPTe that limits what it answers.", int64validator.Between(2, 100)),
			"api_keys": face.Listed("The keys that match, sorted by username, name and id.", computedAttributes()),
		}),
	}
}

// aboutOwnKey says how far the provider knows the key that it logs in with.
const aboutOwnKey = "h2oGPTe lists no secrets: each active key whose `hint` is the end of the provider's key counts as `true`, in rare " +
	"cases another one too."

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
	}.With(face.OwnKeyMark(aboutOwnKey))
}

func readKeys(ctx context.Context, api *h2ogpteapi.Client, m *keysModel) (diags diag.Diagnostics) {
	list, err := api.APIKeys(ctx, m.Filter.ValueString(), int(m.PageSize.ValueInt64()))
	if err != nil {
		return face.Failed("Unable to list h2oGPTe API keys", face.KeysWith(face.Filter{Name: "filter", Value: m.Filter}), err)
	}
	diags.Append(face.LeftOut("h2oGPTe API keys", list.Unreadable)...)
	m.APIKeys = []listedModel{}
	for _, key := range face.ChooseOwn(m.OwnKey, list.Items, api.MayBeOwn) {
		if m.matches(&key) {
			found := listedModel{OwnKey: face.MarkOwn(api.MayBeOwn(&key))}
			found.refresh(&key)
			m.APIKeys = append(m.APIKeys, found)
		}
	}
	return diags
}
