// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// lost makes the answer of a create get lost after the key was made.
var lost = simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultDropAfterCommit}

// TestClient_lostKeyIsReplaced has a key made whose secret nobody knows, among others
// that look the same: it is deleted, and made anew.
func TestClient_lostKeyIsReplaced(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]h2ogptesim.Options{
		"plain": {Keys: 20}, "many": {Keys: 250}, "many, oldest first": {Keys: 250, Order: h2ogptesim.OrderOldestFirst},
		"few at once": {Keys: 20, MaxLimit: 5}, "null members": {NullMembers: true, LocalTimes: true},
		"gone is refused": {DeleteUnknownStatus: 500}, "site's expiry": {MaxExpiryDays: 30},
	} {
		for times := 1; times <= 2; times++ {
			t.Run(fmt.Sprint(name, times), func(t *testing.T) {
				t.Parallel()
				s := start(t, options)
				k := s.newKey("a")
				// Somebody else's of the same kind were there before.
				for range 3 {
					s.alike(k, 0)
				}
				before := s.Keys()
				fault := lost
				fault.Times = times
				s.fail(fault)
				key, err := s.client().CreateAPIKey(t.Context(), k)
				if err != nil {
					t.Fatal(err)
				}
				if key.Secret == "" || key.Secret != s.Secret(key.ID) || len(key.Strays) != 0 {
					t.Errorf("the secret is not the key's, or there are strays: %v", key.Strays)
				}
				for _, old := range before {
					if s.Secret(old.ID) == "" {
						t.Errorf("somebody else's key %s was deleted", old.Name)
					}
				}
				if got := len(s.Keys()) - len(before); got != 1 || len(s.creates()) != times+1 {
					t.Errorf("%d creates left %d keys", len(s.creates()), got)
				}
			})
		}
	}
}

func TestClient_lostSiblingsDoNotTakeEachOthers(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	client := s.client()
	fault := lost
	fault.Times = 5
	s.fail(fault)
	at(8, func(int) {
		key, err := client.CreateAPIKey(t.Context(), s.newKey("same"))
		if err == nil && key.Secret != s.Secret(key.ID) {
			t.Error("a key that was made is gone")
		}
		if err != nil && errors.Is(err, h2ogpteapi.ErrUncertain) {
			t.Errorf("got %v", err)
		}
	})
	// One has lost all its three answers.
	if got := len(s.made()); got != 7 {
		t.Errorf("%d keys, want 7", got)
	}
}

// TestClient_keyOfAnotherIsLeftAlone has somebody else make the same key after the run's
// list and before a create that is lost.
func TestClient_keyOfAnotherIsLeftAlone(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{simulation.FaultDropBefore, simulation.FaultDropAfterCommit, simulation.FaultHTML} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{})
			client := s.client()
			if _, err := client.CreateAPIKey(t.Context(), s.newKey("first")); err != nil {
				t.Fatal(err)
			}
			k := s.newKey("a")
			other := s.alike(k, 10*time.Second)
			s.fail(simulation.Fault{Method: "POST", Path: keysPath, Kind: kind})
			key, err := client.CreateAPIKey(t.Context(), k)
			if err != nil || key.ID == other || len(key.Strays) != 0 {
				t.Errorf("got %+v, %v", key, err)
			}
			if s.stored(other) == nil || len(s.made()) != 3 {
				t.Errorf("%d keys; the other one lives: %t", len(s.made()), s.stored(other) != nil)
			}
		})
	}
}

