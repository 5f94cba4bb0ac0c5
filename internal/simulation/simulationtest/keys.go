// SPDX-License-Identifier: MPL-2.0

package simulationtest

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Subject is a simulator under test, with functions that call its API for keys.
type Subject struct {
	*Client
	// Create creates a key, and returns its id and secret.
	Create func() (id, secret string)
	// Listed returns the ids of the keys in the list response.
	Listed func() []string
	// Delete sends the API request that deletes a key.
	Delete func(id, secret string) Response
}

// CheckKeys runs the tests of keys that all simulators share. The function serve starts a simulator with the given options.
func CheckKeys(t *testing.T, serve func(t *testing.T, options simulation.Options) Subject) {
	t.Helper()
	t.Run("lists lag", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := serve(t, simulation.Options{ListLag: time.Second})
			shows := func(id string, want bool) {
				t.Helper()
				if got := slices.Contains(s.Listed(), id); got != want {
					t.Errorf("the list shows the key: %t, want %t", got, want)
				}
			}
			id, secret := s.Create()
			shows(id, false)
			time.Sleep(time.Second)
			shows(id, true)
			if got := s.Delete(id, secret); got.Status >= 300 || strings.Contains(s.Control(200, "GET", "keys", ""), id) {
				t.Errorf("the delete got %d %s, or the key still exists", got.Status, got.Body)
			}
			shows(id, true)
			time.Sleep(time.Second)
			shows(id, false)
		})
	})
	t.Run("rate limit", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := serve(t, simulation.Options{RequestsPerSecond: 0.001})
			s.RequestAs("", "GET", "/", "")
			got := s.RequestAs("", "GET", "/", "")
			if got.Status != 429 || got.Header.Get("Retry-After") != "1000" || !strings.Contains(got.Body, "Too many requests") {
				t.Errorf("got %d %s, Retry-After %q", got.Status, got.Body, got.Header.Get("Retry-After"))
			}
		})
	})
	t.Run("control endpoints show no secrets", func(t *testing.T) {
		t.Parallel()
		s := serve(t, simulation.Options{})
		id, secret := s.Create()
		shown := s.Control(200, "GET", "keys", "")
		if !strings.Contains(shown, id) {
			t.Errorf("got the keys %s, want one with the id %s", shown, id)
		}
		s.Delete(id, secret)
		shown += s.Delete(id, secret).Body + s.Control(200, "GET", "journal", "")
		if strings.Contains(shown, secret) {
			t.Errorf("the responses contain the secret: %s", shown)
		}
	})
	t.Run("key deleted outside the API", func(t *testing.T) {
		t.Parallel()
		s := serve(t, simulation.Options{})
		id, secret := s.Create()
		s.Control(204, "DELETE", "keys/"+id, "")
		s.Control(404, "DELETE", "keys/"+id, "")
		s.Control(404, "PATCH", "keys/"+id, "{}")
		if got := s.Delete(id, secret); got.Status != 404 || slices.Contains(s.Listed(), id) {
			t.Errorf("the second delete got %d, want 404; the list shows %v", got.Status, s.Listed())
		}
	})
}
