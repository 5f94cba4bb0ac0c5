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

// keyFilter chooses API keys; every part that is set must match.
type keyFilter struct {
	WorkspaceName types.String `tfsdk:"workspace_name"`
	Role          types.String `tfsdk:"role"`
	UserName      types.String `tfsdk:"user_name"`
	Name          types.String `tfsdk:"name"`
}

// filterAttributes are those of keyFilter.
func filterAttributes() face.Attributes {
	return face.Attributes{
		"workspace_name": face.Optional("Only keys of this workspace. Credentials that are bound to a workspace may need it."),
		"role":           face.Optional("Only keys of this role: `Owner`, `Editor` or `Viewer`.", knownRole),
		"user_name":      face.Optional("Only keys of this user, in any letter case."),
		"name":           face.Optional("Only keys of exactly this name."),
	}
}

func (f *keyFilter) matches(key *egsapi.APIKey) bool {
	return face.Matches(f.WorkspaceName, key.WorkspaceName) && face.Matches(f.Role, key.Role) && face.Matches(f.Name, key.Name) &&
		(f.UserName.IsNull() || strings.EqualFold(f.UserName.ValueString(), key.UserName))
}

// object names what is looked for in messages.
func (f *keyFilter) object() string {
	return face.KeysWith(
		face.Filter{Name: "workspace_name", Value: f.WorkspaceName}, face.Filter{Name: "role", Value: f.Role},
		face.Filter{Name: "user_name", Value: f.UserName}, face.Filter{Name: "name", Value: f.Name},
	)
}

// keySelection is keyFilter with the key's expiry.
type keySelection struct {
	keyFilter
	Expired            types.Bool  `tfsdk:"expired"`
	ExpiringWithinDays types.Int64 `tfsdk:"expiring_within_days"`
}

// selectionAttributes are those of keySelection.
func selectionAttributes() face.Attributes {
	return filterAttributes().With(face.Attributes{
		"expired": face.OptionalBool("`true` for only keys whose date is past, `false` for only the others."),
		"expiring_within_days": face.OptionalInt64(
			"Only keys that expire within so many days; keys that have expired are not among them.", int64validator.AtLeast(0)),
	})
}

// matches judges the expiry by now, which is the controller's time.
func (s *keySelection) matches(key *egsapi.APIKey, now time.Time) bool {
	days, known := renewal.DaysUntil(key.ValidUntil, now)
	return s.keyFilter.matches(key) &&
		(s.Expired.IsNull() || (known && s.Expired.ValueBool() == (days < 0))) &&
		(s.ExpiringWithinDays.IsNull() || (known && days >= 0 && days <= s.ExpiringWithinDays.ValueInt64()))
}

// choose returns the keys that match; the summary is that of the error.
func (s *keySelection) choose(ctx context.Context, api *egsapi.Client, summary string) ([]egsapi.APIKey, diag.Diagnostics) {
	list, err := api.APIKeys(ctx, s.WorkspaceName.ValueString())
	if err != nil {
		return nil, face.Failed(summary, s.object(), err)
	}
	now, skew := api.LastKnownTime() // The list has told it.
	if skew != nil && (!s.Expired.IsNull() || !s.ExpiringWithinDays.IsNull()) {
		return nil, face.Failed(summary, s.object()+", chosen by their expiry", skew)
	}
	chosen := slices.DeleteFunc(list.Items, func(key egsapi.APIKey) bool { return !s.matches(&key, now) })
	return chosen, face.LeftOut("EGS API keys", list.Unreadable)
}

// displayName tells a person which key it is.
func displayName(key *egsapi.APIKey) string {
	place := ""
	if key.WorkspaceName != "" {
		place = " of workspace " + key.WorkspaceName
	}
	return fmt.Sprintf("%s (%s%s, user %s, valid until %s)", key.Name, key.Role, place, key.UserName, key.ValidUntil)
}

