// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Key is an API key of the service.
type Key struct {
	ID, UserName, Name string
	// Hint has the last four characters of the secret.
	Hint      string
	CreatedAt time.Time
	// Inactive is true if the key was deactivated. A deactivation cannot be undone.
	Inactive bool
	// ExpiresAt is nil if the key does not expire. LastUsedAt is nil if the key has not been used.
	ExpiresAt, LastUsedAt *time.Time
	// InactivityIntervalDays is nil if the key has no inactivity interval.
	InactivityIntervalDays *int64
	// CollectionID is "" for a global key.
	CollectionID, CollectionName string
}

func (k Key) clone() Key {
	if k.ExpiresAt != nil {
		k.ExpiresAt = new(*k.ExpiresAt)
	}
	if k.LastUsedAt != nil {
		k.LastUsedAt = new(*k.LastUsedAt)
	}
	if k.InactivityIntervalDays != nil {
		k.InactivityIntervalDays = new(*k.InactivityIntervalDays)
	}
	return k
}

// add adds the key with a new secret, and sets the key's empty fields.
func (s *Simulator) add(key Key) (added Key, secret string) {
	secret = "sk-" + rand.Text()[:24] + rand.Text()[:24]
	key.ID = cmp.Or(key.ID, simulation.NewUUID())
	key.Hint = cmp.Or(key.Hint, secret[len(secret)-4:])
	key.Name = cmp.Or(key.Name, "API key "+key.Hint)
	key.CreatedAt = cmp.Or(key.CreatedAt, s.Now())
	if key.CollectionID != "" && key.CollectionName == "" {
		key.CollectionName = "Collection " + key.CollectionID[:min(8, len(key.CollectionID))]
	}
	s.keys.Add(simulation.Item[Key]{ID: key.ID, Secret: secret, Value: key})
	return key, secret
}

// AddKey adds a key without an API call and without validation, and returns its id and secret. If ID, Hint, CreatedAt, Name
// or CollectionName is empty, AddKey sets the value that a create would set.
func (s *Simulator) AddKey(key Key) (id, secret string) {
	key, secret = s.add(key)
	return key.ID, secret
}

// Keys returns all keys in the order of their creation, regardless of Options.Order.
func (s *Simulator) Keys() []Key { return simulation.Values(s.keys.All()) }

// ChangeKey changes a key without an API call, and reports whether the key exists. The function change must not change the
// ID.
func (s *Simulator) ChangeKey(id string, change func(*Key)) bool {
	return s.keys.Change(id, func(key *Key) error {
		*key = key.clone()
		change(key)
		return nil
	}) == nil
}

// changeMembers sets members of a key by their JSON names. The value null removes an optional member. If a member is
// invalid, changeMembers changes nothing.
func (s *Simulator) changeMembers(id string, members map[string]json.RawMessage) error {
	return s.keys.Change(id, func(key *Key) error {
		*key = key.clone()
		active := !key.Inactive
		err := simulation.SetMembers(members, map[string]any{
			"username": &key.UserName, "name": &key.Name, "hint": &key.Hint, "created_at": &key.CreatedAt,
			"is_active": &active, "last_used_at": &key.LastUsedAt, "expires_at": &key.ExpiresAt, "inactivity_interval": &key.InactivityIntervalDays,
			"collection_id": &key.CollectionID, "collection_name": &key.CollectionName,
		}, func(field any, value json.RawMessage) error { return json.Unmarshal(value, field) })
		key.Inactive = !active
		return err
	})
}

// DeleteKey deletes a key without an API call, and reports whether it existed.
func (s *Simulator) DeleteKey(id string) bool { return s.keys.Remove(id) }

// Secret returns the secret of the key with this id, or "" if the key does not exist.
func (s *Simulator) Secret(id string) string { return s.keys.Secret(id) }

func (s *Simulator) expired(key Key) bool {
	return key.ExpiresAt != nil && !s.Now().Before(*key.ExpiresAt)
}

// unused reports whether the key was not used during its inactivity interval.
func (s *Simulator) unused(key Key) bool {
	if key.InactivityIntervalDays == nil {
		return false
	}
	last := key.CreatedAt
	if key.LastUsedAt != nil {
		last = *key.LastUsedAt
	}
	return !s.Now().Before(last.AddDate(0, 0, int(*key.InactivityIntervalDays)))
}

// active reports whether the key is active. Lists show this value, and only an active key can be changed.
func (s *Simulator) active(key Key) bool {
	return !key.Inactive && (!s.options.ExpiryDeactivates || !s.expired(key)) && (!s.options.InactivityDeactivates || !s.unused(key))
}

