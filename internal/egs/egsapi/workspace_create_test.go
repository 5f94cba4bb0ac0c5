// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// baselineIsOld is longer than a list tells what was there before a create.
const baselineIsOld = time.Minute

// lostWorkspace makes the answers of creates get lost after the workspaces were made.
var lostWorkspace = workspaceFault("POST", workspacePath, egssim.FaultDropAfterCommit, 0)

func TestClient_takenWorkspaceExists(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]egssim.Fault{
		"refused":                  {Method: "POST", Path: "/none", Kind: egssim.FaultEmpty},
		"refused and lost":         lostWorkspace,
		"lost once, then refused":  {Method: "POST", Path: workspacePath, Kind: egssim.FaultDropBefore},
		"page of a proxy":          workspaceFault("POST", workspacePath, egssim.FaultHTML, 409),
		"refused, before unlisted": workspaceFault("GET", workspaceListPath, egssim.FaultStatus, 403),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			c.foreignWorkspace(newWorkspace("a"))
			c.fail(fault)
			err := c.owner().CreateWorkspace(t.Context(), newWorkspace("a"))
			if !errors.Is(err, egsapi.ErrExists) || errors.Is(err, egsapi.ErrUncertain) || asError(t, err).Op != "create workspace" {
				t.Errorf("got %v", err)
			}
			if got := c.count("POST", workspacePath); got != 1 {
				t.Errorf("%d creates, want 1", got)
			}
		})
	}
}

func TestClient_plainConflictIsToldInTheControllersWords(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.owner()
	err := client.CreateWorkspace(t.Context(), newWorkspace("red"))
	if e := asError(t, err); e.Status != http.StatusConflict || e.Message != `Error registering Slice: sliceconfigs.controller.kubeslice.io "red" already exists` {
		t.Errorf("got %v", err)
	}
	// Somebody else made it after the list: nothing was lost, so it is not ours.
	c.foreignWorkspace(newWorkspace("a"))
	if err := client.CreateWorkspace(t.Context(), newWorkspace("a")); !errors.Is(err, egsapi.ErrExists) {
		t.Errorf("got %v", err)
	}
}

func TestClient_refusedWorkspace(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	w := newWorkspace("Bad_Name")
	e := asError(t, c.owner().CreateWorkspace(t.Context(), w))
	if e.Op != "create workspace" || e.Status != http.StatusUnprocessableEntity || !strings.Contains(e.Message, "metadata.name") || c.count("POST", workspacePath) != 1 {
		t.Errorf("got %v", e)
	}
}

// What the lost create made is known by what it holds, in whatever order.
func TestClient_lostWorkspaceIsOursIfItMatches(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*egssim.Workspace)
		exists bool
	}{
		"same":                {func(*egssim.Workspace) {}, false},
		"another order":       {func(w *egssim.Workspace) { slices.Reverse(w.Clusters); slices.Reverse(w.Namespaces) }, false},
		"twice the same":      {func(w *egssim.Workspace) { w.Clusters = append(w.Clusters, "worker-1") }, false},
		"fewer clusters":      {func(w *egssim.Workspace) { w.Clusters = w.Clusters[:1] }, true},
		"another cluster":     {func(w *egssim.Workspace) { w.Clusters[0] = "worker-3" }, true},
		"another namespace":   {func(w *egssim.Workspace) { w.Namespaces[0] = "b" }, true},
		"a namespace more":    {func(w *egssim.Workspace) { w.Namespaces = append(w.Namespaces, "b") }, true},
		"no namespace at all": {func(w *egssim.Workspace) { w.Namespaces = nil }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := newWorkspace("a")
			var c *controller
			c = start(t, egssim.Options{}, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if !is(r, "POST", workspacePath) {
						next.ServeHTTP(w, r)
						return
					}
					made := egssim.Workspace{Name: "a", Clusters: slices.Clone(want.Clusters), Namespaces: slices.Clone(want.Namespaces)}
					test.change(&made)
					c.AddWorkspace(made)
					panic(http.ErrAbortHandler)
				})
			})
			err := c.owner().CreateWorkspace(t.Context(), want)
			if test.exists != errors.Is(err, egsapi.ErrExists) || test.exists == (err == nil) {
				t.Errorf("got %v", err)
			}
			if got := c.has("a"); got != 1 {
				t.Errorf("%d workspaces", got)
			}
		})
	}
}

// TestClient_lateWorkspace has a proxy give up on a create that the controller carries
// out later.
// TestClient_workspaceOfAnotherIsNotAdopted has somebody else make the same workspace
// after the run's list, and the refusal get lost.
func TestClient_workspaceOfAnotherIsNotAdopted(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	now := &clock{now: noon}
	client := c.connect(egsapi.Config{Now: now.Now})
	if err := client.CreateWorkspace(t.Context(), newWorkspace("first")); err != nil {
		t.Fatal(err)
	}
	w := newWorkspace("a")
	c.AddWorkspace(egssim.Workspace{Name: w.Name, Clusters: w.Clusters, Namespaces: w.Namespaces, UserName: "other", Email: w.Email})
	now.advance(5 * time.Second)
	c.fail(egssim.Fault{Method: "POST", Path: workspacePath, Kind: egssim.FaultDropAfterCommit})
	if err := client.CreateWorkspace(t.Context(), w); !errors.Is(err, egsapi.ErrExists) {
		t.Errorf("got %v", err)
	}
}

