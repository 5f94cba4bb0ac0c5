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

type resourceModel struct {
	model
	renewal.Rotation
	UserID           types.String `tfsdk:"user_id"`
	ExpiresInDays    types.Int64  `tfsdk:"expires_in_days"`
	EarlyRenewalDays types.Int64  `tfsdk:"early_renewal_days"`
	ReadyForRenewal  types.Bool   `tfsdk:"ready_for_renewal"`
	SecretKey        types.String `tfsdk:"secret_key"`
}

// form describes the attributes of previous keys.
var form = renewal.Form{End: "expires_at", Secret: "secret_key"}

func (m *resourceModel) asPrevious() renewal.Previous {
	return renewal.Previous{ID: m.ID, End: m.ExpiresAt, Secret: m.SecretKey}
}

// of returns the model of the previous key p. The model has only the attributes that are known from the state.
func (m *resourceModel) of(p renewal.Previous) *resourceModel {
	return &resourceModel{
		model:     model{ID: p.ID, Name: m.Name, UserName: m.UserName, Active: types.BoolValue(true), Hint: p.Secret},
		SecretKey: p.Secret,
	}
}

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

// setCreated sets the attributes that h2oGPTe computes for the created key and its user. It keeps the planned values.
func (m *resourceModel) setCreated(created *h2ogpteapi.CreatedAPIKey, user *h2ogpteapi.User) {
	m.UserID = types.StringValue(user.ID)
	m.UserName = types.StringValue(cmp.Or(user.UserName, created.UserName))
	m.SecretKey = types.StringValue(created.Secret)
	m.ReadyForRenewal = types.BoolValue(false)
	m.ExpiresAt = timeOrNull(created.ExpiresAt)
	m.setComputed(&created.APIKey)
}

func (m *model) setComputed(key *h2ogpteapi.APIKey) {
	m.ID = types.StringValue(key.ID)
	m.Hint = face.StringOrNull(key.Hint)
}

// refresh sets all attributes from the listed key. If the listed expiry differs from the expiry in the state by a minute or less,
// refresh keeps the expiry in the state.
func (m *model) refresh(key *h2ogpteapi.APIKey) {
	m.setComputed(key)
	m.UserName = types.StringValue(key.UserName)
	m.Name = types.StringValue(key.Name)
	// The collection of a key cannot change. A missing value, for example of a deleted collection, is not a change.
	if key.CollectionID != "" {
		m.CollectionID = types.StringValue(key.CollectionID)
	}
	m.Active = types.BoolValue(key.Active)
	if moved(m.ExpiresAt, key.ExpiresAt) {
		m.ExpiresAt = timeOrNull(key.ExpiresAt)
	}
	m.InactivityIntervalDays = types.Int64PointerValue(key.InactivityIntervalDays)
}

// refresh sets the attributes from the listed key, including attributes that depend on the current time. The parameter now is the
// time of the service. If now is not trusted, the parameter skew is the reason. Otherwise, skew is nil.
func (m *resourceModel) refresh(key *h2ogpteapi.APIKey, now time.Time, skew error) {
	imported, interval, expiresAt := m.Name.IsNull(), m.InactivityIntervalDays, m.ExpiresAt
	isMoved := !imported && key.Active && moved(m.ExpiresAt, key.ExpiresAt)
	switch {
	case imported:
		m.ExpiresInDays = importedPeriod(key, now)
	case isMoved && skew == nil:
		// The expiry was changed outside Terraform. Set expires_in_days to the remaining days. They differ from the configured
		// days, so the plan shows the drift.
		m.ExpiresInDays = movedPeriod(m.ExpiresInDays, key.ExpiresAt, now)
	}
	m.model.refresh(key)
	if !imported && !key.Active {
		// Keep the value in the state. Otherwise, every plan would show a difference, because an update cannot change an inactive
		// key.
		m.InactivityIntervalDays = interval
	}
	if isMoved && skew != nil {
		// Without a trusted time, the remaining days are unknown. Keep the old expiry in the state. Then the next refresh with a
		// trusted time still detects the drift.
		m.ExpiresAt = expiresAt
	}
	m.ReadyForRenewal = renewal.Ready(m.ReadyForRenewal, m.isDue(now), skew)
}

// isDue reports whether it is time to extend the expiry. The parameter now is the time of the service. isDue returns false for an
// inactive key, because the expiry of an inactive key cannot be extended.
func (m *resourceModel) isDue(now time.Time) bool {
	end, ok := timeOf(m.ExpiresAt)
	return ok && m.Active.ValueBool() && !m.EarlyRenewalDays.IsNull() &&
		renewal.IsDueAt(end, m.EarlyRenewalDays.ValueInt64(), now)
}

// Identity implements face.Identified.
func (m *model) Identity() types.String { return m.ID }

// object describes the key in messages.
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

// importedPeriod returns the number of days between the creation and the expiry of an imported key, rounded up. If the time of
// the creation is unknown, the days count from now. The result is at least 1, the smallest number that can be configured. It is
// null if the key does not expire.
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

// movedPeriod returns the days until an expiry that was changed outside Terraform, rounded up. If the key no longer expires, the
// result is null. If the expiry is in the past, the result is 0. If rounding up gives the number of days in the state,
// movedPeriod rounds down instead, but to at least 1. Otherwise, the plan would not show the drift.
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

// moved reports whether the listed expiry differs from the expiry in the state. It ignores differences of a minute or less.
func moved(state types.String, shown *time.Time) bool {
	if state.IsNull() || shown == nil {
		return state.IsNull() != (shown == nil)
	}
	known, ok := timeOf(state)
	return !ok || !renewal.SameTime(known, *shown)
}

// timeOrNull formats a time in RFC 3339, in UTC and to the second. It returns null if t is nil.
func timeOrNull(t *time.Time) types.String {
	if t == nil {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}

// timeOf parses a time that timeOrNull formatted.
func timeOf(s types.String) (t time.Time, ok bool) {
	t, err := time.Parse(time.RFC3339, s.ValueString())
	return t, err == nil
}