// createKey returns the only response that contains the secret.
func (s *Simulator) createKey(c simulation.Call) simulation.Reply {
	known := []string{"user_id", "name", "collection_id", "expires_in"}
	if !s.options.NoInactivityInterval || !s.options.RefuseUnknownMembers {
		known = append(known, "inactivity_interval")
	}
	in := s.body(c, known...)
	userID := in.Text("user_id")
	if userID == "" {
		in.Malformed("user_id is missing")
	}
	user := s.users.ByID(userID)
	if user == nil {
		in.Refuse(s.failure(s.options.UnknownUserStatus, "User not found"))
	}
	key := Key{Name: s.options.Named(in.Text("name")), CollectionID: in.Text("collection_id")}
	if in.Has("collection_id") && !simulation.IsUUID(key.CollectionID) {
		in.Refuse(s.failure(http.StatusNotFound, "Collection not found"))
	}
	key.ExpiresAt = in.expiry()
	if !s.options.NoInactivityInterval {
		key.InactivityIntervalDays = in.days("inactivity_interval")
	}
	if refused := in.Refused(); refused != nil {
		return *refused
	}
	key.UserName = user.Value.UserName
	for _, collection := range s.options.Collections {
		if collection.ID != key.CollectionID {
			continue
		}
		if collection.Owner != key.UserName {
			return s.malformed("The collection must be owned by the selected user")
		}
		key.CollectionName = collection.Name
	}
	key, secret := s.add(key)
	return simulation.JSON(http.StatusCreated, map[string]any{"secret_key": secret, "api_key": s.entry(key)})
}

func (s *Simulator) listKeys(c simulation.Call) simulation.Reply {
	keys := s.keys.Listed()
	if s.options.Order == OrderNewestFirst {
		slices.Reverse(keys)
	}
	if filter := c.Query.Get("filter"); filter != "" {
		keys = slices.DeleteFunc(keys, func(key *simulation.Item[Key]) bool { return !s.matches(key.Value.UserName, filter) })
	}
	return page(s, c, keys, func(key *simulation.Item[Key]) map[string]any { return s.entry(key.Value) }, "filter")
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

func (s *Simulator) deactivateKey(c simulation.Call) simulation.Reply {
	return s.change(c, func(key *Key) { key.Inactive = true })
}

// expireKey removes the expiry if the body has no expires_in.
func (s *Simulator) expireKey(c simulation.Call) simulation.Reply {
	in := s.body(c, "expires_in")
	expires := in.expiry()
	if !in.Has("expires_in") && s.options.MaxExpiryDays > 0 {
		in.Malformed("keys have to expire here (global_api_key_expiry_days)")
	}
	if refused := in.Refused(); refused != nil {
		return *refused
	}
	return s.change(c, func(key *Key) { key.ExpiresAt = expires })
}

// setInactivityInterval removes the interval if the body has no inactivity_interval.
func (s *Simulator) setInactivityInterval(c simulation.Call) simulation.Reply {
	in := s.body(c, "inactivity_interval")
	days := in.days("inactivity_interval")
	if refused := in.Refused(); refused != nil {
		return *refused
	}
	return s.change(c, func(key *Key) { key.InactivityIntervalDays = days })
}

var errInactive = errors.New("API key is not active")

// change changes a key and returns the response. An inactive key cannot be changed.
func (s *Simulator) change(c simulation.Call, change func(*Key)) simulation.Reply {
	err := s.keys.Change(c.Parameter, func(key *Key) error {
		if !s.active(*key) {
			return errInactive
		}
		change(key)
		return nil
	})
	switch {
	case errors.Is(err, errInactive):
		return s.failure(http.StatusConflict, err.Error())
	case err != nil:
		return s.failure(http.StatusNotFound, "API key not found")
	}
	return simulation.Reply{Status: http.StatusNoContent}
}

func (s *Simulator) deleteKey(c simulation.Call) simulation.Reply {
	if !s.keys.Remove(c.Parameter) {
		return s.failure(http.StatusNotFound, "API key not found")
	}
	return simulation.Reply{Status: http.StatusNoContent}
}

func (s *Simulator) entries() []map[string]any {
	entries := []map[string]any{}
	for _, key := range s.Keys() {
		entries = append(entries, s.entry(key))
	}
	return entries
}

// entry returns the key as APIKeyInfo of the OpenAPI document.
func (s *Simulator) entry(key Key) map[string]any {
	entry := map[string]any{
		"id":            key.ID,
		"username":      key.UserName,
		"name":          key.Name,
		"hint":          key.Hint,
		"created_at":    s.timestamp(&key.CreatedAt),
		"is_active":     s.active(key),
		"is_global_key": key.CollectionID == "",
		"expires_at":    s.timestamp(key.ExpiresAt),
		"last_used_at":  s.timestamp(key.LastUsedAt),
		"collection_id": nil, "collection_name": nil, "total_calls": nil,
	}
	if key.CollectionID != "" {
		entry["collection_id"], entry["collection_name"] = key.CollectionID, key.CollectionName
	}
	if s.options.TotalCalls {
		entry["total_calls"] = 0 // The simulator does not count calls.
	}
	if !s.options.NoInactivityInterval {
		entry["inactivity_interval"] = nil
		if key.InactivityIntervalDays != nil {
			entry["inactivity_interval"] = *key.InactivityIntervalDays
		}
	}
	if !s.options.NullMembers {
		maps.DeleteFunc(entry, func(_ string, value any) bool { return value == nil })
	}
	return entry
}

// timestamp formats a time with microseconds. It returns nil for nil.
func (s *Simulator) timestamp(t *time.Time) any {
	if t == nil {
		return nil
	}
	form := "2006-01-02T15:04:05.000000Z07:00"
	if s.options.LocalTimes {
		form = "2006-01-02T15:04:05.000000"
	}
	return t.UTC().Format(form)
}
