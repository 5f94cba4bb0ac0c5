// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestClient_awaitsKubeConfig(t *testing.T) {
	t.Parallel()
	for _, status := range []int{404, 409, 422, 425, 500, 503} {
		for _, ready := range [][2]int{{0, 0}, {3, 0}, {0, 3}, {2, 2}} {
			t.Run(fmt.Sprint(status, ready), func(t *testing.T) {
				t.Parallel()
				c := start(t, egssim.Options{UnreadyStatus: status, WorkspaceListsUntilReady: ready[0], KubeConfigsUntilReady: ready[1]})
				client := c.owner()
				must(t, clienttest.Err(createWorkspace(t.Context(), client, "a")))
				w, err := client.AwaitWorkspace(t.Context(), "a", "worker-1")
				if err != nil || w.Name != "a" || len(w.Namespaces) != 2 {
					t.Fatalf("got %+v, %v", w, err)
				}
				// The client requests one list before the create. Then it requests lists until one shows the workspace.
				c.Wants(2+ready[0], "GET", workspaceListPath)
				c.Wants(1+ready[1], "POST", kubeConfigPath)
			})
		}
	}
}

// passing returns faults of kinds that may be temporary. Each fault applies to every matching request.
func passing(path string) (faults []simulation.Fault) {
	for _, kind := range []string{simulation.FaultDropBefore, simulation.FaultEmpty, simulation.FaultTruncate, simulation.FaultGarbled, simulation.FaultHTML} {
		faults = append(faults, workspaceFault("", path, kind, 0))
	}
	for _, status := range []int{200, 404, 409, 422, 429, 500, 503} {
		faults = append(faults, workspaceFault("", path, simulation.FaultStatus, status))
	}
	return faults
}

// Faults that may be temporary do not end the wait for a new workspace.
func TestClient_faultsDuringAWait(t *testing.T) {
	t.Parallel()
	for _, path := range []string{workspaceListPath, kubeConfigPath} {
		for _, fault := range passing(path) {
			fault.Times = 5
			t.Run(fmt.Sprint(path, fault.Kind, fault.Status), func(t *testing.T) {
				t.Parallel()
				c := start(t, egssim.Options{})
				c.Fail(fault)
				must(t, clienttest.Err(c.owner().AwaitWorkspace(t.Context(), "red", "worker-1")))
			})
		}
	}
}

func TestClient_refusalEndsTheWait(t *testing.T) {
	t.Parallel()
	for path, op := range map[string]string{workspaceListPath: "list workspaces", kubeConfigPath: "get kubeconfig"} {
		for _, status := range []int{400, 401, 403, 501} {
			c := start(t, egssim.Options{})
			c.Fail(workspaceFault("", path, simulation.FaultStatus, status))
			_, err := c.owner().AwaitWorkspace(t.Context(), "red", "worker-1")
			if e := asError(t, err); e.Status != status || e.Op != op {
				t.Errorf("%s %d: got %v", path, status, err)
			}
			if got := len(c.Journal()); got > 6 {
				t.Errorf("%s %d: %d requests", path, status, got)
			}
		}
	}
	c := start(t, egssim.Options{})
	c.Fail(workspaceResponse(`{"workspaces":[]}`))
	wantErr(t, clienttest.Err(c.as("Viewer").AwaitWorkspace(t.Context(), "a", "worker-1")), egsapi.ErrNotVisible)
}

func TestClient_deadlineErrorShowsWhatWasMissing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options egssim.Options
		want    string
	}{
		"list": {
			egssim.Options{WorkspaceListsUntilReady: 1000},
			`list workspaces: after 10m0s the workspace "a" is still not listed (list workspaces: the workspace "a" was created, but the list does not show it yet)`,
		},
		"kubeconfig": {
			egssim.Options{KubeConfigsUntilReady: 1000},
			`get kubeconfig: after 10m0s the kubeconfig of the workspace "a" for the cluster "worker-1" is still not available ` +
				`(get kubeconfig: HTTP 500: Error getting kubeconfig: No record found for slice)`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := start(t, test.options).patient()
				must(t, clienttest.Err(createWorkspace(t.Context(), client, "a")))
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				_, err := client.AwaitWorkspace(ctx, "a", "worker-1")
				if !errors.Is(err, context.DeadlineExceeded) || asError(t, err).Error() != test.want {
					t.Errorf("got  %v\nwant %s", err, test.want)
				}
			})
		})
	}
}

