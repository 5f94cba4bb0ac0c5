// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

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
			// The values are sent as they were given: numbers keep their digits.
			const want = `{"deep":{"a":[true,null,"\u003c\u0026\u003e"]},"n":1.50,"none":null,"permissions":"write"}`
			if got := s.config(key.ID); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// Creates cost one list of what existed before, whatever their number.
func TestClient_createRequests(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 50} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{})
			client := s.admin()
			ids := make([]string, n)
			at(n, func(i int) {
				key, err := client.CreateAPIKey(t.Context(), readKey())
				if err != nil {
					t.Error(err)
					return
				}
				ids[i] = key.ID
			})
			slices.Sort(ids)
			if got := len(slices.Compact(ids)); got != n || len(s.Keys()) != n+1 {
				t.Errorf("%d creates know %d keys, and %d were made", n, got, len(s.Keys())-1)
			}
			s.wants(1, n, 0, 0)
		})
	}
}

// Creates do not overlap: nothing but their order tells their keys apart.
func TestClient_createsTakeTurns(t *testing.T) {
	t.Parallel()
	var under atomic.Int32
	s := start(t, gaiasim.Options{}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				if under.Add(1) != 1 {
					t.Error("two creates are under way")
				}
				defer under.Add(-1)
			}
			next.ServeHTTP(w, r)
		})
	})
	client := s.admin()
	at(8, func(int) {
		if _, err := client.CreateAPIKey(t.Context(), readKey()); err != nil {
			t.Error(err)
		}
	})
}

// Credentials that may not list make keys all the same, and so do all where 404 is how the
// service says that there are no keys.
func TestClient_createWithoutList(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 403, 404} {
		s := start(t, gaiasim.Options{})
		s.fail(always(listFails(status)))
		if key, err := s.admin().CreateAPIKey(t.Context(), readKey()); err != nil || key.Secret != s.Secret(key.ID) {
			t.Errorf("%d: got %v", status, err)
		}
	}
	// Where the list may be read later, nothing is created that could get lost.
	s := start(t, gaiasim.Options{})
	s.fail(always(listFails(503)))
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
		key           gaiaapi.NewAPIKey
		code, message string
	}{
		"permissions": {
			gaiasim.Options{RefuseOtherPermissions: true},
			gaiaapi.NewAPIKey{Permissions: "admin"},
			"type_error.enum", "body.config.permissions: value is not a valid enumeration member; permitted: 'read', 'write'",
		},
		"member": {
			gaiasim.Options{RefuseFurtherMembers: true},
			gaiaapi.NewAPIKey{Permissions: "read", Config: members(t, `{"a":1}`)},
			"value_error.extra", "body.config.a: extra fields not permitted",
		},
		"as a text": {
			gaiasim.Options{RefuseOtherPermissions: true, ErrorForm: gaiasim.ErrorsAllText},
			gaiaapi.NewAPIKey{Permissions: "admin"},
			"", "body.config.permissions: value is not a valid enumeration member; permitted: 'read', 'write'",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, test.options)
			_, err := s.admin().CreateAPIKey(t.Context(), test.key)
			e := asError(t, err)
			if e.Status != 422 || e.Code != test.code || e.Message != test.message || !e.Write || e.Section != "gaia" {
				t.Errorf("got %#v", e)
			}
			s.wants(1, 1, 0, 0)
		})
	}
}

func TestClient_otherPermissions(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	key, err := s.admin().CreateAPIKey(t.Context(), gaiaapi.NewAPIKey{Permissions: "admin"})
	if err != nil || key.Permissions != "admin" {
		t.Errorf("got %+v, %v", key, err)
	}
}

// lost makes the responses of creates get lost after the keys were created.
var lost = simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultDropAfterCommit}

func TestClient_lostCreateIsAdopted(t *testing.T) {
	t.Parallel()
	for name, form := range keyForms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{Keys: 20, KeyForm: form})
			before := s.Keys()
			s.fail(lost)
			k := gaiaapi.NewAPIKey{Permissions: "read", Config: members(t, `{"a":[1,{"b":2}]}`)}
			key, err := s.admin().CreateAPIKey(t.Context(), k)
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(before, func(old gaiasim.ListedKey) bool { return old.ID == key.ID }) {
				t.Error("a key that existed before was adopted")
			}
			if !key.Adopted || !key.CreatedAt.Equal(noon) || key.Secret != s.Secret(key.ID) || text(key.Config) != `{"a":[1,{"b":2}]}` {
				t.Errorf("got %+v", key)
			}
			s.wants(2, 1, 0, 0)
		})
	}
}

