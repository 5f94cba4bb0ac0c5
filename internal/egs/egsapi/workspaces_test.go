// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	workspacePath     = "/api/v1/slice-workspace"
	workspaceListPath = workspacePath + "/list"
	kubeConfigPath    = workspacePath + "/kube-config"
)

func newWorkspace(name string) egsapi.NewWorkspace {
	return egsapi.NewWorkspace{
		Name: name, Clusters: []string{"worker-1", "worker-2"}, Namespaces: []string{name, name + "-jobs"},
		UserName: "bob", Email: "bob@example.com",
	}
}

func createWorkspace(ctx context.Context, client *egsapi.Client, name string) (adopted bool, err error) {
	_, adopted, err = client.CreateWorkspace(ctx, newWorkspace(name))
	return adopted, err
}

// foreignWorkspace adds a workspace with the values of w, outside the client.
func (c *controller) foreignWorkspace(w egsapi.NewWorkspace) {
	c.AddWorkspace(egssim.Workspace{Name: w.Name, Clusters: w.Clusters, Namespaces: w.Namespaces, UserName: w.UserName, Email: w.Email})
}

func (c *controller) has(name string) (n int) {
	for _, w := range c.Workspaces() {
		if w.Name == name {
			n++
		}
	}
	return n
}

// workspaceResponse returns a fault that responds to each list of workspaces with this data.
func workspaceResponse(data string) simulation.Fault {
	return always(clienttest.Of("GET", workspaceListPath, envelope(data)))
}

// workspaceFault returns a fault that applies to every matching request.
func workspaceFault(method, path, kind string, status int) simulation.Fault {
	return simulation.Fault{Method: method, Path: path, Kind: kind, Status: status, Times: 1000}
}

func TestClient_workspaceFromCreateToDelete(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{Dialect: egssim.DialectSDK}) // The SDK dialect refuses unknown members.
	client := c.owner()
	must(t, clienttest.Err(createWorkspace(t.Context(), client, "a")))
	w, err := client.AwaitWorkspace(t.Context(), "a", "worker-2")
	if err != nil {
		t.Fatal(err)
	}
	clusters := []string{"worker-1", "worker-2"}
	want := egsapi.Workspace{
		Name: "a", MaxClusters: 16, OverlayNetworkDeploymentMode: "no-network", Description: "Created via slice workspace API", Clusters: clusters,
		Namespaces: []egsapi.WorkspaceNamespace{{Name: "a", Clusters: clusters}, {Name: "a-jobs", Clusters: clusters}},
	}
	if !reflect.DeepEqual(*w, want) {
		t.Errorf("got %+v", w)
	}
	if made := c.Workspaces()[3]; made.UserName != "bob" || made.Email != "bob@example.com" {
		t.Errorf("created %+v", made)
	}
	if config, err := client.KubeConfig(t.Context(), "a", "worker-1"); err != nil || config != c.KubeConfig("a", "worker-1") {
		t.Errorf("the kubeconfig is not the workspace's: %v", err)
	}
	if err := client.DeleteWorkspace(t.Context(), "a", time.Time{}); err != nil || c.has("a") != 0 {
		t.Error(err)
	}
	wantErr(t, clienttest.Err(client.Workspace(t.Context(), "a", time.Time{})), egsapi.ErrNotFound)
	// The client requests one list before the create and one list after the create. After its own delete, the client needs no
	// list to know that the workspace no longer exists.
	c.Wants(2, "GET", workspaceListPath)
}

func TestClient_boundCredentialsProveNoAbsence(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.Fail(workspaceResponse(`{"workspaces":[]}`))
	client := c.as("Editor")
	wantErr(t, clienttest.Err(client.Workspace(t.Context(), "green", time.Time{})), egsapi.ErrNotVisible)
	wantErr(t, clienttest.Err(client.Workspace(t.Context(), "red", time.Time{})), egsapi.ErrNotFound)
}

