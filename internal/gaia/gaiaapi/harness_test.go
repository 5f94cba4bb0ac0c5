// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Paths, in the form that journal entries and faults use.
const (
	keysPath   = "/es/api/v1/credentials/api_keys/"
	keyPath    = keysPath + "{api_key}"
	deletePath = keysPath + "delete/{api_key}"
)

var (
	noon    = clienttest.Noon
	always  = clienttest.Always
	at      = clienttest.Concurrently
	must    = clienttest.Must
	wantErr = clienttest.WantErr
	text    = clienttest.JSON
	on      = clienttest.On
	// keyForms are the possible formats of keys.
	keyForms = map[string]gaiasim.KeyForm{"UUIDs": gaiasim.KeyUUID, "keys to escape": gaiasim.KeyToEscape}
)

func TestMain(m *testing.M) { clienttest.Main(m) }

type service struct {
	*gaiasim.Simulator
	*clienttest.Server
}

// start serves a simulator, wrapped in the given handlers.
func start(t *testing.T, options gaiasim.Options, around ...clienttest.Wrap) *service {
	t.Helper()
	if options.Now == nil {
		options.Now = clienttest.FixedNow
	}
	simulator := gaiasim.New(options)
	return &service{simulator, clienttest.Start(t, simulator, around...)}
}

// connect returns a new client. The API key of the client defaults to the administrator's API key.
func (s *service) connect(config gaiaapi.Config) *gaiaapi.Client {
	config.Endpoint = s.URL
	if config.APIKey == "" {
		config.APIKey = s.AdminKey()
	}
	if config.Now == nil {
		config.Now = clienttest.FixedNow
	}
	if config.Scheme == "" {
		config.Scheme = "Search"
	}
	return gaiaapi.New(config, clienttest.Transport(time.Millisecond))
}

func (s *service) admin() *gaiaapi.Client { return s.connect(gaiaapi.Config{}) }

// wants checks how many requests of each kind the service received.
func (s *service) wants(lists, creates, updates int) {
	s.T.Helper()
	s.Wants(lists, "GET", keysPath)
	s.Wants(creates, "POST", keysPath)
	s.Wants(updates, "PUT", keyPath)
}

// key adds a key with the permissions "read", and returns its id and secret.
func (s *service) key() (id, secret string) {
	secret = s.AddKey(gaiasim.Key{Permissions: "read"})
	return gaiaapi.APIKeyID(secret), secret
}

// config returns the config of the key with the given id, as JSON.
func (s *service) config(id string) string {
	s.T.Helper()
	for _, key := range s.Keys() {
		if key.ID == id {
			return text(key.Config)
		}
	}
	s.T.Fatalf("there is no key %s", id)
	return ""
}

func readKey() gaiaapi.NewAPIKey { return gaiaapi.NewAPIKey{Permissions: "read"} }

func members(t *testing.T, object string) map[string]json.RawMessage {
	t.Helper()
	var m map[string]json.RawMessage
	must(t, json.Unmarshal([]byte(object), &m))
	return m
}

func asError(t *testing.T, err error) *gaiaapi.Error {
	t.Helper()
	return clienttest.AsError(t, err, "gaia")
}

// listResponse returns a fault: the service responds to a list request with the given body.
func listResponse(body string) simulation.Fault {
	return clienttest.Of("GET", keysPath, clienttest.Status(200, body))
}

// listFails returns a fault: the service responds to a list request with the given status.
func listFails(status int) simulation.Fault {
	return clienttest.Of("GET", keysPath, clienttest.Status(status, ""))
}

