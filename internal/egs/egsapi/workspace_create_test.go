// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// lostWorkspace drops the responses to successful creates.
var lostWorkspace = workspaceFault("POST", workspacePath, simulation.FaultDropAfterCommit, 0)

func TestClient_takenWorkspaceExists(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulation.Fault
		want  error
		// listed is whether the client requested a list before the workspace was created.
		listed bool
	}{
		"refused":                {want: egsapi.ErrExists},
		"refused after a list":   {want: egsapi.ErrExists, listed: true},
		"refused, and no list":   {fault: workspaceFault("GET", workspaceListPath, simulation.FaultStatus, 403), want: egsapi.ErrExists},
		"the refusal is lost":    {fault: lostWorkspace, want: egsapi.ErrUncertain},
		"a proxy refuses (HTML)": {fault: workspaceFault("POST", workspacePath, simulation.FaultHTML, 409), want: egsapi.ErrUncertain},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			client := c.owner()
			if test.listed {
				_, _ = client.Workspaces(t.Context())
			}
			c.foreignWorkspace(newWorkspace("a"))
			if test.fault.Kind != "" {
				c.Fail(test.fault)
			}
			_, err := createWorkspace(t.Context(), client, "a")
			e := asError(t, err)
			if !errors.Is(err, test.want) || e.Op != "create workspace" {
				t.Errorf("got %v", err)
			}
			if errors.Is(err, egsapi.ErrUncertain) && (!slices.Equal(e.Candidates, []string{"a"}) || !e.SentAt.Equal(noon)) {
				t.Errorf("candidates %v, sent at %s", e.Candidates, e.SentAt)
			}
			c.Wants(1, "POST", workspacePath)
		})
	}
}

// A workspace is adopted if its clusters and namespaces are equal, in any order.
func TestClient_lostWorkspaceIsAdopted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(*egssim.Workspace)
		differs bool
	}{
		"same":                {func(*egssim.Workspace) {}, false},
		"another order":       {func(w *egssim.Workspace) { slices.Reverse(w.Clusters); slices.Reverse(w.Namespaces) }, false},
		"duplicate cluster":   {func(w *egssim.Workspace) { w.Clusters = append(w.Clusters, "worker-1") }, false},
		"fewer clusters":      {func(w *egssim.Workspace) { w.Clusters = w.Clusters[:1] }, true},
		"another cluster":     {func(w *egssim.Workspace) { w.Clusters[0] = "worker-3" }, true},
		"another namespace":   {func(w *egssim.Workspace) { w.Namespaces[0] = "b" }, true},
		"one more namespace":  {func(w *egssim.Workspace) { w.Namespaces = append(w.Namespaces, "b") }, true},
		"no namespace at all": {func(w *egssim.Workspace) { w.Namespaces = nil }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := newWorkspace("a")
			var c *controller
			c = start(t, egssim.Options{}, clienttest.Around(on("POST", workspacePath), func(http.ResponseWriter, *http.Request, http.Handler) {
				made := egssim.Workspace{Name: "a", Clusters: slices.Clone(want.Clusters), Namespaces: slices.Clone(want.Namespaces)}
				test.change(&made)
				c.AddWorkspace(made)
				panic(http.ErrAbortHandler)
			}))
			adopted, err := createWorkspace(t.Context(), c.owner(), "a")
			if adopted == test.differs || test.differs != errors.Is(err, egsapi.ErrUncertain) {
				t.Errorf("adopted: %t, %v", adopted, err)
			}
			if test.differs && !slices.Equal(asError(t, err).Candidates, []string{"a"}) {
				t.Errorf("candidates %v", asError(t, err).Candidates)
			}
			if got := c.has("a"); got != 1 {
				t.Errorf("%d workspaces, want 1", got)
			}
		})
	}
}

// If the response is lost, the client searches several lists, since a new workspace is listed with a delay.
func TestClient_lostWorkspaceThatIsListedLate(t *testing.T) {
	t.Parallel()
	for lists, want := range map[int]error{2: nil, 8: nil, 1000: egsapi.ErrUncertain} {
		synctest.Test(t, func(t *testing.T) {
			c := start(t, egssim.Options{WorkspaceListsUntilReady: lists - 1})
			c.Fail(lostWorkspace)
			adopted, err := createWorkspace(t.Context(), c.patient(), "a")
			if !errors.Is(err, want) || adopted != (want == nil) || c.Count("POST", workspacePath) != 1 {
				t.Errorf("adopted: %t after %d creates, %v", adopted, c.Count("POST", workspacePath), err)
			}
		})
	}
}

// The client adopts the replacement after a lost response, although the replacement has the name of a workspace that the
// client deleted.
func TestClient_replacedWorkspaceWithLostResponse(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.owner()
	must(t, clienttest.Err(client.Workspaces(t.Context())))
	must(t, client.DeleteWorkspace(t.Context(), "red", time.Time{}))
	c.Fail(lostWorkspace)
	if adopted, err := createWorkspace(t.Context(), client, "red"); err != nil || !adopted {
		t.Errorf("adopted: %t, %v", adopted, err)
	}
}

// For some time, EGS may refuse the name of a workspace that this client deleted, although no list shows it.
func TestClient_replacedWorkspaceWhoseNameIsStillTaken(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.owner()
	must(t, client.DeleteWorkspace(t.Context(), "red", time.Time{}))
	c.Fail(simulation.Fault{Method: "POST", Path: workspacePath, Kind: simulation.FaultStatus, Status: http.StatusConflict, Times: 5})
	if _, err := createWorkspace(t.Context(), client, "red"); err != nil || c.has("red") != 1 {
		t.Error(err)
	}
	// The number of retries is limited.
	must(t, client.DeleteWorkspace(t.Context(), "red", time.Time{}))
	c.Fail(workspaceFault("POST", workspacePath, simulation.FaultStatus, http.StatusConflict))
	if _, err := createWorkspace(t.Context(), client, "red"); !errors.Is(err, egsapi.ErrStillDeleting) || c.Count("POST", workspacePath) != 16 {
		t.Errorf("got %v after %d requests", err, c.Count("POST", workspacePath))
	}
	c.Fail()
	must(t, clienttest.Err(createWorkspace(t.Context(), client, "red")))
	// The client does not wait for a workspace that another client deleted.
	must(t, client.DeleteWorkspace(t.Context(), "red", time.Time{}))
	c.foreignWorkspace(newWorkspace("red"))
	wantErr(t, clienttest.Err(createWorkspace(t.Context(), client, "red")), egsapi.ErrExists)
}

// Only a response with the name of the workspace proves that the workspace was created.
func TestClient_workspaceResponsesThatProveNothing(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`null`, `{}`, `{"workspaceName":"b"}`, `{"workspaceName":7}`, `[]`} {
		for _, does := range []bool{true, false} {
			t.Run(fmt.Sprint(data, does), func(t *testing.T) {
				t.Parallel()
				c := start(t, egssim.Options{}, clienttest.Replace(on("POST", workspacePath), 200, func() string { return envelope(data).Body }))
				if !does {
					c.Fail(clienttest.Of("POST", workspacePath, envelope(data)))
				}
				adopted, err := createWorkspace(t.Context(), c.owner(), "a")
				if adopted != does || does != (err == nil) || (err != nil && (!errors.Is(err, egsapi.ErrUnexpectedResponse) || !errors.Is(err, egsapi.ErrUncertain))) {
					t.Errorf("adopted: %t, %v", adopted, err)
				}
			})
		}
	}
}
