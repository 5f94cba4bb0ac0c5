// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const collection = "0a1b2c3d-0d51-4c2c-9a55-0a3f6d1e7a01"

func TestClient_createdKeyIsComplete(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(*h2ogpteapi.NewAPIKey)
		options h2ogptesim.Options
		members string
	}{
		"plain":     {members: "expires_in name user_id"},
		"forms":     {options: h2ogptesim.Options{NullMembers: true, LocalTimes: true}, members: "expires_in name user_id"},
		"no expiry": {change: func(k *h2ogpteapi.NewAPIKey) { k.ExpiresInDays = nil }, members: "name user_id"},
		"all": {change: func(k *h2ogpteapi.NewAPIKey) {
			k.CollectionID, k.ExpiresInDays, k.InactivityIntervalDays = collection, new(int64(1)), new(int64(7))
		}, members: "collection_id expires_in inactivity_interval name user_id"},
		"site's expiry": {
			change:  func(k *h2ogpteapi.NewAPIKey) { k.ExpiresInDays = nil },
			options: h2ogptesim.Options{MaxExpiryDays: 90}, members: "name user_id",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, test.options)
			k := s.newKey("a")
			if test.change != nil {
				test.change(&k)
			}
			client := s.client()
			key, err := client.CreateAPIKey(t.Context(), k)
			if err != nil {
				t.Fatal(err)
			}
			if key.Secret == "" || key.Secret != s.Secret(key.ID) {
				t.Error("the secrets of the response and the service differ")
			}
			if key.Name != "a" || key.UserName != "alice" || !key.Active || !key.CreatedAt.Equal(noon) ||
				key.CollectionID != k.CollectionID || key.Global != (k.CollectionID == "") || !strings.HasSuffix(key.Secret, key.Hint) {
				t.Errorf("got %+v", key.APIKey)
			}
			days := test.options.MaxExpiryDays
			if k.ExpiresInDays != nil {
				days = *k.ExpiresInDays
			}
			if (key.ExpiresAt == nil) != (days == 0) || (key.ExpiresAt != nil && !key.ExpiresAt.Equal(noon.AddDate(0, 0, int(days)))) {
				t.Errorf("the key expires at %v", key.ExpiresAt)
			}
			if got := s.Members("POST", keysPath); len(got) != 1 || got[0] != test.members {
				t.Errorf("got creates with %q", got)
			}
			s.wantsLists(1)
			// The response to the create has all values that a list shows.
			listed, err := client.APIKey(t.Context(), key.ID, time.Time{})
			if err != nil || !reflect.DeepEqual(*listed, key.APIKey) {
				t.Errorf("created %+v, listed %+v, %v", key.APIKey, listed, err)
			}
		})
	}
}

func TestClient_differentKeysAreCreatedConcurrently(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*service, *h2ogpteapi.NewAPIKey){
		"another name":       func(_ *service, k *h2ogpteapi.NewAPIKey) { k.Name = "b" },
		"another user":       func(s *service, k *h2ogpteapi.NewAPIKey) { k.UserID, k.UserName = s.userID("bob"), "bob" },
		"another collection": func(_ *service, k *h2ogpteapi.NewAPIKey) { k.CollectionID = collection },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{}, clienttest.Rendezvous(isCreate, 2))
			client := s.client()
			at(2, func(i int) {
				k := s.newKey("a")
				if i == 1 {
					change(s, &k)
				}
				if _, err := client.CreateAPIKey(t.Context(), k); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// If lists cannot distinguish keys reliably, the client creates these keys one after the other.
func TestClient_similarKeysAreCreatedInTurn(t *testing.T) {
	t.Parallel()
	var under, most atomic.Int32
	s := start(t, h2ogptesim.Options{}, around(isCreate, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		most.Store(max(most.Load(), under.Add(1)))
		time.Sleep(time.Millisecond) // This gives other creates time to arrive.
		next.ServeHTTP(w, r)
		under.Add(-1)
	}))
	client := s.client()
	at(10, func(i int) {
		k := s.newKey("same")
		k.ExpiresInDays, k.InactivityIntervalDays = new(int64(1+i%2)), new(int64(1+i%3))
		if _, err := client.CreateAPIKey(t.Context(), k); err != nil {
			t.Error(err)
		}
	})
	if most.Load() != 1 || len(s.createdKeys()) != 10 {
		t.Errorf("%d concurrent creates, %d keys", most.Load(), len(s.createdKeys()))
	}
}

func TestClient_refusedCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options h2ogptesim.Options
		change  func(*h2ogpteapi.NewAPIKey)
		status  int
		code    string
		message string
	}{
		"unknown user": {
			change: func(k *h2ogpteapi.NewAPIKey) { k.UserID = "nobody" },
			status: 404, message: "User not found",
		},
		"unknown user, 400": {
			options: h2ogptesim.Options{UnknownUserStatus: 400, ErrorTypes: true},
			change:  func(k *h2ogpteapi.NewAPIKey) { k.UserID = "nobody" },
			status:  400, code: "BadRequestError", message: "User not found",
		},
		"expiry above the limit": {
			options: h2ogptesim.Options{MaxExpiryDays: 7},
			change:  func(*h2ogpteapi.NewAPIKey) {},
			status:  400, message: "expires_in must not exceed 7 days (global_api_key_expiry_days)",
		},
		"unknown collection": {
			change: func(k *h2ogpteapi.NewAPIKey) { k.CollectionID = "papers" },
			status: 404, message: "Collection not found",
		},
		"another user's collection": {
			options: h2ogptesim.Options{Collections: []h2ogptesim.Collection{{ID: collection, Name: "Papers", Owner: "bob"}}},
			change:  func(k *h2ogpteapi.NewAPIKey) { k.CollectionID = collection },
			status:  400, message: "The collection must be owned by the selected user",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, test.options)
			k := s.newKey("a")
			test.change(&k)
			_, err := s.client().CreateAPIKey(t.Context(), k)
			e := asError(t, err)
			if e.Op != "create h2oGPTe API key" || e.Status != test.status || e.Code != test.code || e.Message != test.message || e.IsUnexpected() {
				t.Errorf("got %v", err)
			}
			if s.Count("POST", keysPath) != 1 || len(s.createdKeys()) != 0 {
				t.Errorf("%d requests created %d keys", s.Count("POST", keysPath), len(s.createdKeys()))
			}
		})
	}
}

