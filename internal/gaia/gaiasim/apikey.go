// SPDX-License-Identifier: MPL-2.0

package gaiasim

import (
	"encoding/json"
	"maps"
	"mime"
	"net/http"
	"slices"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// listEntry is a key in the list, which is an array of them.
type listEntry struct {
	APIKey string                     `json:"api_key"`
	Config map[string]json.RawMessage `json:"config"`
}

// written is the answer of every write.
type written struct {
	APIKey string `json:"api_key"`
	// Result is created, updated or deleted.
	Result string `json:"result"`
}

// listKeys is GET of the collection.
func (s *Simulator) listKeys() simulation.Reply {
	keys := s.keys.shown()
	if len(keys) == 0 && s.options.EmptyListAs404 {
		return s.failure(http.StatusNotFound, "No API keys found")
	}
	entries := make([]listEntry, len(keys))
	for i, key := range keys {
		entries[i] = listEntry{key.secret, key.Config}
		if s.options.HideKeys {
			entries[i].APIKey = "****" + key.secret[len(key.secret)-4:]
		}
	}
	return simulation.JSON(http.StatusOK, entries)
}

// createKey is POST to the collection.
func (s *Simulator) createKey(c simulation.Call) simulation.Reply {
	if s.options.AuthenticationDisabled {
		return s.failure(http.StatusBadRequest, "Authentication is not enabled")
	}
	config, refused := s.readConfig(c)
	if refused != nil {
		return *refused
	}
	if s.options.AddsMember {
		config["source"] = encode("api")
	}
	return simulation.JSON(http.StatusOK, written{s.keys.add(config).secret, "created"})
}

// updateKey is PUT of a key.
func (s *Simulator) updateKey(secret string, c simulation.Call) simulation.Reply {
	config, refused := s.readConfig(c)
	if refused != nil {
		return *refused
	}
	known := s.keys.change(keyID(secret), func(had map[string]json.RawMessage) map[string]json.RawMessage {
		if !s.options.UpdateMerges {
			return config
		}
		maps.Copy(had, config)
		return had
	})
	if !known {
		return s.failure(s.options.UnknownKeyStatus, "API key not found")
	}
	return simulation.JSON(http.StatusOK, written{secret, "updated"})
}

// deleteKey is DELETE of a key.
func (s *Simulator) deleteKey(secret string) simulation.Reply {
	if !s.keys.remove(keyID(secret)) {
		return s.failure(s.options.UnknownKeyStatus, "API key not found")
	}
	return simulation.JSON(http.StatusOK, written{secret, "deleted"})
}

// readConfig reads the body of a write: {"config":{"permissions":"read",…}}.
func (s *Simulator) readConfig(c simulation.Call) (map[string]json.RawMessage, *simulation.Reply) {
	if kind, _, err := mime.ParseMediaType(c.ContentType); err != nil || kind != "application/json" {
		return nil, s.invalid("value is not a valid dict", "type_error.dict")
	}
	var body map[string]json.RawMessage
	if json.Unmarshal(c.Body, &body) != nil || body == nil {
		return nil, s.invalid("value is not a valid dict", "type_error.dict")
	}
	for _, name := range slices.Sorted(maps.Keys(body)) {
		if name != "config" {
			return nil, s.invalid("extra fields not permitted", "value_error.extra", name)
		}
	}
	if body["config"] == nil {
		return nil, s.invalid("field required", "value_error.missing", "config")
	}
	var config map[string]json.RawMessage
	if json.Unmarshal(body["config"], &config) != nil || config == nil {
		return nil, s.invalid("value is not a valid dict", "type_error.dict", "config")
	}
	if config["permissions"] == nil {
		return nil, s.invalid("field required", "value_error.missing", "config", "permissions")
	}
	var permissions *string
	if json.Unmarshal(config["permissions"], &permissions) != nil || permissions == nil {
		return nil, s.invalid("str type expected", "type_error.str", "config", "permissions")
	}
	if s.options.RefuseOtherPermissions && *permissions != "read" && *permissions != "write" {
		return nil, s.invalid("value is not a valid enumeration member; permitted: 'read', 'write'", "type_error.enum",
			"config", "permissions")
	}
	for _, name := range slices.Sorted(maps.Keys(config)) {
		if s.options.RefuseFurtherMembers && name != "permissions" {
			return nil, s.invalid("extra fields not permitted", "value_error.extra", "config", name)
		}
	}
	return config, nil
}
