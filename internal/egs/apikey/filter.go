// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
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
	now := api.LastKnownTime() // The list has told it.
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