func TestClient_uncertainCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arrange func(*service)
		// candidates is how many ids the error names.
		candidates int
		text       string
	}{
		"the list fails": {
			arrange: func(s *service) {
				s.fail(lost, always(simulation.Fault{Method: "GET", Path: keysPath, Kind: simulation.FaultStatus, Status: 503}))
			},
			text: "HTTP 503",
		},
		"the list holds an entry that cannot be read": {
			arrange: func(s *service) { s.fail(lost, always(listAnswer(`[7]`))) },
			text:    "entries that cannot be read",
		},
		"the list holds a new entry of which no more than the id can be read": {
			arrange:    func(s *service) { s.fail(lost, always(listAnswer(`[{"id":"odd","name":7}]`))) },
			candidates: 1, text: "a new entry that cannot be read",
		},
		"the key cannot be deleted": {
			arrange: func(s *service) {
				s.fail(lost, always(simulation.Fault{Method: "DELETE", Path: keyPath, Kind: simulation.FaultStatus, Status: 409}))
			},
			candidates: 1, text: "its secret is lost, and it could not be deleted",
		},
		"the delete does nothing": {
			arrange: func(s *service) {
				s.fail(lost, always(simulation.Fault{Method: "DELETE", Path: keyPath, Kind: simulation.FaultEmpty}))
			},
			candidates: 1, text: "the answer has no content, and the key is still listed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{})
			client := s.client()
			if err := list(t, client); err != nil {
				t.Fatal(err)
			}
			test.arrange(s)
			_, err := client.CreateAPIKey(t.Context(), s.newKey("a"))
			if !errors.Is(err, h2ogpteapi.ErrUncertain) {
				t.Fatalf("got %v", err)
			}
			e := asError(t, err)
			if len(e.Candidates) != test.candidates || !e.SentAt.Equal(noon) || !strings.Contains(e.Message, test.text) {
				t.Errorf("candidates %v, sent at %s: %v", e.Candidates, e.SentAt, err)
			}
			if len(s.creates()) != 1 || len(s.made()) != 1 {
				t.Errorf("%d creates left %d keys", len(s.creates()), len(s.made()))
			}
		})
	}
}

// What the first list did not tell may have been the key that is there now.
func TestClient_unreadableBaselineProvesNothing(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	s.alike(s.newKey("a"), 0)
	s.fail(listAnswer(`[7]`), always(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultDropBefore}))
	if _, err := s.client().CreateAPIKey(t.Context(), s.newKey("a")); !errors.Is(err, h2ogpteapi.ErrUncertain) || len(s.made()) != 1 {
		t.Errorf("got %v", err)
	}
}

// TestClient_lateKey has a proxy give up on a create that the service carries out later.
func TestClient_lateKey(t *testing.T) {
	t.Parallel()
	for after, want := range map[int]struct{ keys, strays int }{
		// A list shows it: it is deleted, and made anew.
		1: {keys: 1}, 3: {keys: 1}, 7: {keys: 1},
		// Too late for that: the other key is told.
		8: {keys: 2, strays: 1}, 9: {keys: 2, strays: 1}, 11: {keys: 2, strays: 1},
	} {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{})
			client := s.client()
			if err := list(t, client); err != nil {
				t.Fatal(err)
			}
			s.fail(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultCommitLate, Requests: after})
			key, err := client.CreateAPIKey(t.Context(), s.newKey("a"))
			if err != nil {
				t.Fatal(err)
			}
			if made := len(s.made()); made != want.keys || len(key.Strays) != want.strays || key.Secret != s.Secret(key.ID) {
				t.Errorf("%d keys, strays %v", made, key.Strays)
			}
			for _, stray := range key.Strays {
				if stray == key.ID || s.stored(stray) == nil {
					t.Errorf("%s is no stray", stray)
				}
			}
		})
	}
}

// TestClient_lateKeys has several requests of a create be carried out late: an error that
// says that all was deleted is right.
func TestClient_lateKeys(t *testing.T) {
	t.Parallel()
	for after := 1; after <= 40; after++ {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{})
			client := s.client()
			if err := list(t, client); err != nil {
				t.Fatal(err)
			}
			s.fail(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultCommitLate, Requests: after, Times: 3})
			key, err := client.CreateAPIKey(t.Context(), s.newKey("a"))
			if err == nil {
				t.Fatalf("got %+v", key)
			}
			// What is late comes now at the latest.
			s.fail()
			for range 2 * after {
				s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, keysPath, http.NoBody))
			}
			if made := len(s.made()); made > 0 && !errors.Is(err, h2ogpteapi.ErrUncertain) {
				t.Errorf("%d keys are left: %v", made, err)
			}
		})
	}
}