// EGS may list a deleted workspace for some time. If the context ends during this time, the error says that the workspace is still
// listed.
func TestClient_awaitsDeletion(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{WorkspaceListsUntilDeleted: 3})
	client := c.owner()
	if err := client.DeleteWorkspace(t.Context(), "red", time.Time{}); err != nil || c.has("red") != 1 {
		t.Fatalf("got %v, want a workspace that is still listed", err)
	}
	if err := client.AwaitWorkspaceDeleted(t.Context(), "red"); err != nil || c.has("red") != 0 {
		t.Error(err)
	}

	synctest.Test(t, func(t *testing.T) {
		client := start(t, egssim.Options{WorkspaceListsUntilDeleted: 1000}).patient()
		must(t, client.DeleteWorkspace(t.Context(), "red", time.Time{}))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		const want = `delete workspace: EGS reported that the workspace "red" was deleted, but still lists it after 10m0s`
		if err := client.AwaitWorkspaceDeleted(ctx, "red"); !errors.Is(err, context.DeadlineExceeded) || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		ctx, interrupt := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, interrupt)
		wantErr(t, client.AwaitWorkspaceDeleted(ctx, "red"), context.Canceled)
	})
}

// The wait ends if this client has created another workspace with the same name.
func TestClient_awaitsDeletionOfRecreatedWorkspace(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.owner()
	must(t, client.DeleteWorkspace(t.Context(), "red", time.Time{}))
	must(t, clienttest.Err(createWorkspace(t.Context(), client, "red")))
	if err := client.AwaitWorkspaceDeleted(t.Context(), "red"); err != nil || c.has("red") != 1 {
		t.Error(err)
	}
}

// The delete is already proven, so a failed list ends the wait.
func TestClient_awaitsDeletionWithoutList(t *testing.T) {
	t.Parallel()
	for _, fault := range append(passing(workspaceListPath), workspaceFault("", workspaceListPath, simulation.FaultStatus, 403), workspaceResponse(`{"workspaces":null}`)) {
		c := start(t, egssim.Options{})
		client := c.owner()
		must(t, client.DeleteWorkspace(t.Context(), "red", time.Time{}))
		fault.Times = 1000
		c.Fail(fault)
		if err := client.AwaitWorkspaceDeleted(t.Context(), "red"); err != nil {
			t.Errorf("%s %d: %v", fault.Kind, fault.Status, err)
		}
	}
}

func TestClient_waitersShareLists(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const n, until = 20, 5
		c := start(t, egssim.Options{WorkspaceListsUntilReady: until})
		client := c.patient()
		name := func(i int) string { return fmt.Sprint("team-", i) }
		for i := range n {
			must(t, clienttest.Err(createWorkspace(t.Context(), client, name(i))))
		}
		before := c.Count("GET", workspaceListPath)
		at(n, func(i int) {
			if _, err := client.AwaitWorkspace(t.Context(), name(i), "worker-1"); err != nil {
				t.Error(err)
			}
		})
		if got := c.Count("GET", workspaceListPath) - before; got != until+1 {
			t.Errorf("%d lists for %d that need %d each", got, n, until+1)
		}
	})
}