func TestClient_lateWorkspace(t *testing.T) {
	t.Parallel()
	for _, after := range []int{1, 3, 4, 5, 9} {
		for _, status := range []int{502, 504, 408} {
			c := start(t, egssim.Options{})
			c.fail(egssim.Fault{Method: "POST", Path: workspacePath, Kind: egssim.FaultCommitLate, Status: status, Requests: after})
			err := c.owner().CreateWorkspace(t.Context(), newWorkspace("a"))
			if err != nil || c.has("a") != 1 {
				t.Errorf("%d after %d: %d workspaces, %v", status, after, c.has("a"), err)
			}
		}
	}
}

// A workspace is listed some time after it was made: the conflict of the second try
// tells that it is there, and the list whose it is.
func TestClient_lostWorkspaceThatIsNotListedYet(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		lists int
		want  error
	}{{2, nil}, {3, nil}, {6, nil}, {10, nil}, {1000, egsapi.ErrUncertain}} {
		t.Run(fmt.Sprint(test.lists), func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{WorkspaceListsUntilReady: test.lists})
			c.fail(egssim.Fault{Method: "POST", Path: workspacePath, Kind: egssim.FaultDropAfterCommit})
			err := c.owner().CreateWorkspace(t.Context(), newWorkspace("a"))
			if !errors.Is(err, test.want) || c.has("a") != 1 || c.count("POST", workspacePath) > 2 {
				t.Errorf("%d creates, %v", c.count("POST", workspacePath), err)
			}
			if err != nil && !slices.Equal(asError(t, err).Candidates, []string{"a"}) {
				t.Errorf("candidates %v", asError(t, err).Candidates)
			}
		})
	}
}

