// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const messageUnknownKey = "API key not found"

// createKey is POST /admin/api_keys. Its answer alone tells the secret.
func (s *Simulator) createKey(c simulation.Call) simulation.Reply {
	known := []string{"user_id", "name", "collection_id", "expires_in"}
	if !s.options.NoInactivityInterval || !s.options.RefuseUnknownMembers {
		known = append(known, "inactivity_interval")
	}
	members, reply := s.members(c, known...)
	if reply != nil {
		return *reply
	}
	key := Key{CreatedAt: s.Now()}
	for _, read := range []func(map[string]json.RawMessage, *Key) *simulation.Reply{
		s.readUser, s.readTexts, s.readExpiry, s.readInactivityInterval,
	} {
		if reply := read(members, &key); reply != nil {
			return *reply
		}
	}
	stored := s.keys.add(key)
	return simulation.JSON(http.StatusCreated, map[string]any{"secret_key": stored.secret, "api_key": s.entry(stored.Key)})
}

func (s *Simulator) readUser(members map[string]json.RawMessage, key *Key) *simulation.Reply {
	id, reply := s.text(members, "user_id")
	if reply != nil {
		return reply
	}
	if id == nil || *id == "" {
		return s.malformed("user_id is missing")
	}
	user, ok := s.users.withID(*id)
	if !ok {
		return new(s.Failure(s.options.UnknownUserStatus, "User not found"))
	}
	key.UserName = user.UserName
	return nil
}

func (s *Simulator) readTexts(members map[string]json.RawMessage, key *Key) *simulation.Reply {
	name, reply := s.text(members, "name")
	if reply != nil {
		return reply
	}
	if name != nil {
		key.Name = *name
	}
	collection, reply := s.text(members, "collection_id")
	if reply != nil {
		return reply
	}
	if collection != nil {
		if !uuidForm.MatchString(*collection) {
			return new(s.Failure(http.StatusNotFound, "Collection not found"))
		}
		key.CollectionID = *collection
	}
	return nil
}

// readExpiry reads when a key is to expire. Without expires_in a key is to expire as
// late as it may.
func (s *Simulator) readExpiry(members map[string]json.RawMessage, key *Key) *simulation.Reply {
	interval, reply := s.text(members, "expires_in")
	if reply != nil {
		return reply
	}
	now := s.Now()
	latest := s.latestExpiry(now)
	if interval == nil {
		key.ExpiresAt = latest
		return nil
	}
	expires, ok := after(now, *interval)
	if !ok {
		return s.malformed(`expires_in must be an interval such as "30 days"`)
	}
	if latest != nil && expires.After(*latest) {
		return s.malformed(fmt.Sprintf("expires_in must not exceed %d days (global_api_key_expiry_days)", s.options.MaxExpiryDays))
	}
	key.ExpiresAt = &expires
	return nil
}

func (s *Simulator) readInactivityInterval(members map[string]json.RawMessage, key *Key) *simulation.Reply {
	if s.options.NoInactivityInterval {
		return nil
	}
	days, reply := s.days(members, "inactivity_interval")
	key.InactivityIntervalDays = days
	return reply
}

// listKeys is GET /admin/api_keys: a bare array.
func (s *Simulator) listKeys(c simulation.Call) simulation.Reply {
	keys := s.keys.shown(s.options.Order)
	if filter := c.Query.Get("filter"); filter != "" {
		keys = slices.DeleteFunc(keys, func(key storedKey) bool { return !s.matches(key.UserName, filter) })
	}
	from, to, reply := s.page(c, len(keys), "filter")
	if reply != nil {
		return *reply
	}
	entries := make([]map[string]any, 0, to-from)
	for i := range keys[from:to] {
		entries = append(entries, s.entry(keys[from+i].Key))
	}
	return simulation.JSON(http.StatusOK, entries)
}

