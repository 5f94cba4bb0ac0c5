// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// endpoints are the control endpoints of keys and users.
func (s *Simulator) endpoints() []simulation.Endpoint {
	return append(
		simulation.Keys(s.entries, s.changeMembers, s.DeleteKey),
		simulation.Lists("users", "list the users", s.Users),
		simulation.Takes(http.MethodPost, "users", "add a user, as if they logged in for the first time", s.logIn),
		simulation.Removes("users/{id}/permissions", "revoke the permissions of a user, which deactivates their keys", s.RevokePermissions),
	)
}

// entries are all keys as a list shows them, the oldest first.
func (s *Simulator) entries() []map[string]any {
	keys := s.Keys()
	entries := make([]map[string]any, len(keys))
	for i, key := range keys {
		entries[i] = s.entry(key)
	}
	return entries
}

// changeMembers sets members of a key by their wire names, all of them or none. null removes one that
// a key need not have.
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

func (s *Simulator) logIn(_ string, user User) error {
	if user.UserName == "" {
		return errors.New("username is missing")
	}
	if slices.ContainsFunc(s.Users(), func(other User) bool {
		return other.UserName == user.UserName || (user.ID != "" && other.ID == user.ID)
	}) {
		return fmt.Errorf("%w: a user has this username or id", simulation.ErrExists)
	}
	s.AddUser(user)
	return nil
}
