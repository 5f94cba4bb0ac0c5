// SPDX-License-Identifier: MPL-2.0

package egs

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// apiKeyFilter chooses API keys; every part that is set must match.
type apiKeyFilter struct {
	WorkspaceName types.String `tfsdk:"workspace_name"`
	Role          types.String `tfsdk:"role"`
	UserName      types.String `tfsdk:"user_name"`
	Name          types.String `tfsdk:"name"`
}

func (f *apiKeyFilter) matches(key *egsapi.APIKey) bool {
	return (f.WorkspaceName.IsNull() || f.WorkspaceName.ValueString() == key.WorkspaceName) &&
		(f.Role.IsNull() || f.Role.ValueString() == key.Role) &&
		(f.UserName.IsNull() || strings.EqualFold(f.UserName.ValueString(), key.UserName)) &&
		(f.Name.IsNull() || f.Name.ValueString() == key.Name)
}

// apiKeySelection is apiKeyFilter with the key's expiry.
type apiKeySelection struct {
	apiKeyFilter
	Expired            types.Bool  `tfsdk:"expired"`
	ExpiringWithinDays types.Int64 `tfsdk:"expiring_within_days"`
}

// matches judges the expiry by now, which is the controller's time.
func (s *apiKeySelection) matches(key *egsapi.APIKey, now time.Time) bool {
	days, known := renewal.DaysUntil(key.ValidUntil, now)
	return s.apiKeyFilter.matches(key) &&
		(s.Expired.IsNull() || (known && s.Expired.ValueBool() == (days < 0))) &&
		(s.ExpiringWithinDays.IsNull() || (known && days >= 0 && days <= s.ExpiringWithinDays.ValueInt64()))
}

// object names what is looked for in messages.
func (f *apiKeyFilter) object() string {
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
