// SPDX-License-Identifier: MPL-2.0

package gaiasim

import (
	"encoding/json"
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
	keys     *keyring
	adminKey string
}

// New makes a simulator that holds a key with the permissions "write", which is listed
// like any other, unless Options.Admin is set, and Options.Keys seeded ones.
func New(options Options) *Simulator {
	options = options.withDefaults()
	s := &Simulator{options: options, keys: newKeyring(options.KeyForm)}
	s.Server = simulation.NewServer(simulation.Options{
		Now: options.Now, Latency: options.Latency,
		RequestsPerSecond: options.RequestsPerSecond, RetryAfter: options.RetryAfter,
	}, api{s}, s.addRoutes)
	s.adminKey = options.Admin
	if s.adminKey == "" {
		s.adminKey = s.AddKey(Key{Permissions: "write"})
	}
	for i := range options.Keys {
		s.AddKey(Key{Permissions: []string{"read", "write"}[i%2]})
	}
	s.keys.lag(options.ListLag)
	return s
}

// AdminKey is the key that New made, or Options.Admin.
func (s *Simulator) AdminKey() string { return s.adminKey }

// AddKey adds a key as if somebody else had made it, and returns its secret.
func (s *Simulator) AddKey(key Key) (secret string) {
	config := map[string]json.RawMessage{}
	for name, value := range key.Config {
		config[name] = encode(value)
	}
	config["permissions"] = encode(key.Permissions)
	return s.keys.add(config).secret
}

// Keys are all keys in the order of the list.
func (s *Simulator) Keys() []ListedKey {
	stored := s.keys.all()
	keys := make([]ListedKey, len(stored))
	for i, key := range stored {
		keys[i] = key.ListedKey
	}
	return keys
}

// DeleteKey deletes a key as if somebody else had, and reports whether there
// was one of this id.
func (s *Simulator) DeleteKey(id string) bool { return s.keys.remove(id) }

// ChangeKey sets members of a key's config, as if somebody else had, with nothing
// checked; nil takes a member away. The error is ErrUnknownKey.
func (s *Simulator) ChangeKey(id string, members map[string]any) error {
	known := s.keys.change(id, func(config map[string]json.RawMessage) map[string]json.RawMessage {
		for name, value := range members {
			if value == nil {
				delete(config, name)
				continue
			}
			config[name] = encode(value)
		}
		return config
	})
	if !known {
		return ErrUnknownKey
	}
	return nil
}

// Secret is the key of this id itself, "" where there is none.
func (s *Simulator) Secret(id string) string {
	key, _ := s.keys.withID(id)
	return key.secret
}

// encode is the value in JSON, which it must be possible to write it in.
func encode(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

// addRoutes adds the control endpoints of the keys.
func (s *Simulator) addRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /_sim/keys", func(w http.ResponseWriter, _ *http.Request) {
		simulation.AnswerJSON(w, http.StatusOK, s.Keys())
	})
	mux.HandleFunc("DELETE /_sim/keys/{id}", func(w http.ResponseWriter, r *http.Request) {
		if !s.DeleteKey(r.PathValue("id")) {
			simulation.AnswerMistake(w, ErrUnknownKey)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	// The body holds members of config to set; null takes one away.
	mux.HandleFunc("PATCH /_sim/keys/{id}", func(w http.ResponseWriter, r *http.Request) {
		var members map[string]any
		err := simulation.ReadControl(w, r, &members)
		if err == nil {
			err = s.ChangeKey(r.PathValue("id"), members)
		}
		if err != nil {
			simulation.AnswerMistake(w, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// api is the simulator as the server of package simulation sees it.
type api struct{ *Simulator }

// Route implements simulation.API: it hides the keys that stand in paths.
func (api) Route(_, path string) string {
	for _, before := range []string{deletionPath, collectionPath} {
		if key, ok := strings.CutPrefix(path, before); ok && key != "" {
			return before + "{api_key}"
		}
	}
	return path
}

// ExpireCredentials implements simulation.API: keys have no tokens.
func (api) ExpireCredentials() {}

// Handle implements simulation.API.
func (a api) Handle(c simulation.Call) simulation.Reply {
	if refused := a.authorize(c); refused != nil {
		return *refused
	}
	key, inCollection := strings.CutPrefix(c.Path, collectionPath)
	deleted, toDelete := strings.CutPrefix(c.Path, deletionPath)
	switch {
	case inCollection && key == "" && c.Method == http.MethodGet:
		return a.listKeys()
	case inCollection && key == "" && c.Method == http.MethodPost:
		return a.createKey(c)
	case toDelete && deleted != "" && c.Method == http.MethodDelete:
		return a.deleteKey(deleted)
	case inCollection && key != "" && c.Method == http.MethodPut:
		return a.updateKey(key, c)
	case inCollection:
		return a.Failure(http.StatusMethodNotAllowed, "Method Not Allowed")
	}
	return a.Failure(http.StatusNotFound, "Not Found")
}

// authorize refuses callers that may not manage keys.
func (s *Simulator) authorize(c simulation.Call) *simulation.Reply {
	if s.options.AuthenticationDisabled {
		return nil
	}
	scheme, secret, _ := strings.Cut(c.Authorization, " ")
	caller, known := s.keys.withSecret(secret)
	switch {
	case c.Authorization == "":
		return new(s.failure(http.StatusUnauthorized, "Not authenticated"))
	case scheme == s.options.Scheme && s.options.Admin != "" && secret == s.options.Admin:
		return nil
	case scheme != s.options.Scheme || !known:
		return new(s.failure(http.StatusUnauthorized, "Invalid authentication credentials"))
	case caller.Permissions() != "write" && !s.options.ReadKeysMayManage:
		return new(s.failure(http.StatusForbidden, "Not enough permissions"))
	}
	return nil
}
