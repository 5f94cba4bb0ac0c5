// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"net/http"
	"testing"

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

func TestClient_deleteWithoutContentAndList(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 422, 503} {
		c := start(t, egssim.Options{DeleteAnswer: egssim.DeleteAnswerEmpty})
		c.Fail(egssim.Fault{Path: listPath, Kind: egssim.FaultStatus, Status: status, Times: 100})
		if err := c.owner().DeleteAPIKey(t.Context(), c.key("b", "Owner", "")); err == nil {
			t.Errorf("%d: a delete is taken for done that nothing proves", status)
		}
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
