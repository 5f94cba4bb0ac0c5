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

// lost is a fault that drops the response to a successful create.
var lost = simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultDropAfterCommit}

// wantUncertain checks that the candidates of the error are all keys except those that existed before the create. The
// parameter before has the ids of these earlier keys.
func (s *service) wantUncertain(err error, before ...string) {
	s.T.Helper()
	e := asError(s.T, err)
	var candidates []string
	for _, key := range s.createdKeys() {
		if !slices.Contains(before, key.ID) {
			candidates = append(candidates, key.ID)
		}
	}
	if e.Op != "create h2oGPTe API key" || !errors.Is(err, h2ogpteapi.ErrUncertain) || !slices.Equal(e.Candidates, candidates) {
		s.T.Errorf("got %v with the candidates %v, want ErrUncertain with %v", err, e.Candidates, candidates)
	}
}

// wantsCreated checks that one create was sent, and that the service has the given number of keys besides the
// administrator's.
func (s *service) wantsCreated(keys int) {
	s.T.Helper()
	if creates, got := s.Count("POST", keysPath), len(s.createdKeys()); creates != 1 || got != keys {
		s.T.Errorf("got %d creates and %d keys, want 1 and %d", creates, got, keys)
	}
}

// A response with conflicting codes, or without the secret or the id, does not prove whether the key was created.
func TestClient_failedResponseOfSuccessfulCreate(t *testing.T) {
	t.Parallel()
	for body, status := range map[string]int{
		`{"code":500,"message":"broken"}`: 400, `{"code":200,"message":"fine"}`: 400,
		`{"api_key":{"id":"1"}}`: 201, `{"secret_key":"sk-0123456789"}`: 201,
	} {
		s := start(t, h2ogptesim.Options{}, clienttest.Replace(isCreate, status, func() string { return body }))
		_, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
		s.wantUncertain(err)
		if strings.Contains(err.Error(), "sk-0") {
			t.Errorf("the error contains a secret: %v", err)
		}
		s.wantsCreated(1)
	}
}

// TestClient_lostKeyAmongOthers checks that the error has the id of the created key, and no id that existed before.
func TestClient_lostKeyAmongOthers(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]h2ogptesim.Options{
		"many": {Keys: 250}, "many, oldest first": {Keys: 250, Order: h2ogptesim.OrderOldestFirst},
		"small pages": {Keys: 20, MaxLimit: 5}, "null members": {NullMembers: true, LocalTimes: true},
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
				s.addEqual(k, 0)
			}
			var before []string
			for _, key := range s.createdKeys() {
				before = append(before, key.ID)
			}
			s.Fail(lost)
			_, err := s.client().CreateAPIKey(t.Context(), k)
			s.wantUncertain(err, before...)
			s.wantsCreated(len(before) + 1)
		})
	}
}

// TestClient_lostKeyWithClockSkew sets the local clock to a wrong time. The client compares the creation time of a key with
// the service's clock.
func TestClient_lostKeyWithClockSkew(t *testing.T) {
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

// TestClient_equalKeyOfAnotherUser loses the request or the response of a create. Another client created an equal key ten
// seconds earlier, after the first list. That key is not a candidate.
func TestClient_equalKeyOfAnotherUser(t *testing.T) {
	t.Parallel()
	for kind, created := range map[string]int{simulation.FaultDropBefore: 0, simulation.FaultDropAfterCommit: 1} {
		s := start(t, h2ogptesim.Options{})
		client := s.client()
		must(t, list(t, client))
		k := s.newKey("a")
		other := s.addEqual(k, 10*time.Second)
		s.Fail(simulation.Fault{Method: "POST", Path: keysPath, Kind: kind})
		_, err := client.CreateAPIKey(t.Context(), k)
		s.wantUncertain(err, other)
		s.wantsCreated(1 + created)
	}
}

// TestClient_lostKeyInAnotherForm makes lists show the key with values other than those requested.
func TestClient_lostKeyInAnotherForm(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*h2ogptesim.Key){
		"trimmed name":       func(key *h2ogptesim.Key) { key.Name = "a" },
		"name in uppercase":  func(key *h2ogptesim.Key) { key.Name = " A" },
		"user in uppercase":  func(key *h2ogptesim.Key) { key.UserName = "ALICE" },
		"no user":            func(key *h2ogptesim.Key) { key.UserName = "" },
		"a collection":       func(key *h2ogptesim.Key) { key.CollectionID = "c" },
		"no expiry":          func(key *h2ogptesim.Key) { key.ExpiresAt = nil },
		"no interval":        func(key *h2ogptesim.Key) { key.InactivityIntervalDays = nil },
		"inactive":           func(key *h2ogptesim.Key) { key.Inactive = true },
		"no creation time":   func(key *h2ogptesim.Key) { key.CreatedAt = time.Time{} },
		"one second earlier": func(key *h2ogptesim.Key) { key.CreatedAt = key.CreatedAt.Add(-time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *service
			s = start(t, h2ogptesim.Options{}, clienttest.Lose(isCreate, func() { s.ChangeKey(s.createdKeys()[0].ID, change) }))
			k := s.newKey(" a")
			k.InactivityIntervalDays = new(int64(7))
			_, err := s.client().CreateAPIKey(t.Context(), k)
			s.wantUncertain(err)
			s.wantsCreated(1)
			if !asError(t, err).SentAt.Equal(noon) || strings.Contains(fmt.Sprintf("%v %+v", err, err), s.Secret(s.createdKeys()[0].ID)) {
				t.Errorf("got %v", err)
			}
		})
	}
}
