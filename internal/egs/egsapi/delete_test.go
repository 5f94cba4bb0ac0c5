// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// If the response to a delete may come from a server other than EGS, the client requests a list to check the delete.
func TestClient_deleteAcceptsEveryResponse(t *testing.T) {
	t.Parallel()
	for body, lists := range map[egssim.DeleteBody]int{
		egssim.DeleteBodyEnvelope: 0, egssim.DeleteBodyNull: 1, egssim.DeleteBodyEmpty: 1,
	} {
		c := start(t, egssim.Options{DeleteBody: body})
		ref := c.key("a", "Editor", "red")
		if err := c.owner().DeleteAPIKey(t.Context(), ref); err != nil || c.Secret(ref.ID) != "" || c.Count("GET", listPath) != lists {
			t.Errorf("%v: got %v after %d lists", body, err, c.Count("GET", listPath))
		}
		if err := c.owner().DeleteWorkspace(t.Context(), "red", time.Time{}); err != nil || c.has("red") != 0 || c.Count("GET", workspaceListPath) != lists {
			t.Errorf("%v: got %v after %d lists of workspaces", body, err, c.Count("GET", workspaceListPath))
		}
	}
}

// The status with which EGS refuses to delete an unknown key is not documented.
func TestClient_deleteOfADeletedKey(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 403, 404, 409, 422, 500} {
		c := start(t, egssim.Options{DeleteUnknownStatus: status})
		ref := c.key("a", "Editor", "red")
		c.DeleteKey(ref.ID)
		if err := c.owner().DeleteAPIKey(t.Context(), ref); err != nil {
			t.Errorf("%d: got %v", status, err)
		}
	}
}

func TestClient_deleteWithoutContentAndList(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 422, 503} {
		c := start(t, egssim.Options{DeleteBody: egssim.DeleteBodyEmpty})
		c.Fail(simulation.Fault{Path: listPath, Kind: simulation.FaultStatus, Status: status, Times: 100})
		if err := c.owner().DeleteAPIKey(t.Context(), c.key("b", "Owner", "")); err == nil {
			t.Errorf("%d: the delete succeeds without a proof", status)
		}
	}
}

func TestClient_viewerCannotDelete(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	// The list of a Viewer shows only keys of red, so it does not prove that a key of green no longer exists.
	for _, workspace := range []string{"red", "green"} {
		ref := c.key("a", "Editor", workspace)
		if e := asError(t, c.as("Viewer").DeleteAPIKey(t.Context(), ref)); e.Status != http.StatusForbidden {
			t.Errorf("%s: got %v", workspace, e)
		}
	}
}
