// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

const day = 24 * time.Hour

var noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

func at(d time.Duration) *time.Time {
	t := noon.Add(d)
	return &t
}

func text(d time.Duration) types.String { return timeOrNull(at(d)) }

func TestAPIKeyResourceModel_refreshOfExpiry(t *testing.T) {
	t.Parallel()
	null, days := types.Int64Null(), types.Int64Value
	for name, test := range map[string]struct {
		expiresAt     types.String
		expiresInDays types.Int64
		shown         *time.Time
		wantAt        types.String
		wantDays      types.Int64
	}{
		"never":                      {types.StringNull(), null, nil, types.StringNull(), null},
		"unchanged":                  {text(80 * day), days(90), at(80 * day), text(80 * day), days(90)},
		"within the tolerance":       {text(80 * day), days(90), at(80*day + time.Minute), text(80 * day), days(90)},
		"moved later":                {text(80 * day), days(90), at(100 * day), text(100 * day), days(100)},
		"moved sooner":               {text(80 * day), days(90), at(11*day + 2*time.Hour), text(11*day + 2*time.Hour), days(12)},
		"moved by hours":             {text(30 * day), days(30), at(29*day + 12*time.Hour), text(29*day + 12*time.Hour), days(29)},
		"moved to equal days left":   {text(20 * day), days(30), at(30 * day), text(30 * day), days(30)},
		"moved within the last day":  {text(2 * day), days(1), at(12 * time.Hour), text(12 * time.Hour), days(1)},
		"moved into the past":        {text(80 * day), days(90), at(-day), text(-day), days(0)},
		"removed":                    {text(80 * day), days(90), nil, types.StringNull(), null},
		"set":                        {types.StringNull(), null, at(12 * day), text(12 * day), days(12)},
		"set by the site":            {text(80 * day), null, at(80 * day), text(80 * day), null},
		"set by the site, and moved": {text(80 * day), null, at(70 * day), text(70 * day), days(70)},
		"expired":                    {text(-day), days(90), at(-day), text(-day), days(90)},
		"invalid in the state":       {types.StringValue("soon"), days(90), at(80 * day), text(80 * day), days(80)},
		"empty in the state":         {types.StringValue(""), days(90), at(80 * day), text(80 * day), days(80)},
	} {
		m := resourceModel{ExpiresInDays: test.expiresInDays}
		m.Name, m.ExpiresAt = types.StringValue("ci"), test.expiresAt
		m.refresh(&h2ogpteapi.APIKey{ID: "1", Name: "ci", UserName: "alice", Active: true, ExpiresAt: test.shown}, noon, nil)
		if !m.ExpiresAt.Equal(test.wantAt) || !m.ExpiresInDays.Equal(test.wantDays) {
			t.Errorf("%s: got %s, %s", name, m.ExpiresAt, m.ExpiresInDays)
		}
		// If the service's time is not trusted, a refresh keeps the values that depend on the time.
		for _, ready := range []bool{false, true} {
			m.Name, m.ExpiresAt, m.ExpiresInDays = types.StringValue("ci"), test.expiresAt, test.expiresInDays
			m.EarlyRenewalDays, m.ReadyForRenewal = types.Int64Value(14), types.BoolValue(ready)
			m.refresh(&h2ogpteapi.APIKey{ID: "1", Name: "ci", UserName: "alice", Active: true, ExpiresAt: test.shown}, noon, errors.New("skew"))
			if !m.ExpiresInDays.Equal(test.expiresInDays) || m.ReadyForRenewal.ValueBool() != ready ||
				moved(test.expiresAt, test.shown) && !m.ExpiresAt.Equal(test.expiresAt) {
				t.Errorf("%s, not trusted: got %s, %s, %s", name, m.ExpiresAt, m.ExpiresInDays, m.ReadyForRenewal)
			}
		}
	}
}