func (s *Simulator) matches(userName, filter string) bool {
	switch s.options.FilterMatch {
	case FilterSubstring:
		return strings.Contains(strings.ToLower(userName), strings.ToLower(filter))
	case FilterIgnored:
		return true
	default:
		return userName == filter
	}
}

// deactivateKey is POST /admin/api_keys/deactivate/{key_id}.
func (s *Simulator) deactivateKey(_ simulation.Call, id string) simulation.Reply {
	return s.changed(id, func(key *Key) { key.Inactive = true })
}

// expireKey is PATCH /admin/api_keys/expire/{key_id}. Without expires_in it removes the
// expiry.
func (s *Simulator) expireKey(c simulation.Call, id string) simulation.Reply {
	members, reply := s.members(c, "expires_in")
	if reply != nil {
		return *reply
	}
	var read Key
	if reply := s.readExpiry(members, &read); reply != nil {
		return *reply
	}
	if _, ok := members["expires_in"]; !ok && s.options.MaxExpiryDays > 0 {
		return *s.malformed("keys have to expire here (global_api_key_expiry_days)")
	}
	return s.changed(id, func(key *Key) { key.ExpiresAt = read.ExpiresAt })
}

// setInactivityInterval is PATCH /admin/api_keys/inactivity_interval/{key_id}. Without
// inactivity_interval it removes the interval.
func (s *Simulator) setInactivityInterval(c simulation.Call, id string) simulation.Reply {
	members, reply := s.members(c, "inactivity_interval")
	if reply != nil {
		return *reply
	}
	days, reply := s.days(members, "inactivity_interval")
	if reply != nil {
		return *reply
	}
	return s.changed(id, func(key *Key) { key.InactivityIntervalDays = days })
}

// changed answers a change of a key: what is not active any more cannot be changed.
func (s *Simulator) changed(id string, change func(*Key)) simulation.Reply {
	conflict := false
	found := s.keys.change(id, func(key *Key) {
		if conflict = !s.active(*key); !conflict {
			change(key)
		}
	})
	switch {
	case !found:
		return s.Failure(http.StatusNotFound, messageUnknownKey)
	case conflict:
		return s.Failure(http.StatusConflict, "API key is not active")
	default:
		return simulation.Reply{Status: http.StatusNoContent}
	}
}

// deleteKey is DELETE /admin/api_keys/{key_id}.
func (s *Simulator) deleteKey(_ simulation.Call, id string) simulation.Reply {
	if !s.keys.remove(id) {
		return s.Failure(s.options.DeleteUnknownStatus, messageUnknownKey)
	}
	return simulation.Reply{Status: http.StatusNoContent}
}

// entry is APIKeyInfo.
func (s *Simulator) entry(key Key) map[string]any {
	entry := map[string]any{
		"id":            key.ID,
		"username":      key.UserName,
		"name":          key.Name,
		"hint":          key.Hint,
		"created_at":    s.timestamp(key.CreatedAt),
		"is_active":     s.active(key),
		"is_global_key": key.CollectionID == "",
		"total_calls":   0,
	}
	optional := map[string]any{"expires_at": nil, "last_used_at": nil, "collection_id": nil, "collection_name": nil}
	if !s.options.NoInactivityInterval {
		optional["inactivity_interval"] = nil
		if key.InactivityIntervalDays != nil {
			optional["inactivity_interval"] = *key.InactivityIntervalDays
		}
	}
	if key.ExpiresAt != nil {
		optional["expires_at"] = s.timestamp(*key.ExpiresAt)
	}
	if key.CollectionID != "" {
		optional["collection_id"], optional["collection_name"] = key.CollectionID, key.CollectionName
	}
	for name, value := range optional {
		if value != nil || s.options.NullMembers {
			entry[name] = value
		}
	}
	return entry
}

// timestamp is a date-time in microseconds.
func (s *Simulator) timestamp(t time.Time) string {
	form := "2006-01-02T15:04:05.000000Z07:00"
	if s.options.LocalTimes {
		form = "2006-01-02T15:04:05.000000"
	}
	return t.UTC().Format(form)
}
