// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

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

// matches judges the expiry by now, which is the service's time.
func (f *keyFilter) matches(key *h2ogpteapi.APIKey, now time.Time) bool {
	expires := key.ExpiresAt != nil
	expired := expires && !now.Before(*key.ExpiresAt)
	return (f.UserName.IsNull() || f.UserName.ValueString() == key.UserName) &&
		(f.Name.IsNull() || f.Name.ValueString() == key.Name) &&
		(f.CollectionID.IsNull() || f.CollectionID.ValueString() == key.CollectionID) &&
		(f.Expired.IsNull() || f.Expired.ValueBool() == expired) &&
		(f.ExpiringWithinDays.IsNull() || (expires && !expired && renewal.IsDueAt(*key.ExpiresAt, f.ExpiringWithinDays.ValueInt64(), now)))
}

// object names what is looked for in messages.
func (f *keyFilter) object() string {
	var parts []string
	for _, part := range []struct {
		name  string
		value types.String
	}{
		{"username", f.UserName},
		{"name", f.Name},
		{"collection_id", f.CollectionID},
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

// chosen are the keys of a list that match at this time of the service's, and of which active, if set, is true.
func (f *keyFilter) chosen(list *h2ogpteapi.APIKeyList, active types.Bool, now time.Time) []h2ogpteapi.APIKey {
	return slices.DeleteFunc(list.Items, func(key h2ogpteapi.APIKey) bool {
		return !f.matches(&key, now) || !active.IsNull() && active.ValueBool() != key.Active
	})
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
