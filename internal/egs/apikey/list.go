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

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// keyFilter has the filters of the data source egs_api_keys, the list resource egs_api_key and the action egs_revoke_api_keys.
// A key must match all filters that are set.
type keyFilter struct {
	face.OwnKey
	Name               types.String `tfsdk:"name"`
	Role               types.String `tfsdk:"role"`
	WorkspaceName      types.String `tfsdk:"workspace_name"`
	UserName           types.String `tfsdk:"username"`
	Expired            types.Bool   `tfsdk:"expired"`
	ExpiringWithinDays types.Int64  `tfsdk:"expiring_within_days"`
}

func filterAttributes() face.Attributes {
	return face.Attributes{
		"name": face.Optional("Filter by the exact name."),
		"role": face.Optional("Filter by role. Allowed values: `Owner`, `Editor`, `Viewer`.", knownRole),
		"workspace_name": face.Optional("Filter by workspace. Set this if the provider's credentials can list only the keys of one " +
			"workspace."),
		"username": face.Optional("Filter by username. The letter case is ignored."),
		"expired":  face.OptionalBool("Filter by expiry: `true` selects expired keys, `false` selects the others."),
		"expiring_within_days": face.OptionalInt64(
			"Filter by expiry: selects keys that expire within this number of days. Expired keys are not included.", int64validator.AtLeast(0)),
	}.With(face.OwnKeyFilter(aboutOwnKey))
}

// matches reports whether the key matches all filters except OwnKey. The parameter now is the current time by the clock of EGS.
func (f *keyFilter) matches(key *egsapi.APIKey, now time.Time) bool {
	days, known := renewal.DaysUntil(key.ValidUntil, now)
	return face.Matches(f.Name, key.Name) && face.Matches(f.Role, key.Role) && face.Matches(f.WorkspaceName, key.WorkspaceName) &&
		(f.UserName.IsNull() || strings.EqualFold(f.UserName.ValueString(), key.UserName)) &&
		(f.Expired.IsNull() || (known && f.Expired.ValueBool() == (days < 0))) &&
		(f.ExpiringWithinDays.IsNull() || (known && days >= 0 && days <= f.ExpiringWithinDays.ValueInt64()))
}

// object returns a description of the matching keys for messages.
func (f *keyFilter) object() string {
	return face.KeysWith(
		face.Filter{Name: "workspace_name", Value: f.WorkspaceName}, face.Filter{Name: "role", Value: f.Role},
		face.Filter{Name: "username", Value: f.UserName}, face.Filter{Name: "name", Value: f.Name},
	)
}

// selectKeys returns the keys that match the filter. The parameter summary is the summary of errors.
func (f *keyFilter) selectKeys(ctx context.Context, api *egsapi.Client, summary string) ([]egsapi.APIKey, diag.Diagnostics) {
	list, err := api.APIKeys(ctx, f.WorkspaceName.ValueString())
	if err != nil {
		return nil, face.Failed(summary, f.object(), err)
	}
	now, skew := api.LastKnownTime() // The list response has set this time.
	if skew != nil && (!f.Expired.IsNull() || !f.ExpiringWithinDays.IsNull()) {
		return nil, face.Failed(summary, f.object()+", filtered by expiry", skew)
	}
	selected := slices.DeleteFunc(list.Items, func(key egsapi.APIKey) bool { return !f.matches(&key, now) })
	return face.FilterOwn(f.OwnKey, selected, api.IsOwn), face.UnreadableWarning("EGS API keys", list.Unreadable)
}

// displayName returns a description of the key for the results of terraform query and for messages of the action.
func displayName(key *egsapi.APIKey) string {
	place := ""
	if key.WorkspaceName != "" {
		place = " of workspace " + key.WorkspaceName
	}
	return fmt.Sprintf("%s (%s%s, user %s, valid until %s)", key.Name, key.Role, place, key.UserName, key.ValidUntil)
}

const listSummary = "Unable to list EGS API keys"