// A failure that did nothing is made up for without a word.
func TestClient_failureThatDidNothing(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	s.fail(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultStatus, Status: 503})
	key, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
	if err != nil || len(key.Strays) != 0 || len(s.made()) != 1 || len(s.creates()) != 2 {
		t.Errorf("%d creates left %d keys: %v", len(s.creates()), len(s.made()), err)
	}
}

// changing has the service change what a create makes, and lose its answer.
func changing(t *testing.T, change func(*h2ogptesim.Key)) *service {
	t.Helper()
	var s *service
	s = start(t, h2ogptesim.Options{}, around(isCreate, func(_ http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		made := s.made()
		s.ChangeKey(made[len(made)-1].ID, change)
		panic(http.ErrAbortHandler)
	}))
	return s
}

// TestClient_nearMatchIsUncertain has lists show a key in another form than it was asked
// for: it is neither deleted, since it may be somebody else's, nor made again.
func TestClient_nearMatchIsUncertain(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*h2ogptesim.Key){
		"trimmed name":       func(key *h2ogptesim.Key) { key.Name = "a" },
		"name in capital":    func(key *h2ogptesim.Key) { key.Name = " A" },
		"user in capital":    func(key *h2ogptesim.Key) { key.UserName = "ALICE" },
		"no user":            func(key *h2ogptesim.Key) { key.UserName = "" },
		"a collection":       func(key *h2ogptesim.Key) { key.CollectionID = "c" },
		"no expiry":          func(key *h2ogptesim.Key) { key.ExpiresAt = nil },
		"another expiry":     func(key *h2ogptesim.Key) { *key.ExpiresAt = key.ExpiresAt.Add(2 * time.Minute) },
		"no interval":        func(key *h2ogptesim.Key) { key.InactivityIntervalDays = nil },
		"another interval":   func(key *h2ogptesim.Key) { *key.InactivityIntervalDays++ },
		"it is inactive":     func(key *h2ogptesim.Key) { key.Inactive = true },
		"no time of its own": func(key *h2ogptesim.Key) { key.CreatedAt = time.Time{} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := changing(t, change)
			k := s.newKey(" a")
			k.InactivityIntervalDays = new(int64(7))
			_, err := s.client().CreateAPIKey(t.Context(), k)
			if !errors.Is(err, h2ogpteapi.ErrUncertain) || len(asError(t, err).Candidates) != 1 || len(s.creates()) > 1 || len(s.made()) != 1 {
				t.Errorf("%d creates left %d keys: %v", len(s.creates()), len(s.made()), err)
			}
		})
	}
}

// What tells nothing about whose a key is does not prevent that it is known.
func TestClient_otherDifferencesAreNone(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*h2ogptesim.Key){
		"hint":                     func(key *h2ogptesim.Key) { key.Hint = "****" },
		"expiry, a moment later":   func(key *h2ogptesim.Key) { key.ExpiresAt = new(key.ExpiresAt.Add(time.Second)) },
		"created, a moment later":  func(key *h2ogptesim.Key) { key.CreatedAt = key.CreatedAt.Add(time.Second) },
		"created, a moment before": func(key *h2ogptesim.Key) { key.CreatedAt = key.CreatedAt.Add(-time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := changing(t, change)
			// All three answers are lost, and nothing is left behind.
			_, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
			if err == nil || errors.Is(err, h2ogpteapi.ErrUncertain) || len(s.creates()) != 3 || len(s.made()) != 0 {
				t.Errorf("%d creates left %d keys: %v", len(s.creates()), len(s.made()), err)
			}
		})
	}
}

// Where no expiry was asked for, the site may have its own.
func TestClient_lostKeyWithTheSitesExpiry(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{MaxExpiryDays: 90})
	s.fail(lost)
	k := s.newKey("a")
	k.ExpiresInDays = nil
	if key, err := s.client().CreateAPIKey(t.Context(), k); err != nil || len(s.made()) != 1 || key.Secret != s.Secret(key.ID) {
		t.Errorf("%d keys, %v", len(s.made()), err)
	}
}

