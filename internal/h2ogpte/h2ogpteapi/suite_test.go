// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const form = "JSON in the documented format"

// operations returns all operations of a client. A key with the given id must exist.
func (s *service) operations(client *h2ogpteapi.Client, id string) []clienttest.Operation {
	all := []clienttest.Operation{
		{Name: "list h2oGPTe API keys", Method: "GET", Path: keysPath, Do: func(ctx context.Context) error {
			return clienttest.Err(client.APIKeys(ctx, "", 0))
		}},
		{Name: "list h2oGPTe users", Method: "GET", Path: usersPath, Do: func(ctx context.Context) error {
			return clienttest.Err(client.Users(ctx))
		}},
		{Name: "create h2oGPTe API key", Method: "POST", Path: keysPath, Kind: clienttest.Creates, Do: func(ctx context.Context) error {
			return clienttest.Err(client.CreateAPIKey(ctx, s.newKey("b")))
		}},
		{Name: "delete h2oGPTe API key", Method: "DELETE", Path: keyPath, Kind: clienttest.Changes, Do: func(ctx context.Context) error {
			return client.DeleteAPIKey(ctx, id, time.Time{})
		}},
	}
	for _, change := range changes {
		all = append(all, clienttest.Operation{
			Name: change.name, Method: change.method, Path: change.path, Kind: clienttest.Changes, Do: func(ctx context.Context) error { return change.do(ctx, client, id) },
		})
	}
	return all
}

var keySuite = clienttest.Suite{Section: "h2ogpte", Form: form, Start: func(t *testing.T, around ...clienttest.Wrap) *clienttest.Subject {
	t.Helper()
	s := start(t, h2ogptesim.Options{}, around...)
	client, id := s.client(), s.expiringKey()
	operations := s.operations(client, id)
	return &clienttest.Subject{
		Server: s.Server, Operations: operations, List: operations[0],
		Learn: func(ctx context.Context) (string, error) {
			created, err := client.CreateAPIKey(ctx, s.newKey("learned"))
			if err != nil {
				return "", err
			}
			return created.Secret, client.DeleteAPIKey(ctx, created.ID, created.CreatedAt)
		},
		Refusal: func(text string) string { return clienttest.JSON(map[string]any{"code": 403, "message": text}) },
		ID:      id, Remove: func() { s.DeleteKey(id) },
		Find:   func(ctx context.Context, id string) error { return clienttest.Err(client.APIKey(ctx, id, time.Time{})) },
		Delete: func(ctx context.Context, id string) error { return client.DeleteAPIKey(ctx, id, time.Time{}) },
		ListFault: func(ids ...string) simulation.Fault {
			return listResponse(fmt.Sprintf(`[{"id":%q},{"id":%q}]`, ids[0], ids[1]))
		},
		Entries: entriesOf, Details: detailsOf,
		UnreadableEntryFault: listResponse(`[{"id":"a"},{"id":"unreadable","name":7}]`),
		Listed:               listed(client),
	}
}}

var userSuite = clienttest.Suite{Section: "h2ogpte", Form: form, Start: func(t *testing.T, around ...clienttest.Wrap) *clienttest.Subject {
	t.Helper()
	s := start(t, h2ogptesim.Options{}, around...)
	client := s.client()
	list := s.operations(client, "")[1]
	return &clienttest.Subject{
		Server: s.Server, List: list, Entries: entriesOf, Details: detailsOf,
		Find: func(ctx context.Context, name string) error { return clienttest.Err(client.UserByName(ctx, name)) },
	}
}}

func entriesOf(entries string) string { return "[" + entries + "]" }

func detailsOf(entries string) string { return `{"code":422,"message":[` + entries + `]}` }

func TestClient_memory(t *testing.T) { //nolint:paralleltest // It measures memory.
	keySuite.Memory(t)
	userSuite.Memory(t)

	// Each page is within the size limit of a list, but the pages never end.
	const perEntry = 400_000
	page := jsonText(pageOf(100, strings.Repeat("x", perEntry)))
	requests := 0
	s := start(t, h2ogptesim.Options{}, around(on("GET", keysPath), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		requests++
		_, _ = io.WriteString(w, page)
	}))
	if err := list(t, s.client()); !errors.Is(err, apiclient.ErrListTooLarge) || requests != 2 {
		t.Errorf("%d requests, %v", requests, err)
	}
}

func pageOf(n int, text string) (entries []map[string]string) {
	for i := range n {
		entries = append(entries, map[string]string{"id": fmt.Sprint(i), "name": text})
	}
	return entries
}

func FuzzResponse(f *testing.F) { keySuite.FuzzResponse(f) }

func listed(client *h2ogpteapi.Client) func(context.Context) ([]string, int, error) {
	list := func(ctx context.Context) (*h2ogpteapi.APIKeyList, error) { return client.APIKeys(ctx, "", 0) }
	return clienttest.Listed(list, func(key h2ogpteapi.APIKey) string { return key.ID })
}

// foreign are responses that h2oGPTe does not send.
var foreign = map[string]simulation.Fault{
	"null":                 clienttest.Status(403, "null"),
	"truncated error":      clienttest.Status(400, `{"code":400,"mess`),
	"other JSON":           clienttest.Status(403, `{"message":"no Route matched"}`),
	"error of a framework": clienttest.Status(409, `{"detail":"Conflict"}`),
	"array":                clienttest.Status(400, `[]`),
	"text":                 clienttest.Status(200, `pong`),
	"code as a word":       clienttest.Status(403, `{"code":"forbidden","message":"hush"}`),
}

func TestAPIKeys_suite(t *testing.T) {
	t.Parallel()
	keySuite.Run(t, foreign, map[string]simulation.Fault{
		"null": clienttest.Status(200, `null`), "object": clienttest.Status(200, `{"api_keys":[]}`), "text": clienttest.Status(200, `"none"`),
		"number": clienttest.Status(200, `7`), "two lists": clienttest.Status(200, `[] []`), "unreadable entry": clienttest.Status(200, `[{}]`),
	})
}

func TestUsers_suite(t *testing.T) {
	t.Parallel()
	userSuite.Run(t, foreign, map[string]simulation.Fault{
		"null": clienttest.Status(200, `null`), "object": clienttest.Status(200, `{"users":[]}`), "unreadable entry": clienttest.Status(200, `[{"username":"unknown"}]`),
		"invalid entry": clienttest.Status(200, `[{"id":"2","username":7}]`), "control characters": clienttest.Status(200, `[{"id":"2","email":"a\u001b[2J"}]`),
	})
}
