// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
			if key.ID != gaiaapi.APIKeyID(key.Secret) || key.Secret != s.Secret(key.ID) || key.Permissions != "write" || len(key.Strays) != 0 {
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

// TestClient_createRequests counts what creates cost: a list of what was before, and one
// that tells what the service adds to a key, whatever their number.
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
			s.wants(2, n, 0, 0)
		})
	}
}

// A baseline serves creates for a second.
func TestClient_baselineAge(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	now := &clock{now: noon}
	client := s.connect(gaiaapi.Config{Now: now.Now})
	for i, want := range []int{2, 2, 3, 3, 4} {
		if _, err := client.CreateAPIKey(t.Context(), readKey()); err != nil {
			t.Fatal(err)
		}
		if got := s.count("GET", keysPath); got != want {
			t.Errorf("after create %d: %d lists, want %d", i, got, want)
		}
		now.advance(700 * time.Millisecond)
	}
}

// Members that the service adds are told, and each key is looked up then.
func TestClient_serviceAddsMembers(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{AddsMember: true})
	client := s.admin()
	for range 2 {
		key, err := client.CreateAPIKey(t.Context(), readKey())
		if err != nil || text(key.Config) != `{"source":"api"}` {
			t.Errorf("got %+v, %v", key, err)
		}
	}
	s.wants(3, 2, 0, 0)
}

// A key that was made is told, whether a list can be had afterwards or not.
func TestClient_createdKeyWithoutList(t *testing.T) {
	t.Parallel()
	for name, hide := range map[string]bool{"fails": false, "hides keys": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{HideKeys: hide})
			client := s.admin()
			if _, err := client.APIKeys(t.Context()); err != nil {
				t.Fatal(err)
			}
			if !hide {
				s.fail(always(simulation.Fault{Method: "GET", Kind: simulation.FaultStatus, Status: 503}))
			}
			k := gaiaapi.NewAPIKey{Permissions: "read", Config: members(t, `{"a":1}`)}
			for range 2 {
				key, err := client.CreateAPIKey(t.Context(), k)
				if err != nil || key.Secret != s.Secret(key.ID) || text(key.Config) != `{"a":1}` {
					t.Errorf("got %+v, %v", key, err)
				}
			}
			if hide {
				// Looking again would tell nothing.
				s.wants(2, 2, 0, 0)
			}
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

// Where what is there cannot be had, nothing is made that could get lost.
func TestClient_createNeedsAList(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	s.fail(always(simulation.Fault{Method: "GET", Kind: simulation.FaultStatus, Status: 503}))
	if _, err := s.admin().CreateAPIKey(t.Context(), readKey()); asError(t, err).Status != 503 {
		t.Errorf("got %v", err)
	}
	s.wants(3, 0, 0, 0)
}

// Credentials that may not list make keys all the same, and so do all where 404 is how the
// service says that there are no keys.
func TestClient_createWithoutList(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 403, 404} {
		s := start(t, gaiasim.Options{})
		s.fail(always(simulation.Fault{Method: "GET", Kind: simulation.FaultStatus, Status: status}))
		if key, err := s.admin().CreateAPIKey(t.Context(), readKey()); err != nil || key.Secret != s.Secret(key.ID) {
			t.Errorf("%d: got %v", status, err)
		}
	}
	s := start(t, gaiasim.Options{EmptyListAs404: true, Scheme: "Basic", Admin: "YWRtaW46aHVzaA=="})
	client := s.connect(gaiaapi.Config{Scheme: "Basic"})
	key, err := client.CreateAPIKey(t.Context(), readKey())
	if err != nil || key.Secret != s.Secret(key.ID) {
		t.Fatalf("got %v", err)
	}
	if err := client.DeleteAPIKey(t.Context(), key.ID, key.Secret); err != nil || len(s.Keys()) != 0 {
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

// TestClient_interruptEndsPauses interrupts a create that is answered that it comes
// too fast: nothing was made, and nothing is waited for.
func TestClient_interruptEndsPauses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		s := start(t, gaiasim.Options{}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r)
				if r.Method == http.MethodPost {
					interrupt()
				}
			})
		})
		s.fail(always(simulation.Fault{Method: "POST", Kind: simulation.FaultStatus, Status: http.StatusTooManyRequests, RetryAfter: "60"}))
		began := time.Now()
		_, err := s.admin().CreateAPIKey(ctx, readKey())
		if err == nil || errors.Is(err, gaiaapi.ErrUncertain) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took >= time.Second {
			t.Errorf("it took %s", took)
		}
		s.wants(1, 1, 0, 0)
	})
}

// TestClient_interruptedCreateIsBroughtToItsEnd cancels the context while the service is
// at it.
func TestClient_interruptedCreateIsBroughtToItsEnd(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	s := start(t, gaiasim.Options{}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				interrupt()
			}
			next.ServeHTTP(w, r)
		})
	})
	client := s.admin()
	key, err := client.CreateAPIKey(ctx, readKey())
	if err != nil || key.Secret != s.Secret(key.ID) {
		t.Fatalf("got %v", err)
	}
	if _, err := client.CreateAPIKey(ctx, readKey()); !errors.Is(err, context.Canceled) || len(s.Keys()) != 2 {
		t.Errorf("another create was begun after the interrupt: %v", err)
	}
}