func TestClient_severalCandidates(t *testing.T) {
	t.Parallel()
	var s *service
	s = start(t, h2ogptesim.Options{}, around(isCreate, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		// Somebody else makes the same key at the same moment.
		s.alike(s.newKey("a"), 0)
		next.ServeHTTP(w, r)
	}))
	s.fail(lost)
	_, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
	if !errors.Is(err, h2ogpteapi.ErrUncertain) || len(asError(t, err).Candidates) != 2 || len(s.made()) != 2 {
		t.Errorf("got %v", err)
	}
}

// TestClient_failureThatMadeTheKey has the service say that it failed, in whatever way:
// what it made all the same is deleted.
func TestClient_failureThatMadeTheKey(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]struct {
		status int
		body   string
	}{
		"500":                       {500, `{"code":500,"message":"broken"}`},
		"400 that is a 500":         {400, `{"code":500,"message":"broken"}`},
		"400 that is a 200":         {400, `{"code":200,"message":"fine"}`},
		"408":                       {408, `{"code":408,"message":"slow"}`},
		"foreign 403":               {403, `forbidden`},
		"success without a body":    {201, ``},
		"success without a secret":  {201, `{"api_key":{"id":"1"}}`},
		"success with a mask":       {201, `{"secret_key":"sk-****","api_key":{"id":"1"}}`},
		"success without a key":     {201, `{"secret_key":"sk-0123456789"}`},
		"success without an id":     {201, `{"secret_key":"sk-0123456789","api_key":{"name":"a"}}`},
		"success that is a failure": {200, `{"code":500,"message":"broken"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{}, around(isCreate, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				next.ServeHTTP(httptest.NewRecorder(), r)
				w.WriteHeader(answer.status)
				_, _ = io.WriteString(w, answer.body)
			}))
			_, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
			e := asError(t, err)
			if errors.Is(err, h2ogpteapi.ErrUncertain) || len(s.creates()) != 3 || len(s.made()) != 0 ||
				!strings.Contains(e.Message, "the key that came of it was deleted again") || strings.Contains(err.Error(), "sk-0") {
				t.Errorf("%d creates left %d keys: %v", len(s.creates()), len(s.made()), err)
			}
		})
	}
}

// TestClient_errorsTellHowOftenItWasTried is about creates that the client sends again
// itself.
func TestClient_errorsTellHowOftenItWasTried(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	s.fail(always(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultStatus, Status: 503}))
	_, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
	for _, want := range []string{"create h2oGPTe API key", "HTTP 503", "an earlier request may still be carried out", "(tried 3 times in "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
}

// TestClient_refusalAfterALostAnswer has a create be refused that was lost before: what
// that made is deleted.
func TestClient_refusalAfterALostAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	s.fail(lost, always(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultStatus, Status: 400}))
	_, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
	if e := asError(t, err); e.Status != 400 || errors.Is(err, h2ogpteapi.ErrUncertain) || len(s.made()) != 0 || len(s.creates()) != 2 {
		t.Errorf("%d creates left %d keys: %v", len(s.creates()), len(s.made()), err)
	}
}

// TestClient_withoutTheUsersName: whose a key is that came into being nobody can tell.
func TestClient_withoutTheUsersName(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	s.fail(lost)
	k := s.newKey("a")
	k.UserName = ""
	_, err := s.client().CreateAPIKey(t.Context(), k)
	if !errors.Is(err, h2ogpteapi.ErrUncertain) || len(asError(t, err).Candidates) != 1 || len(s.made()) != 1 {
		t.Errorf("got %v", err)
	}
}

func TestClient_candidatesAreNamedByTheirIDs(t *testing.T) {
	t.Parallel()
	s := changing(t, func(key *h2ogptesim.Key) { key.Name = "A" })
	_, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
	made := s.made()
	if len(made) != 1 || !slices.Equal(asError(t, err).Candidates, []string{made[0].ID}) {
		t.Errorf("got %v", err)
	}
	for _, key := range s.Keys() {
		if strings.Contains(fmt.Sprintf("%v %+v", err, err), s.Secret(key.ID)) {
			t.Errorf("the error tells a secret: %v", err)
		}
	}
}