// Only lists can show the workspace to which an opaque token is bound.
func TestClient_opaqueTokensAndWorkspaces(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		keys, workspaces string
		proven           bool
	}{
		"an Owner key is seen":   {`{"id":"1","role":"Owner"}`, ``, true},
		"several workspaces":     {``, `{"name":"red"},{"name":"blue"}`, true},
		"keys of the workspace":  {`{"id":"1","workspaceName":"green"}`, ``, true},
		"keys of another":        {`{"id":"1","workspaceName":"red"}`, `{"name":"red"}`, false},
		"no keys, no workspaces": {``, ``, false},
		"invalid list of keys":   {`7`, `{"name":"red"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{OpaqueTokens: true})
			client := c.connect(egsapi.Config{AccessToken: c.Token(c.OwnerKey())})
			c.Fail(always(listResponse(`{"data":[`+test.keys+`]}`)), workspaceResponse(`{"workspaces":[`+test.workspaces+`]}`))
			want := egsapi.ErrNotVisible
			if test.proven {
				want = egsapi.ErrNotFound
			}
			wantErr(t, clienttest.Err(client.Workspace(t.Context(), "green", time.Time{})), want)
		})
	}
}

// This run created the workspace, but lists do not show it yet. The client must not treat the workspace as deleted.
func TestClient_unlistedWorkspaceExists(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{WorkspaceListsUntilReady: 1000})
	client := c.owner()
	must(t, clienttest.Err(createWorkspace(t.Context(), client, "a")))
	if _, err := client.Workspace(t.Context(), "a", time.Time{}); err == nil || errors.Is(err, egsapi.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	c.Fail(workspaceFault("DELETE", workspacePath, simulation.FaultStatus, 503))
	if err := client.DeleteWorkspace(t.Context(), "a", time.Time{}); err == nil {
		t.Error("the workspace is reported as deleted, but exists")
	}
	c.Fail()
	if err := client.DeleteWorkspace(t.Context(), "a", time.Time{}); err != nil || c.has("a") != 0 {
		t.Error(err)
	}
}

// A list may not show a recently created workspace, so several lists are needed to prove that it was deleted.
func TestClient_recentWorkspaceIsDeleted(t *testing.T) {
	t.Parallel()
	for created, lists := range map[time.Time]int{noon.Add(-time.Minute): 6, noon.Add(-time.Hour): 1, {}: 1} {
		synctest.Test(t, func(t *testing.T) {
			c := start(t, egssim.Options{})
			must(t, c.patient().DeleteWorkspace(t.Context(), "mauve", created))
			c.Wants(lists, "GET", workspaceListPath)
		})
	}
}

// Deleting a workspace may delete its keys.
func TestClient_workspaceDeleteMakesKeysStale(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{WorkspaceDeletion: egssim.WorkspaceDeletionRemovesKeys})
	ref := c.key("a", "Viewer", "red")
	client := c.owner()
	must(t, clienttest.Err(client.APIKey(t.Context(), ref)))
	must(t, client.DeleteWorkspace(t.Context(), "red", time.Time{}))
	wantErr(t, clienttest.Err(client.APIKey(t.Context(), ref)), egsapi.ErrNotFound)
}

// EGS may omit namespaces and descriptions from the list, and may allow Editors and Viewers to list workspaces.
func TestClient_workspacesOfBoundCredentials(t *testing.T) {
	t.Parallel()
	for readers, want := range map[egssim.WorkspaceReaders][]string{
		egssim.WorkspaceReadersOwners: nil, egssim.WorkspaceReadersOwn: {"red"}, egssim.WorkspaceReadersAll: {"blue", "red"},
	} {
		for _, role := range []string{"Editor", "Viewer"} {
			c := start(t, egssim.Options{Workspaces: []string{}, WorkspaceReaders: readers, EmptyDescriptions: true})
			for _, name := range []string{"red", "blue"} {
				c.AddWorkspace(egssim.Workspace{Name: name, Clusters: []string{"worker-1"}})
			}
			list, err := c.as(role).Workspaces(t.Context())
			if want == nil {
				if asError(t, err).Status != http.StatusForbidden {
					t.Errorf("%s: got %v", role, err)
				}
				continue
			}
			if err != nil || !slices.Equal(clienttest.IDs(list.Items, func(w egsapi.Workspace) string { return w.Name }), want) {
				t.Fatalf("%s: got %+v, %v", role, list, err)
			}
			if w := list.Items[0]; w.Description != "" || len(w.Namespaces) != 0 || !slices.Equal(w.Clusters, []string{"worker-1"}) {
				t.Errorf("%s: got %+v", role, w)
			}
		}
	}
}
