// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestClient_create(t *testing.T) {
	t.Parallel()
	for name, form := range keyForms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{KeyForm: form})
			k := gaiaapi.NewAPIKey{
				Permissions: "write", Config: members(t, `{"n":1.50,"deep":{"a":[true,null,"<&>"]},"none":null}`),
			}
			key, err := s.admin().CreateAPIKey(t.Context(), k)
			if err != nil {
				t.Fatal(err)
			}
			if key.ID != gaiaapi.APIKeyID(key.Secret) || key.Secret != s.Secret(key.ID) || key.Permissions != "write" || key.Adopted || !key.CreatedAt.Equal(noon) {
				t.Errorf("got %+v", key)
			}
			// The client sends values unchanged: for example, 1.50 does not become 1.5.
			const want = `{"deep":{"a":[true,null,"\u003c\u0026\u003e"]},"n":1.50,"none":null,"permissions":"write"}`
			if got := s.config(key.ID); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// All creates use one list of the existing keys. They run one after the other, because only their order shows which create
// created which key.
func TestClient_createsRunInTurn(t *testing.T) {
	t.Parallel()
	const n = 20
	var under atomic.Int32
	s := start(t, gaiasim.Options{}, clienttest.Around(on("POST", keysPath), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if under.Add(1) != 1 {
			t.Error("two creates overlap")
		}
		defer under.Add(-1)
		time.Sleep(time.Millisecond) // This gives other creates time to arrive.
		next.ServeHTTP(w, r)
	}))
	client := s.admin()
	at(n, func(int) {
		if key, err := client.CreateAPIKey(t.Context(), readKey()); err != nil || key.Secret != s.Secret(key.ID) {
			t.Errorf("got %+v, %v", key, err)
		}
	})
	if s.wants(1, n, 0); len(s.Keys()) != n+1 {
		t.Errorf("%d keys, want the administrator's and %d", len(s.Keys()), n)
	}
}

// A create works without a list if the credentials are not allowed to list keys, or if the service returns 404 for an empty list.
func TestClient_createWithoutList(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 403, 404} {
		s := start(t, gaiasim.Options{})
		s.Fail(always(listFails(status)))
		if key, err := s.admin().CreateAPIKey(t.Context(), readKey()); err != nil || key.Secret != s.Secret(key.ID) {
			t.Errorf("%d: got %v", status, err)
		}
	}
	// If the list fails temporarily, the client creates no key. Without a list, it cannot identify the created key if the
	// response to the create is lost.
	s := start(t, gaiasim.Options{})
	s.Fail(always(listFails(503)))
	if _, err := s.admin().CreateAPIKey(t.Context(), readKey()); asError(t, err).Status != 503 || len(s.Keys()) != 1 {
		t.Errorf("got %v", err)
	}
	s = start(t, gaiasim.Options{EmptyListAs404: true, Scheme: "Basic", Admin: "YWRtaW46aHVzaA=="})
	client := s.connect(gaiaapi.Config{Scheme: "Basic"})
	key, err := client.CreateAPIKey(t.Context(), readKey())
	if err != nil || key.Secret != s.Secret(key.ID) {
		t.Fatalf("got %v", err)
	}
	if err := client.DeleteAPIKey(t.Context(), key.ID, key.Secret, key.CreatedAt); err != nil || len(s.Keys()) != 0 {
		t.Errorf("%d keys are left: %v", len(s.Keys()), err)
	}
}

func TestClient_refusedCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options       gaiasim.Options
		permissions   string
		code, message string
	}{
		"permissions": {
			gaiasim.Options{RefuseOtherPermissions: true},
			"admin",
			"type_error.enum", "body.config.permissions: value is not a valid enumeration member; permitted: 'read', 'write'",
		},
		"member": {
			gaiasim.Options{RefuseFurtherMembers: true},
			"read",
			"value_error.extra", "body.config.a: extra fields not permitted",
		},
		"as a text": {
			gaiasim.Options{RefuseOtherPermissions: true, ErrorForm: gaiasim.ErrorsAllText},
			"admin",
			"", "body.config.permissions: value is not a valid enumeration member; permitted: 'read', 'write'",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, test.options)
			_, err := s.admin().CreateAPIKey(t.Context(), gaiaapi.NewAPIKey{Permissions: test.permissions, Config: members(t, `{"a":1}`)})
			if e := asError(t, err); e.Status != 422 || e.Code != test.code || e.Message != test.message || !e.Write {
				t.Errorf("got %#v", e)
			}
			s.wants(1, 1, 0)
		})
	}
}

