// SPDX-License-Identifier: MPL-2.0

package gaiasim

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	// collectionPath is that of the keys. It ends in a slash.
	collectionPath = "/es/api/v1/credentials/api_keys/"
	// deletionPath is what the key stands after in the path of a DELETE.
	deletionPath = collectionPath + "delete/"
)

// Simulator is a Search GAIA in memory. It is an http.Handler that serves the API under
// /es/api/v1/ and the control endpoints below /_sim/, and is safe for concurrent use.
type Simulator struct {
	*simulation.Server
	options  Options
	keys     simulation.Store[settings]
	adminKey string
}

// New makes a simulator that holds a key with the permissions "write", which is listed
// like any other, unless Options.Admin is set, and Options.Keys seeded ones.
func New(options Options) *Simulator {
	s := &Simulator{options: options.withDefaults()}
	s.Server = simulation.NewServer(s.options.Options, simulation.Service{
		Routes: []simulation.Route{
			{Method: http.MethodDelete, Path: deletionPath + "{api_key...}", Handle: s.authorized(s.deleteKey)},
			{Method: http.MethodGet, Path: collectionPath, Handle: s.authorized(s.listKeys)},
			{Method: http.MethodPost, Path: collectionPath, Handle: s.authorized(s.createKey)},
			{Method: http.MethodPut, Path: collectionPath + "{api_key...}", Handle: s.authorized(s.updateKey)},
		},
		Otherwise: s.authorized(s.notFound),
		Failure:   s.failure,
		Endpoints: simulation.Keys(s.Keys, s.ChangeKey, s.DeleteKey),
	})
	s.adminKey = options.Admin
	if s.adminKey == "" {
		s.adminKey = s.AddKey(Key{Permissions: "write"})
	}
	for i := range options.Keys {
		s.AddKey(Key{Permissions: []string{"read", "write"}[i%2]})
	}
	s.keys.Lag(options.ListLag)
	return s
}

// authorized handles calls of those who may manage keys.
func (s *Simulator) authorized(handle func(simulation.Call) simulation.Reply) func(simulation.Call) simulation.Reply {
	return func(c simulation.Call) simulation.Reply {
		if refused := s.authorize(c); refused != nil {
			return *refused
		}
		return handle(c)
	}
}

func (s *Simulator) notFound(c simulation.Call) simulation.Reply {
	if strings.HasPrefix(c.Path, collectionPath) {
		return s.failure(http.StatusMethodNotAllowed, "Method Not Allowed")
	}
	return s.failure(http.StatusNotFound, "Not Found")
}

// AdminKey is the key that New made, or Options.Admin.
func (s *Simulator) AdminKey() string { return s.adminKey }

// AddKey adds a key outside the API, and returns its secret.
func (s *Simulator) AddKey(key Key) (secret string) {
	config := settings{}
	for name, value := range key.Config {
		config[name] = encode(value)
	}
	config["permissions"] = encode(key.Permissions)
	return s.add(config)
}

// Keys are all keys in the order of the list.
func (s *Simulator) Keys() []ListedKey {
	all := s.keys.All()
	keys := make([]ListedKey, len(all))
	for i, key := range all {
		keys[i] = ListedKey{key.ID, key.Value}
	}
	return keys
}

// DeleteKey deletes a key outside the API, and reports whether there was one of this id.
func (s *Simulator) DeleteKey(id string) bool { return s.keys.Remove(id) }

// ChangeKey sets members of a key's config outside the API, with nothing checked; nil removes a
// member. The error is simulation.ErrUnknown.
func (s *Simulator) ChangeKey(id string, members map[string]any) error {
	return s.keys.Change(id, func(config *settings) error {
		*config = maps.Clone(*config)
		for name, value := range members {
			(*config)[name] = encode(value)
			if value == nil {
				delete(*config, name)
			}
		}
		return nil
	})
}

// Secret is the key of this id itself, "" if there is none.
func (s *Simulator) Secret(id string) string { return s.keys.Secret(id) }

// encode is the value in JSON, which must be one that JSON can write.
func encode(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}
