// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

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
	s.wants(1, "DELETE", keyPath)
	s.wantsLists(0)
}

func TestClient_deleteOfKeyThatIsGoneSucceeds(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 409, 410, 422, 500, 503} {
		for name, options := range map[string]h2ogptesim.Options{"": {}, "many": {Keys: 150}, "few at once": {Keys: 20, MaxLimit: 5}} {
			t.Run(fmt.Sprint(status, name), func(t *testing.T) {
				t.Parallel()
				options.DeleteUnknownStatus = status
				s := start(t, options)
				id := s.key("a")
				client := s.client()
				if _, err := client.APIKey(t.Context(), id, time.Time{}); err != nil {
					t.Fatal(err)
				}
				s.DeleteKey(id)
				// What was listed before proves nothing.
				if err := client.DeleteAPIKey(t.Context(), id, time.Time{}); err != nil {
					t.Error(err)
				}
				s.wants(1, "DELETE", keyPath)
			})
		}
	}
}

// TestClient_deleteWithoutTheDocumentedResponse: what the response proves decides whether
// the delete is sent again; see apiclient.Listings.Delete.
func TestClient_deleteWithoutTheDocumentedResponse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulation.Fault
		gone  bool
		sent  int
	}{
		"lost after": {fault: simulation.Fault{Kind: simulation.FaultDropAfterCommit}, gone: true, sent: 1},
		// The list proves that it was not done.
		"empty": {fault: simulation.Fault{Kind: simulation.FaultEmpty}, gone: true, sent: 2},
		"503":   {fault: simulation.Fault{Kind: simulation.FaultStatus, Status: 503}, gone: true, sent: 2},
		// Refused, or not by h2oGPTe, and the list holds the key.
		"404":           {fault: simulation.Fault{Kind: simulation.FaultStatus, Status: 404}, sent: 1},
		"200 with JSON": {fault: simulation.Fault{Kind: simulation.FaultStatus, Status: 200}, sent: 1},
		"HTML of 200":   {fault: simulation.Fault{Kind: simulation.FaultHTML, Status: 200}, sent: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{})
			id := s.key("a")
			client := s.client()
			// How paths are spelled is known, so that a 404 is about the key.
			if err := list(t, client); err != nil {
				t.Fatal(err)
			}
			test.fault.Method, test.fault.Path = "DELETE", keyPath
			s.fail(test.fault)
			err := client.DeleteAPIKey(t.Context(), id, time.Time{})
			if (err == nil) != test.gone || (s.stored(id) == nil) != test.gone {
				t.Errorf("the key no longer exists: %t, %v", s.stored(id) == nil, err)
			}
			s.wants(test.sent, "DELETE", keyPath)
			if err != nil && asError(t, err).Op != "delete h2oGPTe API key" {
				t.Errorf("got %v", err)
			}
		})
	}
}

// The refusal is what a user must see, not the trouble with finding out more.
func TestClient_deleteTellsItsOwnRefusal(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]simulation.Fault{
		"list fails":    {Path: keysPath, Kind: simulation.FaultStatus, Status: 500},
		"list is HTML":  {Path: keysPath, Kind: simulation.FaultHTML},
		"list is other": listAnswer(`{"items":[]}`),
		"list is null":  listAnswer(`null`),
		"unreadable":    listAnswer(`[{}]`),
		"foreign 404":   {Path: keysPath, Kind: simulation.FaultHTML, Status: 404},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{})
			s.fail(always(list))
			e := asError(t, s.client().DeleteAPIKey(t.Context(), "gone", time.Time{}))
			if e.Op != "delete h2oGPTe API key" || e.Status != http.StatusNotFound || e.Message != "API key not found" {
				t.Errorf("got %v", e)
			}
		})
	}
}

// An id that would make another path is not sent.
func TestClient_deleteOfNoKey(t *testing.T) {
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
	// One that only looks so stays what it is.
	if err := s.client().DeleteAPIKey(t.Context(), "../../users", time.Time{}); err != nil || len(s.made()) != 3 {
		t.Errorf("%d keys are left, %v", len(s.made()), err)
	}
}