// These responses do not say what was created: the key is adopted, and not created again.
func TestClient_createResponsesThatProveNothing(t *testing.T) {
	t.Parallel()
	for name, response := range map[string]struct {
		status int
		body   string
	}{
		"masked":            {200, `{"api_key":"********","result":"created"}`},
		"no key":            {200, `{"result":"created"}`},
		"key of no text":    {200, `{"api_key":7,"result":"created"}`},
		"no result":         {200, `{"api_key":"a"}`},
		"another result":    {200, `{"api_key":"a","result":"failed"}`},
		"array":             {200, `[]`},
		"null":              {200, `null`},
		"empty":             {200, ``},
		"cut":               {200, `{"api_key":"`},
		"HTML":              {200, `<html>`},
		"no content":        {204, ``},
		"part":              {206, `{"api_key":"a","result":"created"}`},
		"redirect":          {302, ``},
		"refused by HTML":   {403, `<html>`},
		"not found by HTML": {404, `<html>`},
		"server error":      {500, `Internal Server Error`},
		"timeout":           {408, `{"detail":"Request Timeout"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{}, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method != http.MethodPost {
						next.ServeHTTP(w, r)
						return
					}
					next.ServeHTTP(httptest.NewRecorder(), r)
					w.WriteHeader(response.status)
					_, _ = io.WriteString(w, response.body)
				})
			})
			key, err := s.admin().CreateAPIKey(t.Context(), readKey())
			if err != nil || !key.Adopted || len(s.Keys()) != 2 || key.Secret != s.Secret(key.ID) {
				t.Errorf("%d keys were created: %+v, %v", len(s.Keys())-1, key, err)
			}
		})
	}
}

// A key that cannot be the one that was asked for is not adopted, and the request is not sent again.
func TestClient_uncertainCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options gaiasim.Options
		// change is made to the new key, and foreign is created by somebody else at the same moment.
		change  map[string]any
		foreign string
		// list is a fault of the lists after the create.
		list simulation.Fault
		// candidates is how many ids the error names.
		candidates int
	}{
		"other permissions":            {change: map[string]any{"permissions": "write"}, candidates: 1},
		"no permissions":               {change: map[string]any{"permissions": nil}, candidates: 1},
		"another value":                {change: map[string]any{"a": 2}, candidates: 1},
		"one member more":              {change: map[string]any{"b": 1}, candidates: 1},
		"one member less":              {change: map[string]any{"a": nil}, candidates: 1},
		"the service adds a member":    {options: gaiasim.Options{AddsMember: true}, candidates: 1},
		"somebody else's, equal":       {foreign: "read", candidates: 2},
		"somebody else's, another":     {foreign: "write", candidates: 2},
		"permissions of no text":       {change: map[string]any{"permissions": 7}},
		"the list hides keys":          {options: gaiasim.Options{HideKeys: true}},
		"the list fails":               {list: listFails(503)},
		"the list has an odd entry":    {list: listAnswer(`[7]`)},
		"the list does not show it":    {list: listAnswer(`[]`)},
		"credentials that do not list": {list: listFails(403)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := gaiaapi.NewAPIKey{Permissions: "read", Config: members(t, `{"a":1}`)}
			var s *service
			s = start(t, test.options, afterwards("POST", func() {
				keys := s.Keys()
				if err := s.ChangeKey(keys[len(keys)-1].ID, test.change); err != nil {
					t.Error(err)
				}
				if test.foreign != "" {
					s.AddKey(gaiasim.Key{Permissions: test.foreign, Config: map[string]any{"a": 1}})
				}
				if test.list.Kind != "" {
					s.fail(always(test.list))
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
			if got := s.count("POST", keysPath); got != 1 {
				t.Errorf("%d creates were sent, want 1", got)
			}
		})
	}
}

// Without a list from before, nothing tells what a lost create created.
func TestClient_uncertainWithoutBaseline(t *testing.T) {
	t.Parallel()
	for _, list := range []simulation.Fault{listFails(403), listAnswer(`[7]`), listAnswer(`[{"api_key":"***","config":{"permissions":"read"}}]`)} {
		s := start(t, gaiasim.Options{})
		s.fail(lost, list)
		if _, err := s.admin().CreateAPIKey(t.Context(), readKey()); !errors.Is(err, gaiaapi.ErrUncertain) || len(s.Keys()) != 2 {
			t.Errorf("got %v", err)
		}
	}
}

// A write that is under way runs to its end when the context ends, and none is begun afterwards.
func TestClient_interruptedWrites(t *testing.T) {
	t.Parallel()
	for name, operation := range operations {
		if operation.method == http.MethodGet {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			s := start(t, gaiasim.Options{}, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == operation.method {
						interrupt()
					}
					next.ServeHTTP(w, r)
				})
			})
			client := s.admin()
			_, secret := s.key()
			if err := operation.do(ctx, client, secret); err != nil {
				t.Error(err)
			}
			if err := operation.do(ctx, client, secret); !errors.Is(err, context.Canceled) {
				t.Errorf("another was begun after the interrupt: %v", err)
			}
			writes := len(slices.DeleteFunc(s.Journal(), func(e simulation.Entry) bool { return e.Method != operation.method }))
			if writes != 1 {
				t.Errorf("%d requests, want 1", writes)
			}
		})
	}
}

// While a create is rate limited, somebody else creates an equal key: what existed before is not known any more.
func TestClient_rateLimitedCreateIsNotAdopted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s *service
		s = start(t, gaiasim.Options{Now: time.Now}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r)
				if r.Method == http.MethodPost && s.count("POST", keysPath) == 1 {
					s.key()
				}
			})
		})
		s.fail(
			simulation.Fault{Method: "POST", Kind: simulation.FaultStatus, Status: http.StatusTooManyRequests, RetryAfter: "60"},
			simulation.Fault{Method: "POST", Kind: simulation.FaultDropBefore},
		)
		key, err := s.connect(gaiaapi.Config{Now: time.Now}).CreateAPIKey(t.Context(), readKey())
		if !errors.Is(err, gaiaapi.ErrUncertain) {
			t.Errorf("got %+v, %v", key, err)
		}
	})
}

// A key is as old as the request that created it, not as the first one.
func TestClient_rateLimitedCreatedAt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := start(t, gaiasim.Options{Now: time.Now})
		s.fail(simulation.Fault{Method: "POST", Kind: simulation.FaultStatus, Status: http.StatusTooManyRequests, RetryAfter: "60"})
		began := time.Now()
		key, err := s.connect(gaiaapi.Config{Now: time.Now}).CreateAPIKey(t.Context(), readKey())
		if err != nil || key.CreatedAt.Sub(began) < time.Minute {
			t.Errorf("got %+v, %v", key, err)
		}
	})
}