// NewListResource returns the list resource egs_api_key.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[egsapi.Client, keyFilter, egsapi.APIKey]{
		Name: "_api_key",
		Schema: func() face.Schema {
			return face.Schema{
				Description: "Lists API keys of EGS, sorted by workspace, name and id. A key is listed if it matches all filters. Results " +
					"contain no secrets.",
				Attributes: filterAttributes(),
			}
		},
		Noun: noun,
		Select: func(ctx context.Context, api *egsapi.Client, filter *keyFilter) ([]egsapi.APIKey, diag.Diagnostics) {
			return filter.selectKeys(ctx, api, listSummary)
		},
		Show: showKey,
	})
}

func showKey(api *egsapi.Client, key *egsapi.APIKey) face.Result {
	return face.Result{DisplayName: displayName(key), ID: key.ID, Own: api.IsOwn(key), Resource: &resourceModel{
		model: newListedModel(api, key, false).model, ReadyForRenewal: types.BoolValue(false), Rotation: form.Unset(),
	}}
}

// NewListDataSource returns the data source egs_api_keys.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, keysModel]{Name: "_api_keys", Schema: keysSchema, Read: readKeys})
}

// keysModel is the model of the data source egs_api_keys.
type keysModel struct {
	keyFilter
	IncludeAPIKeys types.Bool    `tfsdk:"include_api_keys"`
	APIKeys        []listedModel `tfsdk:"api_keys"`
}

func keysSchema() face.Schema {
	return face.Schema{
		Description: "Lists the API keys of EGS that the provider's credentials can see. A key is listed if it matches all filters. If no " +
			"key matches, the list is empty.",
		Attributes: filterAttributes().With(face.Attributes{
			"include_api_keys": face.OptionalBool("Whether to return the secrets. Defaults to `false`. If `true`, the secrets of all matching " +
				"keys are stored in the Terraform state in plain text."),
			"api_keys": face.Listed("Matching keys, sorted by workspace, name and id.",
				computedAttributes("Secret of the key. Null unless `include_api_keys` is `true`.")),
		}),
	}
}

// aboutOwnKey is the part of the description of used_by_provider about access tokens.
const aboutOwnKey = "If the provider logs in with an access token, `used_by_provider` is `false` for every key, since a token does " +
	"not identify its key."

// computedAttributes returns the attributes of listedModel. The parameter secret is the description of the attribute api_key.
func computedAttributes(secret string) face.Attributes {
	return face.Attributes{
		"id":                   face.Computed("ID of the key: the MD5 hash of its secret in lowercase hexadecimal. It is not a secret."),
		"name":                 face.Computed("Name of the key."),
		"role":                 face.Computed("Role of the key: `Owner`, `Editor` or `Viewer`."),
		"workspace_name":       face.Computed("Workspace of the key. Null if the key has none."),
		"username":             face.Computed("Username of the key, in the letter case that EGS returns."),
		"description":          face.Computed("Description of the key. Null if it has none."),
		"valid_until":          face.Computed("Date until which the key is valid, in the format `YYYY-MM-DD`."),
		"service_account_name": face.Computed("Kubernetes service account whose permissions the key has."),
		"token_ttl_seconds":    face.ComputedInt64("Lifetime of the access tokens that EGS issues for the key, in seconds."),
		"api_key":              face.ComputedSecret(secret),
	}.With(face.OwnKeyAttribute(aboutOwnKey))
}

func readKeys(ctx context.Context, api *egsapi.Client, m *keysModel) diag.Diagnostics {
	keys, diags := m.selectKeys(ctx, api, listSummary)
	m.APIKeys = []listedModel{}
	for i := range keys {
		m.APIKeys = append(m.APIKeys, newListedModel(api, &keys[i], m.IncludeAPIKeys.ValueBool()))
	}
	return diags
}

// newListedModel returns the model of a listed key. If withSecret is false, api_key is null.
func newListedModel(api *egsapi.Client, key *egsapi.APIKey, withSecret bool) listedModel {
	m := listedModel{OwnKey: face.NewOwnKey(api.IsOwn(key))}
	m.refresh(key)
	if !withSecret {
		m.APIKey = types.StringNull()
	}
	return m
}