func TestClient_uncertainWorkspace(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]egssim.Fault{
		"the list fails":     workspaceFault("GET", workspaceListPath, egssim.FaultStatus, 503),
		"it may not be read": workspaceFault("GET", workspaceListPath, egssim.FaultStatus, 403),
		"unreadable":         workspaceAnswer(`{"workspaces":[7]}`),
		"odd":                workspaceAnswer(`{"workspaces":[{"name":"a","clusters":7}]}`),
		"null":               workspaceAnswer(`{"workspaces":null}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			client := c.owner()
			if _, err := client.Workspaces(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.fail(lostWorkspace, fault)
			err := client.CreateWorkspace(t.Context(), newWorkspace("a"))
			if !errors.Is(err, egsapi.ErrUncertain) || c.count("POST", workspacePath) != 1 || !asError(t, err).SentAt.Equal(noon) {
				t.Errorf("%d creates, %v", c.count("POST", workspacePath), err)
			}
		})
	}
}

// A list that did not tell what was there before does not tell whose it is now.
func TestClient_unreadableBaselineOfWorkspaces(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`{"workspaces":[7]}`, `{"workspaces":null}`} {
		c := start(t, egssim.Options{})
		c.foreignWorkspace(newWorkspace("a"))
		fault := workspaceAnswer(data)
		fault.Times = 1
		c.fail(fault, lostWorkspace)
		if err := c.owner().CreateWorkspace(t.Context(), newWorkspace("a")); !errors.Is(err, egsapi.ErrUncertain) {
			t.Errorf("%s: got %v", data, err)
		}
	}
}

func TestClient_workspaceCreateNeedsAList(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.fail(workspaceFault("GET", workspaceListPath, egssim.FaultStatus, 503))
	if err := c.owner().CreateWorkspace(t.Context(), newWorkspace("a")); asError(t, err).Status != 503 || c.count("POST", workspacePath) != 0 {
		t.Errorf("%d creates, %v", c.count("POST", workspacePath), err)
	}
}

// How a controller without workspaces lists them is not known.
func TestClient_firstWorkspace(t *testing.T) {
	t.Parallel()
	for _, form := range []egssim.EmptyWorkspaceList{egssim.EmptyWorkspacesArray, egssim.EmptyWorkspacesNull, egssim.EmptyWorkspacesNotFound} {
		c := start(t, egssim.Options{Workspaces: []string{}, EmptyWorkspaceList: form, WorkspaceListsUntilReady: 2})
		client := c.owner()
		if err := client.CreateWorkspace(t.Context(), newWorkspace("a")); err != nil {
			t.Errorf("%d: %v", form, err)
		}
		if _, err := client.AwaitWorkspace(t.Context(), "a", "worker-1"); err != nil {
			t.Errorf("%d: %v", form, err)
		}
	}
}

// A workspace that is replaced comes back under its name.
func TestClient_replacedWorkspaceThatLostItsAnswer(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.owner()
	if _, err := client.Workspaces(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := client.DeleteWorkspace(t.Context(), "red"); err != nil {
		t.Fatal(err)
	}
	c.fail(lostWorkspace)
	if err := client.CreateWorkspace(t.Context(), newWorkspace("red")); err != nil || c.has("red") != 1 {
		t.Error(err)
	}
}

// Somebody else's workspace is not adopted either where this client deleted one of the
// name before, and has listed it since.
func TestClient_replacedWorkspaceOfAnotherIsNotAdopted(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	now := &clock{now: noon}
	client := c.connect(egsapi.Config{Now: now.Now})
	if err := client.DeleteWorkspace(t.Context(), "red"); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Workspaces(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.foreignWorkspace(newWorkspace("red"))
	now.advance(baselineIsOld)
	c.fail(egssim.Fault{Method: "POST", Path: workspacePath, Kind: egssim.FaultDropBefore})
	if err := client.CreateWorkspace(t.Context(), newWorkspace("red")); !errors.Is(err, egsapi.ErrExists) {
		t.Errorf("got %v", err)
	}
}

// The name of a workspace that this client deleted may be taken for a while, though no
// list shows it.
func TestClient_replacedWorkspaceWhoseNameIsStillTaken(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.owner()
	if err := client.DeleteWorkspace(t.Context(), "red"); err != nil {
		t.Fatal(err)
	}
	c.fail(egssim.Fault{Method: "POST", Path: workspacePath, Kind: egssim.FaultStatus, Status: http.StatusConflict, Times: 5})
	if err := client.CreateWorkspace(t.Context(), newWorkspace("red")); err != nil || c.has("red") != 1 {
		t.Error(err)
	}
	// It is not borne for ever.
	if err := client.DeleteWorkspace(t.Context(), "red"); err != nil {
		t.Fatal(err)
	}
	c.fail(workspaceFault("POST", workspacePath, egssim.FaultStatus, http.StatusConflict))
	if err := client.CreateWorkspace(t.Context(), newWorkspace("red")); !errors.Is(err, egsapi.ErrEnding) || c.count("POST", workspacePath) != 16 {
		t.Errorf("got %v after %d requests", err, c.count("POST", workspacePath))
	}
	c.fail()
	if err := client.CreateWorkspace(t.Context(), newWorkspace("red")); err != nil {
		t.Fatal(err)
	}
	// Somebody else's is not waited for.
	if err := client.DeleteWorkspace(t.Context(), "red"); err != nil {
		t.Fatal(err)
	}
	c.foreignWorkspace(newWorkspace("red"))
	if err := client.CreateWorkspace(t.Context(), newWorkspace("red")); !errors.Is(err, egsapi.ErrExists) {
		t.Errorf("got %v", err)
	}
}

// One of two creates of a name has it, also where the other's conflict is lost.
func TestClient_twoCreatesOfOneWorkspace(t *testing.T) {
	t.Parallel()
	for _, lists := range []int{0, 3, 1000} {
		c := start(t, egssim.Options{WorkspaceListsUntilReady: lists})
		client := c.owner()
		if err := client.CreateWorkspace(t.Context(), newWorkspace("a")); err != nil {
			t.Fatal(err)
		}
		c.fail(lostWorkspace)
		if err := client.CreateWorkspace(t.Context(), newWorkspace("a")); err == nil {
			t.Errorf("%d: both have it", lists)
		}
	}
}

func TestClient_workspaceErrorTellsHowOftenItWasTried(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.fail(workspaceFault("POST", workspacePath, egssim.FaultStatus, 503))
	err := c.owner().CreateWorkspace(t.Context(), newWorkspace("a"))
	for _, want := range []string{"create workspace", "HTTP 503", "the list shows no such workspace", "(tried 3 times in "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
	if !apiclient.MaybeDone(err) {
		t.Error("it may have been done all the same")
	}
}

// Only an answer that names the workspace tells that it was made.
func TestClient_workspaceAnswersThatProveNothing(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`null`, `{}`, `{"workspaceName":"b"}`, `{"workspaceName":7}`, `[]`} {
		for _, does := range []bool{true, false} {
			t.Run(fmt.Sprint(data, does), func(t *testing.T) {
				t.Parallel()
				c := start(t, egssim.Options{}, func(next http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if !is(r, "POST", workspacePath) {
							next.ServeHTTP(w, r)
							return
						}
						if does {
							next.ServeHTTP(httptest.NewRecorder(), r)
						}
						_, _ = fmt.Fprintf(w, `{"statusCode":200,"status":"OK","message":"Success","data":%s}`, data)
					})
				})
				err := c.owner().CreateWorkspace(t.Context(), newWorkspace("a"))
				if does != (err == nil) || (err != nil && !errors.Is(err, egsapi.ErrNotEGS)) {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}