// operations returns all operations of a client. A key with the given secret must exist.
func operations(client *gaiaapi.Client, secret string) []clienttest.Operation {
	return []clienttest.Operation{
		{Name: "list API keys", Method: "GET", Path: keysPath, Do: func(ctx context.Context) error {
			return clienttest.Err(client.APIKeys(ctx))
		}},
		{Name: "create API key", Method: "POST", Path: keysPath, Kind: clienttest.Creates, Do: func(ctx context.Context) error {
			return clienttest.Err(client.CreateAPIKey(ctx, readKey()))
		}},
		{Name: "update API key", Method: "PUT", Path: keyPath, Kind: clienttest.Changes, Do: func(ctx context.Context) error {
			return client.UpdateAPIKey(ctx, gaiaapi.APIKeyID(secret), secret, time.Time{}, readKey())
		}},
		{Name: "delete API key", Method: "DELETE", Path: deletePath, Kind: clienttest.Changes, Do: func(ctx context.Context) error {
			return client.DeleteAPIKey(ctx, gaiaapi.APIKeyID(secret), secret, time.Time{})
		}},
	}
}

// suite configures the tests that all clients share. It identifies keys by their secrets.
var suite = clienttest.Suite{Section: "gaia", Form: "JSON", Start: func(t *testing.T, around ...clienttest.Wrap) *clienttest.Subject {
	t.Helper()
	s := start(t, gaiasim.Options{}, around...)
	client := s.admin()
	id, secret := s.key()
	all := operations(client, secret)
	return &clienttest.Subject{
		Server: s.Server, Operations: all, List: all[0], ID: secret, Remove: func() { s.DeleteKey(id) },
		Find: func(ctx context.Context, secret string) error {
			return clienttest.Err(client.APIKey(ctx, gaiaapi.APIKeyID(secret), time.Time{}))
		},
		Delete: func(ctx context.Context, secret string) error { return operations(client, secret)[3].Do(ctx) },
		ListFault: func(secrets ...string) simulation.Fault {
			return listResponse(fmt.Sprintf(`[{"api_key":%q,"config":{}},{"api_key":%q,"config":{}}]`, secrets[0], secrets[1]))
		},
		Learn:                func(ctx context.Context) (string, error) { return secret, all[0].Do(ctx) },
		Refusal:              func(message string) string { return text(detail(message)) },
		Entries:              func(entries string) string { return "[" + entries + "]" },
		Details:              func(entries string) string { return `{"detail":[` + entries + `]}` },
		UnreadableEntryFault: listResponse(`[{"api_key":"unreadable","config":{"permissions":["read"]}},{"api_key":"a","config":{"permissions":"read"}}]`),
		Listed:               clienttest.Listed(client.APIKeys, func(key gaiaapi.APIKey) string { return key.Secret }),
	}
}}

func TestClient_memory(t *testing.T) { suite.Memory(t) } //nolint:paralleltest // It measures memory.

func FuzzResponse(f *testing.F) { suite.FuzzResponse(f) }

func TestAPIKeys_suite(t *testing.T) {
	t.Parallel()
	foreign := map[string]simulation.Fault{
		"truncated error": clienttest.Status(422, `{"detail":`), "text": clienttest.Status(200, "pong"), "empty": clienttest.Status(400, " "),
		"truncated response": clienttest.Status(200, `{"api_key":"`), "404 with HTML": clienttest.Status(404, `<html>`),
		"500 with text": clienttest.Status(500, `Internal Server Error`),
	}
	suite.Run(t, foreign, map[string]simulation.Fault{
		"404 with a text":       clienttest.Status(404, `{"detail":"No API keys found"}`),
		"null":                  clienttest.Status(200, `null`),
		"number":                clienttest.Status(200, `7`),
		"text":                  clienttest.Status(200, `""`),
		"object with the list":  clienttest.Status(200, `{"api_keys":[]}`),
		"null entry":            clienttest.Status(200, `[null]`),
		"empty entry":           clienttest.Status(200, `[{}]`),
		"hidden":                clienttest.Status(200, `[{"api_key":"****1234","config":{"permissions":"read"}}]`),
		"hidden by equal texts": clienttest.Status(200, `[{"api_key":"redacted","config":{}},{"api_key":"redacted","config":{}}]`),
		"without keys":          clienttest.Status(200, `[{"config":{"permissions":"read"}}]`),
	})
}
