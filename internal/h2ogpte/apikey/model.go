// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"cmp"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// model is an API key in Terraform's terms.
type model struct {
	ID                     types.String `tfsdk:"id"`
	UserName               types.String `tfsdk:"username"`
	Name                   types.String `tfsdk:"name"`
	CollectionID           types.String `tfsdk:"collection_id"`
	Active                 types.Bool   `tfsdk:"active"`
	ExpiresAt              types.String `tfsdk:"expires_at"`
	InactivityIntervalDays types.Int64  `tfsdk:"inactivity_interval_days"`
	Hint                   types.String `tfsdk:"hint"`
}

// resourceModel is an API key that Terraform manages.
type resourceModel struct {
	model
	renewal.Rotation
	UserID           types.String `tfsdk:"user_id"`
	ExpiresInDays    types.Int64  `tfsdk:"expires_in_days"`
	EarlyRenewalDays types.Int64  `tfsdk:"early_renewal_days"`
	ReadyForRenewal  types.Bool   `tfsdk:"ready_for_renewal"`
	SecretKey        types.String `tfsdk:"secret_key"`
}

// form is that of previous keys.
var form = renewal.Form{End: "expires_at", Secret: "secret_key"}

// asPrevious is the key as a previous one.
func (m *resourceModel) asPrevious() renewal.Previous {
	return renewal.Previous{ID: m.ID, End: m.ExpiresAt, Secret: m.SecretKey}
}

// of is the previous key, of which the state has no more.
func (m *resourceModel) of(p renewal.Previous) *resourceModel {
	return &resourceModel{
		model:     model{ID: p.ID, Name: m.Name, UserName: m.UserName, Active: types.BoolValue(true), Hint: p.Secret},
		SecretKey: p.Secret,
	}
}

// newAPIKey is the key that the plan asks for, of the user.
func (m *resourceModel) newAPIKey(user *h2ogpteapi.User) h2ogpteapi.NewAPIKey {
	return h2ogpteapi.NewAPIKey{
		UserID:                 user.ID,
		UserName:               user.UserName,
		Name:                   m.Name.ValueString(),
		CollectionID:           m.CollectionID.ValueString(),
		ExpiresInDays:          m.ExpiresInDays.ValueInt64Pointer(),
		InactivityIntervalDays: m.InactivityIntervalDays.ValueInt64Pointer(),
	}
}

// setCreated takes over what only h2oGPTe knows of the key that was created for the
// user, and leaves what the plan has fixed.
func (m *resourceModel) setCreated(created *h2ogpteapi.CreatedAPIKey, user *h2ogpteapi.User) {
	m.UserID = types.StringValue(user.ID)
	m.UserName = types.StringValue(cmp.Or(user.UserName, created.UserName))
	m.SecretKey = types.StringValue(created.Secret)
	m.ReadyForRenewal = types.BoolValue(false)
	m.ExpiresAt = timeOrNull(created.ExpiresAt)
	m.setComputed(&created.APIKey)
}

// setComputed takes over what nobody can ask for.
func (m *model) setComputed(key *h2ogpteapi.APIKey) {
	m.ID = types.StringValue(key.ID)
	m.Hint = face.StringOrNull(key.Hint)
}

// refresh takes over everything h2oGPTe shows, except where it only tells the same time a little differently.
func (m *model) refresh(key *h2ogpteapi.APIKey) {
	m.setComputed(key)
	m.UserName = types.StringValue(key.UserName)
	m.Name = types.StringValue(key.Name)
	// A key cannot change its collection. What is not told, as of a collection that was deleted, is no change.
	if key.CollectionID != "" {
		m.CollectionID = types.StringValue(key.CollectionID)
	}
	m.Active = types.BoolValue(key.Active)
	if moved(m.ExpiresAt, key.ExpiresAt) {
		m.ExpiresAt = timeOrNull(key.ExpiresAt)
	}
	m.InactivityIntervalDays = types.Int64PointerValue(key.InactivityIntervalDays)
}