func TestClient_refusedCredentials(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	past := noon.AddDate(0, 0, -1)
	_, ofAlice := s.AddKey(h2ogptesim.Key{UserName: "alice"})
	_, expired := s.AddKey(h2ogptesim.Key{UserName: "admin", ExpiresAt: &past})
	_, inactive := s.AddKey(h2ogptesim.Key{UserName: "admin", Inactive: true})
	for name, key := range map[string]string{"unknown": "sk-unknown", "alice's": ofAlice, "expired": expired, "inactive": inactive} {
		client := connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: key})
		for _, err := range []error{
			list(t, client), client.Deactivate(t.Context(), "1", time.Time{}), client.DeleteAPIKey(t.Context(), "1", time.Time{}),
			clienttest.Err(client.CreateAPIKey(t.Context(), s.newKey("a"))), clienttest.Err(client.Users(t.Context())),
		} {
			if e := asError(t, err); !e.CredentialsRefused() || e.Status != 401 {
				t.Errorf("%s: got %v", name, err)
			}
		}
	}
}

// TestClient_unknownInactivityInterval uses an older service that ignores or rejects the interval. The create fails, and
// leaves no key.
func TestClient_unknownInactivityInterval(t *testing.T) {
	t.Parallel()
	for refuse, text := range map[bool]string{false: "the key was deleted", true: "unknown member: inactivity_interval"} {
		s := start(t, h2ogptesim.Options{NoInactivityInterval: true, RefuseUnknownMembers: refuse})
		k := s.newKey("a")
		k.InactivityIntervalDays = new(int64(7))
		client := s.client()
		_, err := client.CreateAPIKey(t.Context(), k)
		if errors.Is(err, h2ogpteapi.ErrUnsupported) == refuse || errors.Is(err, h2ogpteapi.ErrUncertain) || !strings.Contains(asError(t, err).Message, text) {
			t.Errorf("got %v", err)
		}
		if s.Count("POST", keysPath) != 1 || len(s.createdKeys()) != 0 {
			t.Errorf("%d requests, and %d keys are left", s.Count("POST", keysPath), len(s.createdKeys()))
		}
		k.InactivityIntervalDays = nil
		must(t, clienttest.Err(client.CreateAPIKey(t.Context(), k)))
	}
}

// If a key was created without the interval and cannot be deleted, the error contains the id of the key.
func TestClient_unknownInactivityIntervalAndNoDelete(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{NoInactivityInterval: true})
	s.Fail(always(simulation.Fault{Method: "DELETE", Kind: simulation.FaultStatus, Status: 409}))
	k := s.newKey("a")
	k.InactivityIntervalDays = new(int64(7))
	_, err := s.client().CreateAPIKey(t.Context(), k)
	keys := s.createdKeys()
	if !errors.Is(err, h2ogpteapi.ErrUnsupported) || !errors.Is(err, h2ogpteapi.ErrUncertain) || len(keys) != 1 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	if e := asError(t, err); len(e.Candidates) != 1 || e.Candidates[0] != keys[0].ID {
		t.Errorf("got candidates %v", e.Candidates)
	}
}
