// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// keyFilter chooses API keys; every part that is set must match.
type keyFilter struct {
	WorkspaceName types.String `tfsdk:"workspace_name"`
	Role          types.String `tfsdk:"role"`
	UserName      types.String `tfsdk:"user_name"`
	Name          types.String `tfsdk:"name"`
}

func (f *keyFilter) matches(key *egsapi.APIKey) bool {
	return (f.WorkspaceName.IsNull() || f.WorkspaceName.ValueString() == key.WorkspaceName) &&
		(f.Role.IsNull() || f.Role.ValueString() == key.Role) &&
		(f.UserName.IsNull() || strings.EqualFold(f.UserName.ValueString(), key.UserName)) &&
		(f.Name.IsNull() || f.Name.ValueString() == key.Name)
}

// keySelection is keyFilter with the key's expiry.
type keySelection struct {
	keyFilter
	Expired            types.Bool  `tfsdk:"expired"`
	ExpiringWithinDays types.Int64 `tfsdk:"expiring_within_days"`
}

// matches judges the expiry by now, which is the controller's time.
func (s *keySelection) matches(key *egsapi.APIKey, now time.Time) bool {
	days, known := renewal.DaysUntil(key.ValidUntil, now)
	return s.keyFilter.matches(key) &&
		(s.Expired.IsNull() || (known && s.Expired.ValueBool() == (days < 0))) &&
		(s.ExpiringWithinDays.IsNull() || (known && days >= 0 && days <= s.ExpiringWithinDays.ValueInt64()))
}

// chosen are the keys of a list that match at this time of the controller's.
func (s *keySelection) chosen(list *egsapi.APIKeyList, now time.Time) []egsapi.APIKey {
	return slices.DeleteFunc(list.Items, func(key egsapi.APIKey) bool { return !s.matches(&key, now) })
}

// object names what is looked for in messages.
func (f *keyFilter) object() string {
	var parts []string
	for _, part := range []struct {
		name  string
		value types.String
	}{
		{"workspace_name", f.WorkspaceName},
		{"role", f.Role},
		{"user_name", f.UserName},
		{"name", f.Name},
	} {
		if !part.value.IsNull() {
			parts = append(parts, fmt.Sprintf("%s = %q", part.name, part.value.ValueString()))
		}
	}
	if len(parts) == 0 {
		return "all API keys"
	}
	return "API keys with " + strings.Join(parts, ", ")
}

// displayName tells a person which key it is.
func displayName(key *egsapi.APIKey) string {
	place := ""
	if key.WorkspaceName != "" {
		place = " of workspace " + key.WorkspaceName
	}
	return fmt.Sprintf("%s (%s%s, user %s, valid until %s)", key.Name, key.Role, place, key.UserName, key.ValidUntil)
}
