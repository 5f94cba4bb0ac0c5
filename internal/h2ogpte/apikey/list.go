// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"fmt"
	"slices"
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

// keyFilter is the filter of the data source, the list resource and the action. It selects the keys that match all attributes
// that are set.
type keyFilter struct {
	face.OwnKey
	Name               types.String `tfsdk:"name"`
	UserName           types.String `tfsdk:"username"`
	CollectionID       types.String `tfsdk:"collection_id"`
	Active             types.Bool   `tfsdk:"active"`
	Expired            types.Bool   `tfsdk:"expired"`
	ExpiringWithinDays types.Int64  `tfsdk:"expiring_within_days"`
}

func filterAttributes() face.Attributes {
	return face.Attributes{
		"name":          face.Optional("Filter by the exact name."),
		"username":      face.Optional("Filter by the exact username."),
		"collection_id": face.Optional("Filter by the ID of the collection that the key is limited to."),
		"active":        face.OptionalBool("Filter by status: `true` selects active keys, `false` selects inactive ones."),
		"expired":       face.OptionalBool("Filter by expiry: `true` selects expired keys, `false` selects the others."),
		"expiring_within_days": face.OptionalInt64(
			"Filter by expiry: selects keys that expire within this number of days. Expired keys are not included.", int64validator.AtLeast(0)),
	}.With(face.OwnKeyFilter(aboutOwnKey))
}

// matches reports whether the key matches all attributes that are set, except OwnKey. The parameter now is the service's time.
func (f *keyFilter) matches(key *h2ogpteapi.APIKey, now time.Time) bool {
	expires := key.ExpiresAt != nil
	expired := expires && !now.Before(*key.ExpiresAt)
	return face.Matches(f.Name, key.Name) && face.Matches(f.UserName, key.UserName) && face.Matches(f.CollectionID, key.CollectionID) &&
		face.MatchesBool(f.Active, key.Active) && face.MatchesBool(f.Expired, expired) &&
		(f.ExpiringWithinDays.IsNull() || (expires && !expired && renewal.IsDueAt(*key.ExpiresAt, f.ExpiringWithinDays.ValueInt64(), now)))
}

// object describes the selected keys in messages.
func (f *keyFilter) object() string {
	return face.KeysWith(
		face.Filter{Name: "username", Value: f.UserName}, face.Filter{Name: "name", Value: f.Name},
		face.Filter{Name: "collection_id", Value: f.CollectionID},
	)
}

// choose returns the keys that match the filter. The parameter summary is the summary of the error, if choose returns an error.
//
// The parameters usernames and pageSize are sent to h2oGPTe. How h2oGPTe matches usernames is not documented, so the provider
// filters the keys again. If usernames is "" and pageSize is 0, other reads can use the same list response.
func (f *keyFilter) choose(
	ctx context.Context, api *h2ogpteapi.Client, usernames string, pageSize int64, summary string,
) ([]h2ogpteapi.APIKey, diag.Diagnostics) {
	list, err := api.APIKeys(ctx, usernames, int(pageSize))
	if err != nil {
		return nil, face.Failed(summary, f.object(), err)
	}
	now, skew := api.TrustedNow(ctx)
	if skew != nil && (!f.Expired.IsNull() || !f.ExpiringWithinDays.IsNull()) {
		return nil, face.Failed(summary, f.object()+", filtered by expiry", skew)
	}
	chosen := slices.DeleteFunc(list.Items, func(key h2ogpteapi.APIKey) bool { return !f.matches(&key, now) })
	return face.FilterOwn(f.OwnKey, chosen, api.MayBeOwn), face.UnreadableWarning("h2oGPTe API keys", list.Unreadable)
}

// displayName returns the name of the key with its user, collection, expiry and status.
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

const listSummary = "Unable to list h2oGPTe API keys"

// NewListResource returns the list resource egs_h2ogpte_api_key.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[h2ogpteapi.Client, keyFilter, h2ogpteapi.APIKey]{
		Name: "_h2ogpte_api_key",
		Schema: func() face.Schema {
			return face.Schema{
				Description: "Lists API keys of h2oGPTe, sorted by username, name and id. A key is listed if it matches all filters. Results " +
					"contain no secrets.",
				Attributes: filterAttributes(),
			}
		},
		Noun: noun,
		Select: func(ctx context.Context, api *h2ogpteapi.Client, filter *keyFilter) ([]h2ogpteapi.APIKey, diag.Diagnostics) {
			return filter.choose(ctx, api, "", 0, listSummary)
		},
		Show: showKey,
	})
}

