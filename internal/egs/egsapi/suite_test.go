// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// operations returns all operations of a client on keys. The key of ref exists.
func (c *controller) operations(client *egsapi.Client, ref egsapi.KeyRef) []clienttest.Operation {
	return []clienttest.Operation{
		{Name: "list API keys", Method: "GET", Path: listPath, Do: func(ctx context.Context) error {
			return clienttest.Err(client.APIKeys(ctx, ""))
		}},
		{Name: "create API key", Method: "POST", Path: keyPath, Kind: clienttest.Creates, Do: func(ctx context.Context) error {
			return clienttest.Err(client.CreateAPIKey(ctx, newKey("a")))
		}},
		{Name: "delete API key", Method: "DELETE", Path: keyPath, Kind: clienttest.Changes, Do: func(ctx context.Context) error {
			return client.DeleteAPIKey(ctx, ref)
		}},
	}
}

// keySuite uses a client with an access token, since a renewed token would add a request after a 401.
var keySuite = clienttest.Suite{Form: "a JSON envelope", Start: func(t *testing.T, around ...clienttest.Wrap) *clienttest.Subject {
	t.Helper()
	c := start(t, egssim.Options{}, around...)
	client, owner, ref := c.withToken(), c.owner(), c.key("a", "Editor", "red")
	operations := c.operations(client, ref)
	return &clienttest.Subject{
		Server: c.Server, List: operations[0], ID: ref.ID, Remove: func() { c.DeleteKey(ref.ID) },
		Operations: append(operations, clienttest.Operation{Name: "log in to EGS", Method: "POST", Path: authPath, Do: func(ctx context.Context) error {
			return clienttest.Err(owner.APIKeys(ctx, ""))
		}}),
		Find: func(ctx context.Context, id string) error {
			return clienttest.Err(client.APIKey(ctx, egsapi.KeyRef{ID: id, WorkspaceName: "red"}))
		},
		Delete: func(ctx context.Context, id string) error {
			secret := map[string]string{ref.ID: ref.Secret, "unknown": "2"}[id]
			return client.DeleteAPIKey(ctx, egsapi.KeyRef{ID: egsapi.APIKeyID(secret), Secret: secret, WorkspaceName: "red"})
		},
		ListFault: func(ids ...string) simulation.Fault {
			return listResponse(fmt.Sprintf(`{"data":[{"id":%q},{"id":%q}]}`, ids[0], ids[1]))
		},
		Learn:                func(ctx context.Context) (string, error) { return ref.Secret, operations[0].Do(ctx) },
		Refusal:              func(text string) string { return clienttest.JSON(refusal(map[string]any{"message": text})) },
		Entries:              func(entries string) string { return envelope(`{"data":[` + entries + `]}`).Body },
		Details:              details,
		UnreadableEntryFault: envelope(`{"data":[{"id":"a"},{"id":"unreadable","name":7}]}`),
		Listed:               listedKeys(client, ""),
	}
}}

var workspaceSuite = clienttest.Suite{Form: "a JSON envelope", Start: func(t *testing.T, around ...clienttest.Wrap) *clienttest.Subject {
	t.Helper()
	c := start(t, egssim.Options{}, around...)
	client := c.withToken()
	s := &clienttest.Subject{
		Server: c.Server, ID: "red", Remove: func() { c.DeleteWorkspace("red") },
		List: clienttest.Operation{Name: "list workspaces", Method: "GET", Path: workspaceListPath, Do: func(ctx context.Context) error {
			return clienttest.Err(client.Workspaces(ctx))
		}},
		Find: func(ctx context.Context, id string) error {
			return clienttest.Err(client.Workspace(ctx, id, time.Time{}))
		},
		Delete: func(ctx context.Context, id string) error { return client.DeleteWorkspace(ctx, id, time.Time{}) },
		ListFault: func(names ...string) simulation.Fault {
			return clienttest.Of("GET", workspaceListPath, envelope(fmt.Sprintf(`{"workspaces":[{"name":%q},{"name":%q}]}`, names[0], names[1])))
		},
		Entries:              func(entries string) string { return envelope(`{"workspaces":[` + entries + `]}`).Body },
		Details:              details,
		UnreadableEntryFault: envelope(`{"workspaces":[{"name":"unreadable","clusters":7},{"name":"a"}]}`),
		Listed:               listedWorkspaces(client),
	}
	s.Operations = []clienttest.Operation{
		s.List,
		{Name: "create workspace", Method: "POST", Path: workspacePath, Kind: clienttest.Creates, Do: func(ctx context.Context) error {
			return clienttest.Err(createWorkspace(ctx, client, "a"))
		}},
		{Name: "delete workspace", Method: "DELETE", Path: workspacePath, Kind: clienttest.Changes, Do: func(ctx context.Context) error {
			return s.Delete(ctx, "red")
		}},
		{Name: "get kubeconfig", Method: "POST", Path: kubeConfigPath, Do: func(ctx context.Context) error {
			return clienttest.Err(client.KubeConfig(ctx, "red", "worker-1"))
		}},
		{Name: "list inventory", Method: "GET", Path: inventoryListPath, Do: func(ctx context.Context) error {
			return clienttest.Err(client.Inventory(ctx))
		}},
		{Name: "list inventory of workspace", Method: "GET", Path: inventoryPath, Do: func(ctx context.Context) error {
			return clienttest.Err(client.WorkspaceInventory(ctx, "red"))
		}},
	}
	return s
}}

