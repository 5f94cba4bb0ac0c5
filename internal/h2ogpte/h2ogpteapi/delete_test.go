// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestClient_deleteNeedsNoList(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	id := s.key("a")
	if err := s.client().DeleteAPIKey(t.Context(), id, time.Time{}); err != nil || s.stored(id) != nil {
		t.Fatal(err)
	}
	s.Wants(1, "DELETE", keyPath)
	s.wantsLists(0)
}

// For the responses after which the delete is sent again, see apiclient.Listings.Delete.
func TestClient_deleteWithoutTheDocumentedResponse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault   simulation.Fault
		deleted bool
		sent    int
	}{
		// The list still has the key, so the client sends the delete again.
		"empty": {fault: simulation.Fault{Kind: simulation.FaultEmpty}, deleted: true, sent: 2},
		// A 404 rejects the delete, and a 200 with JSON is not from h2oGPTe. In both cases, the list still has the key, so
		// the delete fails.
		"404":           {fault: clienttest.Status(404, ""), sent: 1},
		"200 with JSON": {fault: clienttest.Status(200, ""), sent: 1},
	} {
		s := start(t, h2ogptesim.Options{})
		id := s.key("a")
		client := s.client()
		// After a successful list, the client knows the spelling of the path. So the 404 is about the key.
		must(t, list(t, client))
		s.Fail(clienttest.Of("DELETE", keyPath, test.fault))
		err := client.DeleteAPIKey(t.Context(), id, time.Time{})
		if (err == nil) != test.deleted || (s.stored(id) == nil) != test.deleted || s.Count("DELETE", keyPath) != test.sent {
			t.Errorf("%s: deleted %t after %d requests, %v", name, s.stored(id) == nil, s.Count("DELETE", keyPath), err)
		}
		if err != nil && asError(t, err).Op != "delete h2oGPTe API key" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// The client does not send an id that would change the path.
func TestClient_deleteOfInvalidID(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{Keys: 3})
	for _, id := range []string{"", ".", "..", "a\nb", "sk-0123456789"} {
		if err := s.client().DeleteAPIKey(t.Context(), id, time.Time{}); err != nil {
			t.Errorf("%q: got %v", id, err)
		}
	}
	for _, entry := range s.Journal() {
		if entry.Method == http.MethodDelete {
			t.Errorf("sent %s", entry.Path)
		}
	}
	// An id with slashes is escaped, so it does not change the path.
	if err := s.client().DeleteAPIKey(t.Context(), "../../users", time.Time{}); err != nil || len(s.createdKeys()) != 3 {
		t.Errorf("%d keys are left, %v", len(s.createdKeys()), err)
	}
}
