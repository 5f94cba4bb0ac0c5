// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// lost makes the response of a create get lost after the key was created.
var lost = simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultDropAfterCommit}

// wantUncertain checks an error that names all keys that were created but those that existed before.
func (s *service) wantUncertain(err error, before ...string) {
	s.T.Helper()
	e := asError(s.T, err)
	var candidates []string
	for _, key := range s.made() {
		if !slices.Contains(before, key.ID) {
			candidates = append(candidates, key.ID)
		}
	}
	if e.Op != "create h2oGPTe API key" || !errors.Is(err, h2ogpteapi.ErrUncertain) || !slices.Equal(e.Candidates, candidates) {
		s.T.Errorf("got %v with the candidates %v, want ErrUncertain with %v", err, e.Candidates, candidates)
	}
}

// wantsCreated checks that one create left so many keys.
func (s *service) wantsCreated(keys int) {
	s.T.Helper()
	if creates, made := s.Count("POST", keysPath), len(s.made()); creates != 1 || made != keys {
		s.T.Errorf("%d creates left %d keys, want 1 and %d", creates, made, keys)
	}
}

// A response that contradicts itself, or lacks the secret, proves nothing.
func TestClient_failureThatMadeTheKey(t *testing.T) {
	t.Parallel()
	for body, status := range map[string]int{
		`{"code":500,"message":"broken"}`: 400, `{"code":200,"message":"fine"}`: 400,
		`{"api_key":{"id":"1"}}`: 201, `{"secret_key":"sk-0123456789"}`: 201,
	} {
		s := start(t, h2ogptesim.Options{}, clienttest.Replace(isCreate, status, func() string { return body }))
		_, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
		s.wantUncertain(err)
		if strings.Contains(err.Error(), "sk-0") {
			t.Errorf("it tells a secret: %v", err)
		}
		s.wantsCreated(1)
	}
}

// TestClient_lostKeyAmongOthers names the key of a create whose response was lost, and none that existed before.
func TestClient_lostKeyAmongOthers(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]h2ogptesim.Options{
		"many": {Keys: 250}, "many, oldest first": {Keys: 250, Order: h2ogptesim.OrderOldestFirst},
		"few at once": {Keys: 20, MaxLimit: 5}, "null members": {NullMembers: true, LocalTimes: true},
		"site's expiry": {MaxExpiryDays: 90},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, options)
			k := s.newKey("a")
			if options.MaxExpiryDays > 0 {
				k.ExpiresInDays = nil
			}
			for range 3 {
				s.alike(k, 0)
			}
			var before []string
			for _, key := range s.made() {
				before = append(before, key.ID)
			}
			s.Fail(lost)
			_, err := s.client().CreateAPIKey(t.Context(), k)
			s.wantUncertain(err, before...)
			s.wantsCreated(len(before) + 1)
		})
	}
}

// TestClient_lostKeyByAnotherClock has this machine's clock be wrong: what is new is told
// by the service's.
func TestClient_lostKeyByAnotherClock(t *testing.T) {
	t.Parallel()
	for _, years := range []int{-3, 3} {
		s := start(t, h2ogptesim.Options{})
		client := connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: s.AdminKey(), Now: func() time.Time { return noon.AddDate(years, 0, 0) }})
		s.Fail(lost)
		_, err := client.CreateAPIKey(t.Context(), s.newKey("a"))
		s.wantUncertain(err)
		s.wantsCreated(1)
	}
}

// TestClient_keyOfAnotherIsLeftAlone has another user create the same key after the
// baseline, and seconds before a create whose response is lost.
func TestClient_keyOfAnotherIsLeftAlone(t *testing.T) {
	t.Parallel()
	for kind, created := range map[string]int{simulation.FaultDropBefore: 0, simulation.FaultDropAfterCommit: 1} {
		s := start(t, h2ogptesim.Options{})
		client := s.client()
		must(t, list(t, client))
		k := s.newKey("a")
		other := s.alike(k, 10*time.Second)
		s.Fail(simulation.Fault{Method: "POST", Path: keysPath, Kind: kind})
		_, err := client.CreateAPIKey(t.Context(), k)
		s.wantUncertain(err, other)
		s.wantsCreated(1 + created)
	}
}

// TestClient_lostKeyInAnotherForm has lists show the key in another form than it was requested in.
func TestClient_lostKeyInAnotherForm(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*h2ogptesim.Key){
		"trimmed name":       func(key *h2ogptesim.Key) { key.Name = "a" },
		"name in capital":    func(key *h2ogptesim.Key) { key.Name = " A" },
		"user in capital":    func(key *h2ogptesim.Key) { key.UserName = "ALICE" },
		"no user":            func(key *h2ogptesim.Key) { key.UserName = "" },
		"a collection":       func(key *h2ogptesim.Key) { key.CollectionID = "c" },
		"no expiry":          func(key *h2ogptesim.Key) { key.ExpiresAt = nil },
		"no interval":        func(key *h2ogptesim.Key) { key.InactivityIntervalDays = nil },
		"it is inactive":     func(key *h2ogptesim.Key) { key.Inactive = true },
		"no time of its own": func(key *h2ogptesim.Key) { key.CreatedAt = time.Time{} },
		"a moment before":    func(key *h2ogptesim.Key) { key.CreatedAt = key.CreatedAt.Add(-time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *service
			s = start(t, h2ogptesim.Options{}, clienttest.Lose(isCreate, func() { s.ChangeKey(s.made()[0].ID, change) }))
			k := s.newKey(" a")
			k.InactivityIntervalDays = new(int64(7))
			_, err := s.client().CreateAPIKey(t.Context(), k)
			s.wantUncertain(err)
			s.wantsCreated(1)
			if !asError(t, err).SentAt.Equal(noon) || strings.Contains(fmt.Sprintf("%v %+v", err, err), s.Secret(s.made()[0].ID)) {
				t.Errorf("got %v", err)
			}
		})
	}
}