// NewListResource makes the list resource egs_api_key.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[egsapi.Client, listModel, egsapi.APIKey]{
		Name: "_api_key",
		Schema: func() face.Schema {
			return face.Schema{
				Description: "Lists API keys of EGS, sorted by workspace, name and id. Several filters must all match. No result holds " +
					"a secret.",
				Attributes: selectionAttributes().With(face.OwnKeyFilter(aboutOwnKey)),
			}
		},
		Noun: noun,
		Select: func(ctx context.Context, api *egsapi.Client, m *listModel) ([]egsapi.APIKey, diag.Diagnostics) {
			keys, diags := m.choose(ctx, api, "Unable to list EGS API keys")
			return face.ChooseOwn(m.OwnKey, keys, api.IsOwn), diags
		},
		Show: showKey,
	})
}

// listModel is what a list asks for in Terraform's terms.
type listModel struct {
	keySelection
	face.OwnKey
}

func showKey(api *egsapi.Client, key *egsapi.APIKey) face.Result {
	return face.Result{DisplayName: displayName(key), ID: key.ID, Own: api.IsOwn(key), Resource: &resourceModel{
		model: found(api, key, false).model, ReadyForRenewal: types.BoolValue(false), Rotation: form.Unset(),
	}}
}

// NewListDataSource makes the data source egs_api_keys.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, keysModel]{Name: "_api_keys", Schema: keysSchema, Read: readKeys})
}

// keysModel is the data source in Terraform's terms.
type keysModel struct {
	keyFilter
	face.OwnKey
	IncludeAPIKeys types.Bool    `tfsdk:"include_api_keys"`
	APIKeys        []listedModel `tfsdk:"api_keys"`
}

func keysSchema() face.Schema {
	return face.Schema{
		Description: "Lists the API keys of EGS that the provider's credentials may see. Without a filter it lists " +
			"all of them; several filters must all match. No match is an empty list.",
		Attributes: filterAttributes().With(face.OwnKeyFilter(aboutOwnKey)).With(face.Attributes{
			"include_api_keys": face.OptionalBool("Whether to fetch the secrets too. Defaults to `false`. If `true`, the secrets of all matching " +
				"keys are stored in Terraform's state in clear text."),
			"api_keys": face.Listed("The keys that match, sorted by workspace, name and id.",
				computedAttributes("The secret. Null unless `include_api_keys` is `true`.")),
		}),
	}
}

// aboutOwnKey says how far the provider knows the key that it logs in with.
const aboutOwnKey = "With an access token, every key counts as `false`: a token does not tell which key it comes from."

// computedAttributes are the attributes of a key that was found.
func computedAttributes(secret string) face.Attributes {
	return face.Attributes{
		"id":                   face.Computed("Identifier of the key, safe to show: the MD5 of its secret in lower-case hexadecimal."),
		"name":                 face.Computed("Name of the key."),
		"role":                 face.Computed("Role of the key: `Owner`, `Editor` or `Viewer`."),
		"workspace_name":       face.Computed("Name of the key's workspace; null for a key of none."),
		"user_name":            face.Computed("Name of the key's user, in the letter case that EGS shows."),
		"description":          face.Computed("What the key is for; null if nobody said."),
		"valid_until":          face.Computed("Date until which the key is valid, as `YYYY-MM-DD`."),
		"service_account_name": face.Computed("Name of the Kubernetes service account whose permissions the key has."),
		"token_ttl_seconds":    face.ComputedInt64("Lifetime, in seconds, of the access tokens that EGS issues for the key."),
		"api_key":              face.ComputedSecret(secret),
	}.With(face.OwnKeyMark(aboutOwnKey))
}

func readKeys(ctx context.Context, api *egsapi.Client, m *keysModel) diag.Diagnostics {
	selection := keySelection{keyFilter: m.keyFilter}
	keys, diags := selection.choose(ctx, api, "Unable to list EGS API keys")
	m.APIKeys = []listedModel{}
	for _, key := range face.ChooseOwn(m.OwnKey, keys, api.IsOwn) {
		m.APIKeys = append(m.APIKeys, found(api, &key, m.IncludeAPIKeys.ValueBool()))
	}
	return diags
}

// found is a key as a data source shows it.
func found(api *egsapi.Client, key *egsapi.APIKey, withSecret bool) listedModel {
	m := listedModel{OwnKey: face.MarkOwn(api.IsOwn(key))}
	m.refresh(key)
	if !withSecret {
		m.APIKey = types.StringNull()
	}
	return m
}