// The pauses between requests double, up to 30 seconds.
func TestClient_pausesOfAWait(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]egssim.Options{
		"until it is listed":          {WorkspaceListsUntilReady: 20},
		"until there is a kubeconfig": {KubeConfigsUntilReady: 20},
		"until it is not listed":      {WorkspaceListsUntilDeleted: 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var came []time.Time
				c := start(t, options, clienttest.Before(func(r *http.Request) bool {
					return r.URL.Path == kubeConfigPath || (r.URL.Path == workspaceListPath && options.KubeConfigsUntilReady == 0)
				}, func() { came = append(came, time.Now()) }))
				client := c.patient()
				var err error
				if options.WorkspaceListsUntilDeleted > 0 {
					err = errors.Join(client.DeleteWorkspace(t.Context(), "red", time.Time{}), client.AwaitWorkspaceDeleted(t.Context(), "red"))
				} else {
					_, err = createWorkspace(t.Context(), client, "a")
					came = nil
					if err == nil {
						_, err = client.AwaitWorkspace(t.Context(), "a", "worker-1")
					}
				}
				if err != nil || len(came) < 20 {
					t.Fatalf("%d requests: %v", len(came), err)
				}
				highest := 500 * time.Millisecond
				for i := range 20 {
					if pause := came[i+1].Sub(came[i]); pause < highest/2 || pause > highest {
						t.Errorf("pause %d is %s, want %s to %s", i+1, pause, highest/2, highest)
					}
					highest = min(2*highest, 30*time.Second)
				}
			})
		})
	}
}

// TestClient_errorsHoldNoKubeConfig returns the kubeconfig in invalid responses of all kinds.
func TestClient_errorsHoldNoKubeConfig(t *testing.T) {
	t.Parallel()
	tokenOf := func(c *controller) string {
		_, token, _ := strings.Cut(c.KubeConfig("red", "worker-1"), "token: ")
		return strings.TrimSpace(token)
	}
	config := func(c *controller) string { return c.KubeConfig("red", "worker-1") }
	for name, test := range map[string]struct {
		fault  string
		status int
		// body is the format of the response body. The verb in the format is replaced by the text from content, as a JSON
		// string.
		body    string
		content func(*controller) string
	}{
		"truncated":      {fault: simulation.FaultTruncate},
		"overrun":        {fault: simulation.FaultOverrun},
		"garbled":        {fault: simulation.FaultGarbled},
		"lost":           {fault: simulation.FaultDropAfterCommit},
		"bare":           {status: 200, body: `%s`, content: config},
		"string":         {status: 200, body: `{"statusCode":200,"status":"OK","message":"Success","data":%s}`, content: config},
		"object":         {status: 200, body: `{"statusCode":200,"status":"OK","message":"Success","data":{"kubeConfig":{"text":%s}}}`, content: config},
		"another member": {status: 200, body: `{"statusCode":200,"status":"OK","message":"Success","data":{"config":%s}}`, content: config},
		"with an error":  {status: 200, body: `{"statusCode":200,"status":"OK","message":"Success","error":{},"data":{"kubeConfig":%s}}`, content: config},
		"other code":     {status: 200, body: `{"statusCode":500,"status":"OK","message":"Success","data":{"kubeConfig":%s}}`, content: config},
		// The token is hidden in any text.
		"token": {status: 422, body: `{"statusCode":422,"status":"X","message":%s}`, content: func(c *controller) string { return "cannot use " + tokenOf(c) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			fault := workspaceFault("POST", kubeConfigPath, test.fault, 0)
			if test.content != nil {
				fault = always(clienttest.Of("POST", kubeConfigPath, clienttest.Status(test.status, fmt.Sprintf(test.body, text(test.content(c))))))
			}
			c.Fail(fault)
			_, err := c.owner().KubeConfig(t.Context(), "red", "worker-1")
			token := tokenOf(c)
			shown := fmt.Sprintf("%v %+v", err, asError(t, err))
			for _, secret := range []string{"apiVersion", "certificate-authority", token[:20], token[len(token)-20:]} {
				if strings.Contains(shown, secret) {
					t.Errorf("the error contains %q: %v", secret, err)
				}
			}
		})
	}
}

func TestClient_emptyKubeConfigIsAnError(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`null`, `{}`, `{"kubeConfig":null}`, `{"kubeConfig":""}`, `{"kubeConfig":" \n"}`, `{"kubeConfig":7}`} {
		c := start(t, egssim.Options{})
		c.Fail(always(clienttest.Of("POST", kubeConfigPath, envelope(data))))
		if _, err := c.owner().KubeConfig(t.Context(), "red", "worker-1"); !errors.Is(err, egsapi.ErrUnexpectedResponse) {
			t.Errorf("%s: got %v", data, err)
		}
	}
}