// showKey returns the result for a listed key. The result has no user ID, because the provider needs another request to read the
// user ID.
func showKey(api *h2ogpteapi.Client, key *h2ogpteapi.APIKey) face.Result {
	managed := resourceModel{Rotation: form.Unset()}
	now, skew := api.LastKnownTime()
	managed.refresh(key, now, skew)
	return face.Result{DisplayName: displayName(key), ID: key.ID, Own: api.MayBeOwn(key), Resource: &managed}
}

// NewListDataSource returns the data source egs_h2ogpte_api_keys.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[h2ogpteapi.Client, keysModel]{Name: "_h2ogpte_api_keys", Schema: keysSchema, Read: readKeys})
}

type keysModel struct {
	keyFilter
	PageSize types.Int64   `tfsdk:"page_size"`
	APIKeys  []listedModel `tfsdk:"api_keys"`
}

// listedModel is the model of an API key in the data source, with attributes that the resource does not have.
type listedModel struct {
	model
	face.OwnKey
	CollectionName types.String `tfsdk:"collection_name"`
	IsGlobalKey    types.Bool   `tfsdk:"is_global_key"`
	CreatedAt      types.String `tfsdk:"created_at"`
}

func (m *listedModel) refresh(key *h2ogpteapi.APIKey) {
	m.model.refresh(key)
	m.CollectionName = face.StringOrNull(key.CollectionName)
	m.IsGlobalKey = types.BoolValue(key.Global)
	if !key.CreatedAt.IsZero() {
		m.CreatedAt = timeOrNull(&key.CreatedAt)
	}
}

func keysSchema() face.Schema {
	return face.Schema{
		Description: "Lists the API keys of all users of h2oGPTe, without their secrets. A key is listed if it matches all filters. Inactive " +
			"keys are included. If no key matches, the list is empty.",
		Attributes: filterAttributes().With(face.Attributes{
			"page_size": face.OptionalInt64("Number of keys per request, from 2 to 100. Defaults to `100`. The provider always reads all pages. "+
				"Set a smaller size if h2oGPTe limits the size of responses.", int64validator.Between(2, 100)),
			"api_keys": face.Listed("Matching keys, sorted by username, name and id.", computedAttributes()),
		}),
	}
}

// aboutOwnKey describes how reliably the provider recognizes the key that it logs in with.
const aboutOwnKey = "h2oGPTe does not return secrets in lists, so `used_by_provider` is `true` for each active key whose `hint` matches the " +
	"provider's key. Other active keys with the same last characters also match."

func computedAttributes() face.Attributes {
	return face.Attributes{
		"id":            face.Computed("ID of the key. It is not a secret."),
		"username":      face.Computed("Username of the user the key is for."),
		"name":          face.Computed("Name of the key."),
		"collection_id": face.Computed("ID of the collection that the key is limited to. Null if the key is not limited to a collection."),
		"collection_name": face.Computed("Name of the collection that the key is limited to. Null if the key is not limited to a " +
			"collection."),
		"active":        face.ComputedBool("Whether the key is active. An expired key may still be listed as active."),
		"is_global_key": face.ComputedBool("Whether the key is valid for all of h2oGPTe rather than for one collection."),
		"expires_at":    face.Computed("Time at which the key expires, in RFC 3339 format (UTC). Null if the key does not expire."),
		"inactivity_interval_days": face.ComputedInt64("Number of days without use after which h2oGPTe deactivates the key. Null if it has no " +
			"inactivity interval."),
		"created_at": face.Computed("Time at which the key was created, in RFC 3339 format (UTC)."),
		"hint":       face.Computed("Last characters of the secret, to tell keys apart."),
	}.With(face.OwnKeyAttribute(aboutOwnKey))
}

func readKeys(ctx context.Context, api *h2ogpteapi.Client, m *keysModel) diag.Diagnostics {
	keys, diags := m.choose(ctx, api, m.UserName.ValueString(), m.PageSize.ValueInt64(), listSummary)
	m.APIKeys = []listedModel{}
	for i := range keys {
		found := listedModel{OwnKey: face.NewOwnKey(api.MayBeOwn(&keys[i]))}
		found.refresh(&keys[i])
		m.APIKeys = append(m.APIKeys, found)
	}
	return diags
}
