// SPDX-License-Identifier: MPL-2.0

package gaiasim

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Key describes an API key for AddKey. AddKey does not validate it.
type Key struct {
	// Permissions is "read", "write" or any other string.
	Permissions string
	// Config has the members of config other than permissions, by name.
	Config map[string]any
}

// ListedKey is an API key without its secret.
type ListedKey struct {
	// ID is the SHA-256 of the key in lowercase hexadecimal. The service itself has no ids.
	ID     string `json:"id"`
	Config Config `json:"config"`
}

// Config has all members of a key's config, including permissions. To change a key, the simulator replaces the map. It never
// changes a map in place, because copies must stay unchanged.
type Config map[string]json.RawMessage

// Permissions returns the member permissions, or "" if it is not a string.
func (c Config) Permissions() (permissions string) {
	_ = json.Unmarshal(c["permissions"], &permissions)
	return permissions
}

// listEntry is an entry of the list. The list is a JSON array.
type listEntry struct {
	APIKey string `json:"api_key"`
	Config Config `json:"config"`
}

// written is the response to a create, an update or a delete.
type written struct {
	APIKey string `json:"api_key"`
	// Result is created, updated or deleted.
	Result string `json:"result"`
}

func (s *Simulator) listKeys(simulation.Call) simulation.Reply {
	keys := s.keys.Listed()
	if len(keys) == 0 && s.options.EmptyListAs404 {
		return s.failure(http.StatusNotFound, "No API keys found")
	}
	entries := make([]listEntry, len(keys))
	for i, key := range keys {
		entries[i] = listEntry{key.Secret, key.Value}
		if s.options.HideKeys {
			entries[i].APIKey = "****" + key.Secret[len(key.Secret)-4:]
		}
	}
	return simulation.JSON(http.StatusOK, entries)
}

func (s *Simulator) createKey(c simulation.Call) simulation.Reply {
	if s.options.AuthenticationDisabled {
		return s.failure(http.StatusBadRequest, "Authentication is not enabled")
	}
	config, refused := s.readConfig(c)
	if refused != nil {
		return *refused
	}
	if s.options.AddsMember {
		config["source"] = simulation.Encode("api")
	}
	return simulation.JSON(http.StatusOK, written{s.add(config), "created"})
}

func (s *Simulator) updateKey(c simulation.Call) simulation.Reply {
	changes, refused := s.readConfig(c)
	if refused != nil {
		return *refused
	}
	err := s.keys.Change(keyID(c.Parameter), func(had *Config) error {
		if s.options.UpdateMerges {
			merged := maps.Clone(*had)
			maps.Copy(merged, changes)
			changes = merged
		}
		*had = changes
		return nil
	})
	return s.wrote(err == nil, c.Parameter, "updated")
}

func (s *Simulator) deleteKey(c simulation.Call) simulation.Reply {
	return s.wrote(s.keys.Remove(keyID(c.Parameter)), c.Parameter, "deleted")
}

// wrote returns the response to an update or a delete.
func (s *Simulator) wrote(exists bool, secret, result string) simulation.Reply {
	if !exists {
		return s.failure(s.options.UnknownKeyStatus, "API key not found")
	}
	return simulation.JSON(http.StatusOK, written{secret, result})
}

func (s *Simulator) add(config Config) (secret string) {
	secret = simulation.NewUUID()
	if s.options.KeyForm == KeyToEscape {
		b := make([]byte, 16)
		_, _ = rand.Read(b) // Read never fails since Go 1.24.
		secret = "k/+%2F?#&;" + base64.StdEncoding.EncodeToString(b)
	}
	s.keys.Add(simulation.Item[Config]{ID: keyID(secret), Secret: secret, Value: config})
	return secret
}

// AddKey adds a key without an API call, and returns its secret.
func (s *Simulator) AddKey(key Key) (secret string) {
	config := Config{}
	for name, value := range key.Config {
		config[name] = simulation.Encode(value)
	}
	config["permissions"] = simulation.Encode(key.Permissions)
	return s.add(config)
}

// Keys returns all keys in the order of the list.
func (s *Simulator) Keys() []ListedKey {
	all := s.keys.All()
	keys := make([]ListedKey, len(all))
	for i, key := range all {
		keys[i] = ListedKey{key.ID, key.Value}
	}
	return keys
}

// DeleteKey deletes a key without an API call, and reports whether it existed.
func (s *Simulator) DeleteKey(id string) bool { return s.keys.Remove(id) }

// ChangeKey sets members of a key's config without an API call and without validation. A nil value removes the member. The
// error is simulation.ErrUnknown if no key has the id.
func (s *Simulator) ChangeKey(id string, members map[string]any) error {
	return s.keys.Change(id, func(config *Config) error {
		*config = maps.Clone(*config)
		for name, value := range members {
			(*config)[name] = simulation.Encode(value)
			if value == nil {
				delete(*config, name)
			}
		}
		return nil
	})
}

// Secret returns the secret of the key with the given id, or "" if no key has the id.
func (s *Simulator) Secret(id string) string { return s.keys.Secret(id) }

// keyID returns the id by which control endpoints and tests identify a key without its secret.
func keyID(secret string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(secret)))
}