// These responses do not contain the created key. The client finds and adopts the created key, and does not create another key.
func TestClient_createResponsesThatProveNothing(t *testing.T) {
	t.Parallel()
	for name, response := range map[string]simulation.Fault{
		"masked":          clienttest.Status(200, `{"api_key":"********","result":"created"}`),
		"no key":          clienttest.Status(200, `{"result":"created"}`),
		"key as a number": clienttest.Status(200, `{"api_key":7,"result":"created"}`),
		"no result":       clienttest.Status(200, `{"api_key":"a"}`),
		"another result":  clienttest.Status(200, `{"api_key":"a","result":"failed"}`),
		"array":           clienttest.Status(200, `[]`),
		"null":            clienttest.Status(200, `null`),
		"timeout":         clienttest.Status(408, `{"detail":"Request Timeout"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{}, clienttest.Replace(on("POST", keysPath), response.Status, func() string { return response.Body }))
			key, err := s.admin().CreateAPIKey(t.Context(), readKey())
			if err != nil || !key.Adopted || len(s.Keys()) != 2 || key.Secret != s.Secret(key.ID) {
				t.Errorf("%d keys were created: %+v, %v", len(s.Keys())-1, key, err)
			}
		})
	}
}

// The client does not adopt a key that differs from the requested key, and it does not repeat the create.
func TestClient_uncertainCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options gaiasim.Options
		// change contains new values for members of the created key. The value nil removes a member.
		change map[string]any
		// candidates is the number of ids that the error contains.
		candidates int
	}{
		"other permissions":         {change: map[string]any{"permissions": "write"}, candidates: 1},
		"no permissions":            {change: map[string]any{"permissions": nil}, candidates: 1},
		"another value":             {change: map[string]any{"a": 2}, candidates: 1},
		"additional member":         {change: map[string]any{"b": 1}, candidates: 1},
		"missing member":            {change: map[string]any{"a": nil}, candidates: 1},
		"the service adds a member": {options: gaiasim.Options{AddsMember: true}, candidates: 1},
		"permissions as a number":   {change: map[string]any{"permissions": 7}},
		"the list masks keys":       {options: gaiasim.Options{HideKeys: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := gaiaapi.NewAPIKey{Permissions: "read", Config: members(t, `{"a":1}`)}
			var s *service
			s = start(t, test.options, clienttest.Lose(on("POST", keysPath), func() {
				keys := s.Keys()
				if err := s.ChangeKey(keys[len(keys)-1].ID, test.change); err != nil {
					t.Error(err)
				}
			}))
			_, err := s.admin().CreateAPIKey(t.Context(), k)
			if !errors.Is(err, gaiaapi.ErrUncertain) {
				t.Fatalf("got %v", err)
			}
			e := asError(t, err)
			if len(e.Candidates) != test.candidates || !e.SentAt.Equal(noon) || e.Section != "gaia" || e.Op != "create API key" {
				t.Errorf("got %#v", e)
			}
			s.Wants(1, "POST", keysPath)
		})
	}
}

// Without a list from before the create, the client cannot identify the created key if the response is lost.
func TestClient_uncertainWithoutBaseline(t *testing.T) {
	t.Parallel()
	for _, list := range []simulation.Fault{listFails(403), listResponse(`[7]`), listResponse(`[{"api_key":"***","config":{"permissions":"read"}}]`)} {
		s := start(t, gaiasim.Options{})
		s.Fail(clienttest.Of("POST", keysPath, simulation.Fault{Kind: simulation.FaultDropAfterCommit}), list)
		if _, err := s.admin().CreateAPIKey(t.Context(), readKey()); !errors.Is(err, gaiaapi.ErrUncertain) || len(s.Keys()) != 2 {
			t.Errorf("got %v", err)
		}
	}
}

// The service rate limits the first create request. CreatedAt is the time of the second request, because it created the key.
func TestClient_rateLimitedCreatedAt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := start(t, gaiasim.Options{Options: simulation.Options{Now: time.Now}})
		s.Fail(simulation.Fault{Method: "POST", Kind: simulation.FaultStatus, Status: http.StatusTooManyRequests, RetryAfter: "60"})
		began := time.Now()
		key, err := s.connect(gaiaapi.Config{Now: time.Now}).CreateAPIKey(t.Context(), readKey())
		if err != nil || key.CreatedAt.Sub(began) < time.Minute {
			t.Errorf("got %+v, %v", key, err)
		}
	})
}
