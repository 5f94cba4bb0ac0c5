// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
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
		(f.Expired.IsNull() || f.Expired.ValueBool() == expired) &&
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
	now := api.Now(ctx)
	chosen := slices.DeleteFunc(list.Items, func(key h2ogpteapi.APIKey) bool {
		return !f.matches(&key, now) || !active.IsNull() && active.ValueBool() != key.Active
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