func details(entries string) string {
	return clienttest.JSON(detailed("Details", json.RawMessage("["+entries+"]")))
}

func TestClient_memory(t *testing.T) { //nolint:paralleltest // It measures memory.
	keySuite.Memory(t)
	workspaceSuite.Memory(t)
}

func FuzzResponse(f *testing.F) { keySuite.FuzzResponse(f) }

func FuzzResponse_workspaces(f *testing.F) { workspaceSuite.FuzzResponse(f) }

func listedKeys(client *egsapi.Client, workspace string) func(context.Context) ([]string, int, error) {
	list := func(ctx context.Context) (*egsapi.APIKeyList, error) { return client.APIKeys(ctx, workspace) }
	return clienttest.Listed(list, func(key egsapi.APIKey) string { return key.ID })
}

func listedWorkspaces(client *egsapi.Client) func(context.Context) ([]string, int, error) {
	return clienttest.Listed(client.Workspaces, func(w egsapi.Workspace) string { return w.Name })
}

// foreign are responses that do not come from EGS.
var foreign = map[string]simulation.Fault{
	"HTML page of 404":     clienttest.Status(404, "<html>"),
	"null":                 clienttest.Status(404, "null"),
	"half an envelope":     clienttest.Status(200, `{"statusCode":200,"status":"OK","da`),
	"other JSON":           clienttest.Status(404, `{"message":"no Route matched"}`),
	"error of a framework": clienttest.Status(404, `{"statusCode":404,"message":"Cannot GET","error":"Not Found"}`),
	"array":                clienttest.Status(200, `[]`),
	"text":                 clienttest.Status(200, `pong`),
	"key and no envelope":  clienttest.Status(200, `{"apiKey":"hush"}`),
	"no content":           clienttest.Status(204, " "),
}

func TestAPIKeys_suite(t *testing.T) {
	t.Parallel()
	bad := map[string]simulation.Fault{
		"unreadable entry": envelope(`{"data":[{}]}`), "entry without an id": envelope(`{"data":[{"name":"a"}]}`),
		"array": envelope(`[]`), "no array": envelope(`{"data":{}}`),
		"text": envelope(`{"data":"none"}`), "other list": envelope(`{"keys":[]}`), "number": envelope(`7`), "no data": envelope(`{"count":0}`),
		"empty text": envelope(`{"data":""}`),
		"404 of a lost cluster": clienttest.Status(404, `{"statusCode":404,"status":"NOT_FOUND","message":"UNKNOWN","error":{"data":`+
			`"{\"error\":{\"Message\":\"namespace kubeslice-avesha not found\"}}"}}`),
	}
	keySuite.Run(t, foreign, bad)
}

func TestWorkspaces_suite(t *testing.T) {
	t.Parallel()
	bad := map[string]simulation.Fault{
		"other list": envelope(`{"data":[]}`),
		"array":      envelope(`[]`), "number": envelope(`7`), "no array": envelope(`{"workspaces":{}}`), "text": envelope(`{"workspaces":""}`),
		"unreadable entry": envelope(`{"workspaces":[7]}`), "its invalid entry": envelope(`{"workspaces":[{"name":"unknown","clusters":7}]}`),
	}
	workspaceSuite.Run(t, foreign, bad)
}
