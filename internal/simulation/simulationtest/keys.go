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

// Subject is a simulator, and what its API does with keys.
type Subject struct {
	*Client
	// Create creates a key, and returns its id and secret.
	Create func() (id, secret string)
	// Listed are the ids in the list.
	Listed func() []string
	// Delete requests the deletion of a key.
	Delete func(id, secret string) Response
}

// CheckKeys tests what the keys of every simulator have in common. serve serves a simulator with these options.
func CheckKeys(t *testing.T, serve func(t *testing.T, options simulation.Options) Subject) {
	t.Helper()
	t.Run("lists lag", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := serve(t, simulation.Options{ListLag: time.Second})
			shows := func(id string, want bool) {
				t.Helper()
				if got := slices.Contains(s.Listed(), id); got != want {
					t.Errorf("it lists the key: %t", got)
				}
			}
			id, secret := s.Create()
			shows(id, false)
			time.Sleep(time.Second)
			shows(id, true)
			if got := s.Delete(id, secret); got.Status >= 300 || strings.Contains(s.Control(200, "GET", "keys", ""), id) {
				t.Errorf("deleting it gets %d %s", got.Status, got.Body)
			}
			shows(id, true)
			time.Sleep(time.Second)
			shows(id, false)
		})
	})
	t.Run("requests are limited", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := serve(t, simulation.Options{RequestsPerSecond: 0.001})
			s.AskAs("", "GET", "/", "")
			got := s.AskAs("", "GET", "/", "")
			if got.Status != 429 || got.Header.Get("Retry-After") != "1000" || !strings.Contains(got.Body, "Too many requests") {
				t.Errorf("got %d %s, Retry-After %q", got.Status, got.Body, got.Header.Get("Retry-After"))
			}
		})
	})
	t.Run("secrets are in the API only", func(t *testing.T) {
		t.Parallel()
		s := serve(t, simulation.Options{})
		id, secret := s.Create()
		told := s.Control(200, "GET", "keys", "")
		if !strings.Contains(told, id) {
			t.Errorf("the keys are %s", told)
		}
		s.Delete(id, secret)
		told += s.Delete(id, secret).Body + s.Control(200, "GET", "journal", "")
		if strings.Contains(told, secret) {
			t.Errorf("it shows a secret: %s", told)
		}
	})
	t.Run("keys are deleted outside the API", func(t *testing.T) {
		t.Parallel()
		s := serve(t, simulation.Options{})
		id, secret := s.Create()
		s.Control(204, "DELETE", "keys/"+id, "")
		s.Control(404, "DELETE", "keys/"+id, "")
		s.Control(404, "PATCH", "keys/"+id, "{}")
		if got := s.Delete(id, secret); got.Status != 404 || slices.Contains(s.Listed(), id) {
			t.Errorf("deleting it again gets %d, and it lists %v", got.Status, s.Listed())
		}
	})
}