// refresh is that of the key, with what its expiry at this time of the service's means. Skew is why the time is not trusted,
// or nil.
func (m *resourceModel) refresh(key *h2ogpteapi.APIKey, now time.Time, skew error) {
	imported, interval, expiresAt := m.Name.IsNull(), m.InactivityIntervalDays, m.ExpiresAt
	isMoved := !imported && key.Active && moved(m.ExpiresAt, key.ExpiresAt)
	switch {
	case imported:
		m.ExpiresInDays = importedPeriod(key, now)
	case isMoved && skew == nil:
		// Somebody else set another expiry. So many days from now would give it, which is
		// what a plan compares with the days of the configuration.
		m.ExpiresInDays = movedPeriod(m.ExpiresInDays, key.ExpiresAt, now)
	}
	m.model.refresh(key)
	if !imported && !key.Active {
		// Nothing can be set any more: a difference would never end.
		m.InactivityIntervalDays = interval
	}
	if isMoved && skew != nil {
		// Nobody knows how many days are left: a refresh that does shows the move.
		m.ExpiresAt = expiresAt
	}
	m.ReadyForRenewal = renewal.Ready(m.ReadyForRenewal, m.isDue(now), skew)
}

// isDue says whether the expiry is to be extended at this time of the service's. A key
// that is not active cannot be had back.
func (m *resourceModel) isDue(now time.Time) bool {
	end, ok := timeOf(m.ExpiresAt)
	return ok && m.Active.ValueBool() && !m.EarlyRenewalDays.IsNull() &&
		renewal.IsDueAt(end, m.EarlyRenewalDays.ValueInt64(), now)
}

// Identity implements face.Identified.
func (m *model) Identity() types.String { return m.ID }

// object names the key in messages.
func (m *model) object() string {
	name := m.Name.ValueString()
	if name == "" {
		return fmt.Sprintf("API key with the id %s", m.ID.ValueString())
	}
	if m.UserName.ValueString() == "" {
		return fmt.Sprintf("API key %q", name)
	}
	return fmt.Sprintf("API key %q of %q", name, m.UserName.ValueString())
}

// importedPeriod is how many days a key was made for, a day that has begun being one,
// and where nobody knows when it was made how many it has left; at least one, since no
// configuration can ask for less. Null is a key that never expires.
func importedPeriod(key *h2ogpteapi.APIKey, now time.Time) types.Int64 {
	if key.ExpiresAt == nil {
		return types.Int64Null()
	}
	start := key.CreatedAt
	if start.IsZero() {
		start = now
	} else if days, ok := renewal.WholeDays(start, *key.ExpiresAt); ok {
		return types.Int64Value(days)
	}
	return types.Int64Value(max(1, renewal.DaysLeft(*key.ExpiresAt, start)))
}

// movedPeriod is in how many days a key expires whose expiry was moved, null for never. A
// day that has begun is one, unless that gives the days that the state has: then it is
// none, so that a plan shows the move. At least one is left.
func movedPeriod(state types.Int64, end *time.Time, now time.Time) types.Int64 {
	const day = 24 * time.Hour
	if end == nil {
		return types.Int64Null()
	}
	days := renewal.DaysLeft(*end, now)
	if days > 1 && state.ValueInt64() == days {
		days = max(1, min(days, int64(end.Sub(now)/day)))
	}
	return types.Int64Value(days)
}

// moved says whether the service shows another expiry than the state.
func moved(state types.String, shown *time.Time) bool {
	if state.IsNull() || shown == nil {
		return state.IsNull() != (shown == nil)
	}
	known, ok := timeOf(state)
	return !ok || !renewal.SameTime(known, *shown)
}

// timeOrNull is a time in RFC 3339, in UTC and to the second.
func timeOrNull(t *time.Time) types.String {
	if t == nil {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}

// timeOf is the time that timeOrNull made.
func timeOf(s types.String) (t time.Time, ok bool) {
	t, err := time.Parse(time.RFC3339, s.ValueString())
	return t, err == nil
}