// An inactive key cannot be changed. So a refresh keeps expires_in_days and inactivity_interval_days in the state, even if the
// listed key differs.
func TestAPIKeyResourceModel_refreshOfInactive(t *testing.T) {
	t.Parallel()
	interval := int64(9)
	m := resourceModel{ExpiresInDays: types.Int64Value(90), EarlyRenewalDays: types.Int64Value(14)}
	m.Name, m.ExpiresAt, m.InactivityIntervalDays = types.StringValue("ci"), text(80*day), types.Int64Value(7)
	m.refresh(&h2ogpteapi.APIKey{ID: "1", Name: "ci", UserName: "alice", ExpiresAt: at(10 * day), InactivityIntervalDays: &interval}, noon, nil)
	if !m.ExpiresInDays.Equal(types.Int64Value(90)) || !m.InactivityIntervalDays.Equal(types.Int64Value(7)) ||
		!m.ExpiresAt.Equal(text(10*day)) || m.Active.ValueBool() || m.ReadyForRenewal.ValueBool() {
		t.Errorf("got %+v", m)
	}
}

func TestAPIKeyModel_settle(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		computed types.String
		shown    *time.Time
		want     types.String
	}{
		"the same":        {text(day), at(day), text(day)},
		"slightly later":  {text(day), at(day + time.Hour), text(day + time.Hour)},
		"slightly sooner": {text(day), at(day - time.Hour), text(day - time.Hour)},
		"much later":      {text(day), at(day + time.Hour + time.Second), text(day)},
		"never":           {text(day), nil, text(day)},
		"none computed":   {types.StringNull(), at(day), types.StringNull()},
	} {
		m := model{ExpiresAt: test.computed}
		m.settle(&h2ogpteapi.APIKey{ExpiresAt: test.shown}, (&apiclient.Clock{MaxSkew: time.Hour}).Allows)
		if !m.ExpiresAt.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, m.ExpiresAt, test.want)
		}
	}
}

func TestAPIKeyResourceModel_refreshOfImported(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		created   time.Time
		expiresAt *time.Time
		want      types.Int64
	}{
		"never expires":             {noon, nil, types.Int64Null()},
		"90 days":                   {noon.Add(-10 * day), at(80 * day), types.Int64Value(90)},
		"90 days and a second":      {noon.Add(-10*day - time.Second), at(80 * day), types.Int64Value(90)},
		"6 hours":                   {noon, at(6 * time.Hour), types.Int64Value(1)},
		"36 hours":                  {noon, at(36 * time.Hour), types.Int64Value(2)},
		"expired, 90 days":          {noon.Add(-100 * day), at(-10 * day), types.Int64Value(90)},
		"expired, not whole days":   {noon.Add(-100 * day), at(-time.Hour), types.Int64Value(100)},
		"not whole days":            {noon.Add(-10 * day), at(20*day + 6*time.Hour), types.Int64Value(31)},
		"expired, unknown creation": {time.Time{}, at(-time.Hour), types.Int64Value(1)},
		"unknown creation":          {time.Time{}, at(80 * day), types.Int64Value(80)},
	} {
		var m resourceModel
		m.refresh(&h2ogpteapi.APIKey{ID: "1", Name: "ci", UserName: "alice", CreatedAt: test.created, ExpiresAt: test.expiresAt}, noon, nil)
		if !m.ExpiresInDays.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, m.ExpiresInDays, test.want)
		}
	}
}

