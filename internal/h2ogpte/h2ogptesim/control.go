// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

var errUnknownKey = fmt.Errorf("%w: no API key has this id", simulation.ErrUnknown)

// addRoutes adds what tests and people steer h2oGPTe with, besides what every simulator
// has.
func (s *Simulator) addRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /_sim/keys", func(w http.ResponseWriter, _ *http.Request) {
		keys := s.Keys()
		entries := make([]map[string]any, len(keys))
		for i := range keys {
			entries[i] = s.entry(keys[i])
		}
		simulation.AnswerJSON(w, http.StatusOK, entries)
	})
	mux.HandleFunc("DELETE /_sim/keys/{id}", func(w http.ResponseWriter, r *http.Request) {
		if !s.DeleteKey(r.PathValue("id")) {
			simulation.AnswerMistake(w, errUnknownKey)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("PATCH /_sim/keys/{id}", s.patchKey)
	mux.HandleFunc("GET /_sim/users", func(w http.ResponseWriter, _ *http.Request) {
		simulation.AnswerJSON(w, http.StatusOK, s.Users())
	})
	mux.HandleFunc("POST /_sim/users", s.postUser)
}

// patchKey sets members of a key by their wire names, all of them or none. null takes
// one away that a key need not have.
func (s *Simulator) patchKey(w http.ResponseWriter, r *http.Request) {
	var members map[string]json.RawMessage
	if err := simulation.ReadControl(w, r, &members); err != nil {
		simulation.AnswerMistake(w, err)
		return
	}
	var mistake error
	found := s.ChangeKey(r.PathValue("id"), func(key *Key) {
		changed := *key
		if mistake = setMembers(&changed, members); mistake == nil {
			*key = changed
		}
	})
	switch {
	case !found:
		simulation.AnswerMistake(w, errUnknownKey)
	case mistake != nil:
		simulation.AnswerMistake(w, mistake)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func setMembers(key *Key, members map[string]json.RawMessage) error {
	active := !key.Inactive
	// Pointers of their own: the key that is changed must keep its own where a member is
	// refused.
	expires, interval := (*time.Time)(nil), (*int64)(nil)
	fields := map[string]any{
		"username": &key.UserName, "name": &key.Name, "hint": &key.Hint, "created_at": &key.CreatedAt,
		"is_active": &active, "expires_at": &expires, "inactivity_interval": &interval,
		"collection_id": &key.CollectionID, "collection_name": &key.CollectionName,
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		field, ok := fields[name]
		if !ok {
			return fmt.Errorf("%q is no member that can be changed; those are %v", name, slices.Sorted(maps.Keys(fields)))
		}
		if err := json.Unmarshal(members[name], field); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	key.Inactive = !active
	if _, given := members["expires_at"]; given {
		key.ExpiresAt = expires
	}
	if _, given := members["inactivity_interval"]; given {
		key.InactivityIntervalDays = interval
	}
	return nil
}

func (s *Simulator) postUser(w http.ResponseWriter, r *http.Request) {
	var user User
	if err := simulation.ReadControl(w, r, &user); err != nil {
		simulation.AnswerMistake(w, err)
		return
	}
	if user.UserName == "" {
		simulation.AnswerMistake(w, errors.New("username is missing"))
		return
	}
	if slices.ContainsFunc(s.Users(), func(other User) bool {
		return other.UserName == user.UserName || (user.ID != "" && other.ID == user.ID)
	}) {
		simulation.AnswerMistake(w, fmt.Errorf("%w: a user has this username or id", simulation.ErrExists))
		return
	}
	s.AddUser(user)
	w.WriteHeader(http.StatusNoContent)
}
