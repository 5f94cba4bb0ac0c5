// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestClient_deleteAcceptsEveryAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer egssim.DeleteAnswer
		// lists are needed where the answer may be anybody's.
		lists int
	}{
		"envelope": {egssim.DeleteAnswerEnvelope, 0},
		"null":     {egssim.DeleteAnswerNull, 1},
		"empty":    {egssim.DeleteAnswerEmpty, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{DeleteAnswer: test.answer})
			ref := c.key("a", "Editor", "red")
			if err := c.owner().DeleteAPIKey(t.Context(), ref); err != nil {
				t.Fatal(err)
			}
			if c.Secret(ref.ID) != "" {
				t.Error("the key is still there")
			}
			c.wants(1, test.lists)
		})
	}
}

func TestClient_deleteIsNotDoneByAnAnswerWithoutContent(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "null"} {
		fault := egssim.Fault{Method: "DELETE", Kind: egssim.FaultEmpty}
		if body != "" {
			fault.Kind, fault.Status, fault.Body = egssim.FaultStatus, http.StatusOK, body
		}
		for _, times := range []int{1, 100} {
			t.Run(fmt.Sprintf("%q %d", body, times), func(t *testing.T) {
				t.Parallel()
				c := start(t, egssim.Options{})
				ref := c.key("a", "Editor", "red")
				fault := fault
				fault.Times = times
				c.fail(fault)
				err := c.owner().DeleteAPIKey(t.Context(), ref)
				if gone := c.Secret(ref.ID) == ""; gone != (err == nil) || gone != (times == 1) {
					t.Errorf("the key is gone: %t, %v", gone, err)
				}
			})
		}
	}
}

func TestClient_deleteWithoutContentAndList(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 422, 503} {
		c := start(t, egssim.Options{DeleteAnswer: egssim.DeleteAnswerEmpty})
		c.fail(egssim.Fault{Path: listPath, Kind: egssim.FaultStatus, Status: status, Times: 100})
		if err := c.owner().DeleteAPIKey(t.Context(), c.key("b", "Owner", "")); err == nil {
			t.Errorf("%d: a delete is taken for done that nothing proves", status)
		}
	}
}

// Who answers 204 is not the service, and the list tells what became of it.
func TestClient_deleteIsNotDoneByAnEmptyAnswerOfAProxy(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.fail(egssim.Fault{Method: "DELETE", Kind: egssim.FaultStatus, Status: http.StatusNoContent})
	if err := c.owner().DeleteAPIKey(t.Context(), c.key("a", "Editor", "red")); !errors.Is(err, egsapi.ErrNotEGS) {
		t.Errorf("got %v", err)
	}
}

func TestClient_deleteOfKeyThatIsGoneSucceeds(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 409, 410, 422, 500, 503} {
		for _, dialect := range dialects {
			t.Run(fmt.Sprint(status, " ", dialect), func(t *testing.T) {
				t.Parallel()
				c := start(t, egssim.Options{Dialect: dialect, DeleteUnknownStatus: status})
				ref := c.key("a", "Editor", "red")
				client := c.owner()
				if _, err := client.APIKey(t.Context(), ref); err != nil {
					t.Fatal(err)
				}
				c.DeleteKey(ref.ID)
				if err := client.DeleteAPIKey(t.Context(), ref); err != nil {
					t.Error(err)
				}
				// What was listed before proves nothing.
				if got := c.count("GET", listPath); got != 2 {
					t.Errorf("%d list requests, want 2", got)
				}
			})
		}
	}
}

// What this client deleted does not exist, though a list that lags shows it.
func TestClient_deletedIsNotListed(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.owner()
	ref := c.key("a", "Editor", "red")
	if err := errors.Join(client.DeleteAPIKey(t.Context(), ref), client.DeleteWorkspace(t.Context(), "green", time.Time{})); err != nil {
		t.Fatal(err)
	}
	c.fail(
		always(listAnswer(`{"data":[{"id":"`+ref.ID+`","workspaceName":"red"},{"id":"other","workspaceName":"red"}]}`)),
		workspaceAnswer(`{"workspaces":[{"name":"green"},{"name":"red"}]}`),
	)
	if keys, err := client.APIKeys(t.Context(), "red"); err != nil || len(keys.Keys) != 1 || keys.Keys[0].ID != "other" {
		t.Errorf("got %+v, %v", keys, err)
	}
	if _, err := client.APIKey(t.Context(), ref); !errors.Is(err, egsapi.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if list, err := client.Workspaces(t.Context()); err != nil || len(list.Workspaces) != 1 || list.Workspaces[0].Name != "red" {
		t.Errorf("got %+v, %v", list, err)
	}
	if _, err := client.Workspace(t.Context(), "green", time.Time{}); !errors.Is(err, egsapi.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// The refusal is what a user must see, not the trouble with finding out more.
func TestClient_deleteTellsItsOwnRefusal(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]egssim.Fault{
		"list fails":    {Path: listPath, Kind: egssim.FaultStatus, Status: 500, Times: 100},
		"list is HTML":  {Path: listPath, Kind: egssim.FaultHTML, Times: 100},
		"list is other": listAnswer(`{"items":[]}`),
		"unreadable":    listAnswer(`{"data":[{}]}`),
		"foreign 404":   {Path: listPath, Kind: egssim.FaultHTML, Status: 404},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			ref := c.key("a", "Editor", "red")
			c.DeleteKey(ref.ID)
			c.fail(list)
			e := asError(t, c.owner().DeleteAPIKey(t.Context(), ref))
			if e.Op != "delete API key" || e.Status != http.StatusNotFound || e.Message != "Error deleting Api Key: API Key not found" {
				t.Errorf("got %v", e)
			}
		})
	}
}

func TestClient_viewerMayNotDelete(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	// Its list is narrowed to red, so it does not prove that the key is gone.
	for _, workspace := range []string{"red", "green"} {
		ref := c.key("a", "Editor", workspace)
		if e := asError(t, c.as("Viewer").DeleteAPIKey(t.Context(), ref)); e.Status != http.StatusForbidden {
			t.Errorf("%s: got %v", workspace, e)
		}
	}
}

// A delete that is under way at the interrupt runs to its end.
func TestClient_interruptedDelete(t *testing.T) {
	t.Parallel()
	ctx, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	c := start(t, egssim.Options{}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if is(r, "DELETE", keyPath) {
				giveUp()
			}
			next.ServeHTTP(w, r)
		})
	})
	ref := c.key("a", "Editor", "red")
	if err := c.owner().DeleteAPIKey(ctx, ref); err != nil || c.Secret(ref.ID) != "" {
		t.Errorf("got %v", err)
	}
	if err := c.owner().DeleteAPIKey(ctx, c.key("b", "Editor", "red")); !errors.Is(err, context.Canceled) {
		t.Errorf("another delete was started after the interrupt: %v", err)
	}
	c.wants(1, 0)
}