func TestAPIKeyResourceModel_isDue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		active    bool
		early     types.Int64
		expiresAt types.String
		want      bool
	}{
		"not yet":             {true, types.Int64Value(14), text(14*day + time.Second), false},
		"due":                 {true, types.Int64Value(14), text(14 * day), true},
		"expired":             {true, types.Int64Value(14), text(-day), true},
		"expired, 0 days":     {true, types.Int64Value(0), text(0), true},
		"not expired, 0 days": {true, types.Int64Value(0), text(time.Second), false},
		"not configured":      {true, types.Int64Null(), text(-day), false},
		"no expiry":           {true, types.Int64Value(14), types.StringNull(), false},
		"unknown expiry":      {true, types.Int64Value(14), types.StringUnknown(), false},
		"not active":          {false, types.Int64Value(14), text(-day), false},
	} {
		m := resourceModel{EarlyRenewalDays: test.early}
		m.Active, m.ExpiresAt = types.BoolValue(test.active), test.expiresAt
		if got := m.isDue(noon); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func TestAPIKeyModel_refresh(t *testing.T) {
	t.Parallel()
	interval := int64(7)
	full := h2ogpteapi.APIKey{
		ID: "1", UserName: "alice", Name: "ci", Hint: "AB12", CreatedAt: noon, Active: true, ExpiresAt: at(day),
		InactivityIntervalDays: &interval, CollectionID: "c",
	}
	want := model{
		ID: types.StringValue("1"), UserName: types.StringValue("alice"), Name: types.StringValue("ci"),
		CollectionID: types.StringValue("c"),
		Active:       types.BoolValue(true),
		ExpiresAt:    types.StringValue("2026-11-22T12:00:00Z"), InactivityIntervalDays: types.Int64Value(7),
		Hint: types.StringValue("AB12"),
	}
	var got model
	got.refresh(&full)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}

	// A refresh removes values from the model if the list no longer contains them. But it keeps the collection, because the
	// collection of a key cannot change.
	got.refresh(&h2ogpteapi.APIKey{ID: "1", UserName: "alice", Name: "ci", Global: true})
	want = model{
		ID: types.StringValue("1"), UserName: types.StringValue("alice"), Name: types.StringValue("ci"),
		CollectionID: types.StringValue("c"),
		Active:       types.BoolValue(false),
		ExpiresAt:    types.StringNull(), InactivityIntervalDays: types.Int64Null(),
		Hint: types.StringNull(),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestAPIKeyResourceModel_newAPIKey(t *testing.T) {
	t.Parallel()
	user := &h2ogpteapi.User{ID: "u", UserName: "alice"}
	var m resourceModel
	m.Name = types.StringValue("ci")
	if got, want := m.newAPIKey(user), (h2ogpteapi.NewAPIKey{UserID: "u", UserName: "alice", Name: "ci"}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	days, interval := int64(90), int64(7)
	m.CollectionID, m.ExpiresInDays, m.InactivityIntervalDays = types.StringValue("c"), types.Int64Value(days), types.Int64Value(interval)
	want := h2ogpteapi.NewAPIKey{
		UserID: "u", UserName: "alice", Name: "ci", CollectionID: "c", ExpiresInDays: &days, InactivityIntervalDays: &interval,
	}
	if got := m.newAPIKey(user); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestAPIKeyModel_object(t *testing.T) {
	t.Parallel()
	m := model{ID: types.StringValue("1")}
	for _, step := range []struct {
		set  func()
		want string
	}{
		{func() {}, "API key with the id 1"},
		{func() { m.Name = types.StringValue("ci") }, `API key "ci"`},
		{func() { m.UserName = types.StringUnknown() }, `API key "ci"`},
		{func() { m.UserName = types.StringValue("alice") }, `API key "ci" of "alice"`},
	} {
		step.set()
		if got := m.object(); got != step.want {
			t.Errorf("got %q, want %q", got, step.want)
		}
	}
}

// ownKey compares the last characters of the keys only if the state does not contain the secret of the key.
func TestOwnKey_proof(t *testing.T) {
	t.Parallel()
	const own, guess = "sk-0123456789AB12", "its last characters match"
	api := h2ogpteapi.New(h2ogpteapi.Config{APIKey: own, Now: time.Now}, transport.New(transport.Options{}))
	m := resourceModel{SecretKey: types.StringValue(own)}
	m.ID, m.Active, m.Hint = types.StringValue("1"), types.BoolValue(true), types.StringValue("AB12")
	if diags := ownKey(api, &m, "delete"); len(diags) != 1 || strings.Contains(diags[0].Detail(), guess) {
		t.Errorf("got %v", diags)
	}
	m.SecretKey = types.StringNull()
	if diags := ownKey(api, &m, "delete"); len(diags) != 1 || !strings.Contains(diags[0].Detail(), guess) {
		t.Errorf("got %v", diags)
	}
	for _, hint := range []string{"", "12", "…B12", "ab12", "AB12***"} {
		m.Hint = types.StringValue(hint)
		if diags := ownKey(api, &m, "delete"); len(diags) != 1 {
			t.Errorf("%q: got %v", hint, diags)
		}
	}
	m.Hint = types.StringValue("AB12")
	m.SecretKey = types.StringValue("sk-9876543210AB12")
	if diags := ownKey(api, &m, "delete"); len(diags) != 0 {
		t.Errorf("got %v", diags)
	}
}

func TestKeyIDProblem(t *testing.T) {
	t.Parallel()
	for id, valid := range map[string]bool{
		"7c0f7a0e-2f4b-4a53-9f0e-3a1d2b6c8d90": true,
		"17":                                   true,
		"task-9":                               true,
		"":                                     false,
		" ":                                    false,
		"a b":                                  false,
		"a\n":                                  false,
		"a\x00":                                false,
		"a/b":                                  false,
		"sk-abcdefghijklmnop":                  false,
		" sk-abcdefghijklmnop":                 false,
	} {
		problem := keyIDProblem(id)
		if (problem == "") != valid {
			t.Errorf("%q: got %q", id, problem)
		}
	}
}

func TestAPIKeyFilter_matches(t *testing.T) {
	t.Parallel()
	key := h2ogpteapi.APIKey{UserName: "alice", Name: "ci", CollectionID: "c", ExpiresAt: at(3 * day)}
	never, expired := key, key
	never.ExpiresAt, expired.ExpiresAt = nil, at(0)
	for name, test := range map[string]struct {
		filter keyFilter
		key    h2ogpteapi.APIKey
		want   bool
	}{
		"none":                     {keyFilter{}, key, true},
		"user":                     {keyFilter{UserName: types.StringValue("alice")}, key, true},
		"other user":               {keyFilter{UserName: types.StringValue("Alice")}, key, false},
		"name":                     {keyFilter{Name: types.StringValue("ci")}, key, true},
		"other name":               {keyFilter{Name: types.StringValue("cd")}, key, false},
		"collection":               {keyFilter{CollectionID: types.StringValue("c")}, key, true},
		"other collection":         {keyFilter{CollectionID: types.StringValue("d")}, key, false},
		"all but one":              {keyFilter{UserName: types.StringValue("alice"), Name: types.StringValue("cd")}, key, false},
		"expired, valid key":       {keyFilter{Expired: types.BoolValue(true)}, key, false},
		"expired, no expiry":       {keyFilter{Expired: types.BoolValue(true)}, never, false},
		"expired, expired key":     {keyFilter{Expired: types.BoolValue(true)}, expired, true},
		"not expired, valid key":   {keyFilter{Expired: types.BoolValue(false)}, key, true},
		"not expired, no expiry":   {keyFilter{Expired: types.BoolValue(false)}, never, true},
		"not expired, expired key": {keyFilter{Expired: types.BoolValue(false)}, expired, false},
		"expiring":                 {keyFilter{ExpiringWithinDays: types.Int64Value(3)}, key, true},
		"expiring later":           {keyFilter{ExpiringWithinDays: types.Int64Value(2)}, key, false},
		"expiring, no expiry":      {keyFilter{ExpiringWithinDays: types.Int64Value(36500)}, never, false},
		"expiring, expired key":    {keyFilter{ExpiringWithinDays: types.Int64Value(3)}, expired, false},
	} {
		if got := test.filter.matches(&test.key, noon); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}
