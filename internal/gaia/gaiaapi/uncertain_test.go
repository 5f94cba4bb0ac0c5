// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

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

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// lost makes the answers of creates get lost after the keys were made, and unsent the
// creates themselves.
var (
	lost   = always(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultDropAfterCommit})
	unsent = always(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultDropBefore})
)

// listFails is a list that cannot be had.
func listFails(status, times int) simulation.Fault {
	return simulation.Fault{Method: "GET", Path: keysPath, Kind: simulation.FaultStatus, Status: status, Times: times}
}

func TestClient_lostKeyIsFoundAmongOthers(t *testing.T) {
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
				t.Error("somebody else's key was adopted")
			}
			if key.Secret != s.Secret(key.ID) || text(key.Config) != `{"a":[1,{"b":2}]}` {
				t.Errorf("got %+v", key)
			}
			s.wants(2, 1, 0, 0)
		})
	}
}

func TestClient_lostSiblingsDoNotTakeEachOthers(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	s.fail(lost)
	client := s.admin()
	ids := make([]string, 8)
	at(len(ids), func(i int) {
		key, err := client.CreateAPIKey(t.Context(), readKey())
		if err != nil {
			t.Error(err)
			return
		}
		ids[i] = key.ID
	})
	slices.Sort(ids)
	if got := len(slices.Compact(ids)); got != 8 || len(s.Keys()) != 9 {
		t.Errorf("8 creates know %d keys, and %d were made", got, len(s.Keys())-1)
	}
}

func TestClient_uncertainCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options gaiasim.Options
		list    simulation.Fault
		// candidates is how many ids the error names.
		candidates int
	}{
		"the list fails":                   {list: listFails(503, 100)},
		"these credentials may not list":   {list: listFails(403, 100)},
		"the list hides keys":              {options: gaiasim.Options{HideKeys: true}, list: simulation.Fault{Method: "PATCH", Kind: simulation.FaultEmpty}},
		"the list holds a senseless entry": {list: always(listAnswer(`[7]`))},
		"the list holds a new odd entry": {
			list: always(listAnswer(`[{"api_key":"a","config":{"permissions":7}}]`)), candidates: 1,
		},
		"the service adds a member": {options: gaiasim.Options{AddsMember: true}, list: simulation.Fault{Method: "PATCH", Kind: simulation.FaultEmpty}, candidates: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, test.options)
			client := s.admin()
			if _, err := client.APIKeys(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.fail(lost, test.list)
			_, err := client.CreateAPIKey(t.Context(), readKey())
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

// Without a list from before, nothing tells what a lost create made.
func TestClient_uncertainWithoutBaseline(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	s.fail(lost, listFails(403, 1))
	if _, err := s.admin().CreateAPIKey(t.Context(), readKey()); !errors.Is(err, gaiaapi.ErrUncertain) || len(s.Keys()) != 2 {
		t.Errorf("got %v", err)
	}
}

// What the first list did not tell may have been somebody else's.
func TestClient_unreadableBaselineProvesNothing(t *testing.T) {
	t.Parallel()
	for _, list := range []string{`[7]`, `[{"api_key":"***","config":{"permissions":"read"}}]`} {
		s := start(t, gaiasim.Options{})
		s.fail(listAnswer(list), unsent)
		if _, err := s.admin().CreateAPIKey(t.Context(), readKey()); !errors.Is(err, gaiaapi.ErrUncertain) {
			t.Errorf("%s: got %v", list, err)
		}
	}
}

// TestClient_keyOfAnotherIsNotAdopted has somebody else make a key that is the same after
// the run's list and before a create that is lost.
func TestClient_keyOfAnotherIsNotAdopted(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	now := &clock{now: noon}
	client := s.connect(gaiaapi.Config{Now: now.Now})
	if _, err := client.CreateAPIKey(t.Context(), readKey()); err != nil {
		t.Fatal(err)
	}
	foreign, _ := s.key()
	now.advance(2 * time.Second)
	s.fail(unsent)
	if key, err := client.CreateAPIKey(t.Context(), readKey()); err == nil {
		t.Errorf("a key is reported as made; it is somebody else's: %t", foreign == key.ID)
	}
}

// TestClient_lateKey has a proxy give up on a create that the service carries out later.
func TestClient_lateKey(t *testing.T) {
	t.Parallel()
	for after, want := range map[int]struct{ keys, strays int }{
		// A list shows it, and the create is not sent again.
		1: {keys: 1}, 3: {keys: 1},
		// Too late for that: the other key is told.
		4: {keys: 2, strays: 1}, 5: {keys: 2, strays: 1},
	} {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{})
			client := s.admin()
			if _, err := client.APIKeys(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.fail(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultCommitLate, Requests: after})
			key, err := client.CreateAPIKey(t.Context(), readKey())
			if err != nil {
				t.Fatal(err)
			}
			if made := len(s.Keys()) - 1; made != want.keys || len(key.Strays) != want.strays || key.Secret != s.Secret(key.ID) {
				t.Errorf("%d keys, strays %v", made, key.Strays)
			}
		})
	}
}

// TestClient_lateKeys has several creates be carried out late, of one create of the run
// and of two in a row: whatever comes into being is known, named, or counted as open, and
// none is taken for another's.
func TestClient_lateKeys(t *testing.T) {
	t.Parallel()
	for _, creates := range []int{1, 2} {
		for times := 1; times <= 3; times++ {
			for after := 1; after <= 12; after++ {
				t.Run(fmt.Sprintf("%d creates, %d late by %d", creates, times, after), func(t *testing.T) {
					t.Parallel()
					s := start(t, gaiasim.Options{})
					client := s.admin()
					if _, err := client.APIKeys(t.Context()); err != nil {
						t.Fatal(err)
					}
					s.fail(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultCommitLate, Requests: after, Times: times})
					known, open := map[string]bool{gaiaapi.APIKeyID(s.AdminKey()): true}, 0
					for range creates {
						key, err := client.CreateAPIKey(t.Context(), readKey())
						if errors.Is(err, gaiaapi.ErrUncertain) {
							e := asError(t, err)
							for _, id := range e.Candidates {
								known[id] = true
							}
							if strings.Contains(e.Message, "may still come into being") {
								open += times
							}
							continue
						}
						if err != nil {
							t.Fatal(err)
						}
						if known[key.ID] || key.Secret != s.Secret(key.ID) {
							t.Errorf("%s is reported twice, or with another secret", key.ID)
						}
						known[key.ID] = true
						for _, id := range key.Strays {
							if known[id] {
								t.Errorf("%s is a stray, and known", id)
							}
							known[id] = true
						}
						open += key.Open
					}
					s.elapse(after)
					for _, key := range s.Keys() {
						if !known[key.ID] {
							open--
						}
					}
					if open < 0 {
						t.Errorf("nothing names %d keys of %d", -open, len(s.Keys())-1)
					}
				})
			}
		}
	}
}

// TestClient_openIsDoubted has a create be lost and carried out long after it was sent
// again: the key is counted, and not taken for the next create's.
func TestClient_openIsDoubted(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	client := s.admin()
	if _, err := client.APIKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.fail(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultCommitLate, Requests: 12})
	key, err := client.CreateAPIKey(t.Context(), readKey())
	if err != nil || key.Open != 1 || len(key.Strays) != 0 {
		t.Fatalf("got %+v, %v", key, err)
	}
	s.fail(unsent)
	late, err := client.CreateAPIKey(t.Context(), readKey())
	if !errors.Is(err, gaiaapi.ErrUncertain) || len(asError(t, err).Candidates) != 1 {
		t.Errorf("got %+v, %v", late, err)
	}
}

// TestClient_serverErrorThatDidNothing is followed by a warning at the most.
func TestClient_serverErrorThatDidNothing(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	client := s.admin()
	for range 3 {
		s.fail(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultStatus, Status: 503})
		key, err := client.CreateAPIKey(t.Context(), readKey())
		if err != nil || key.Open != 1 || len(key.Strays) != 0 {
			t.Fatalf("got %+v, %v", key, err)
		}
	}
	key, err := client.CreateAPIKey(t.Context(), readKey())
	if err != nil || key.Open != 0 || len(s.Keys()) != 5 {
		t.Errorf("%d keys, %+v, %v", len(s.Keys()), key, err)
	}
}

// elapse sends as many requests, and what is late comes.
func (s *service) elapse(requests int) {
	s.t.Helper()
	s.fail()
	for range requests + 1 {
		s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, keysPath, http.NoBody))
	}
}

// TestClient_serviceChangesConfig has the service keep a config in another form than it
// was asked for: the key is not taken for it, and not made again.
func TestClient_serviceChangesConfig(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]map[string]any{
		"other permissions": {"permissions": "write"},
		"no permissions":    {"permissions": nil},
		"no text":           {"permissions": 7},
		"another value":     {"a": 2},
		"one more":          {"b": 1},
		"one less":          {"a": nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *service
			s = start(t, gaiasim.Options{}, afterwards("POST", func() {
				keys := s.Keys()
				_ = s.ChangeKey(keys[len(keys)-1].ID, change)
			}))
			_, err := s.admin().CreateAPIKey(t.Context(), gaiaapi.NewAPIKey{Permissions: "read", Config: members(t, `{"a":1}`)})
			if !errors.Is(err, gaiaapi.ErrUncertain) || len(asError(t, err).Candidates) != 1 || len(s.Keys()) != 2 {
				t.Errorf("%d keys, %v", len(s.Keys())-1, err)
			}
		})
	}
}

func TestClient_severalCandidates(t *testing.T) {
	t.Parallel()
	// Somebody else makes a key at the same moment, the same or another.
	for _, permissions := range []string{"read", "write"} {
		var s *service
		s = start(t, gaiasim.Options{}, afterwards("POST", func() { s.AddKey(gaiasim.Key{Permissions: permissions}) }))
		_, err := s.admin().CreateAPIKey(t.Context(), readKey())
		if !errors.Is(err, gaiaapi.ErrUncertain) || len(asError(t, err).Candidates) != 2 {
			t.Errorf("got %v", err)
		}
	}
}

// TestClient_lateKeyBesideAnother has somebody else's key come into being before the one
// of a create that is carried out late: both are named.
func TestClient_lateKeyBesideAnother(t *testing.T) {
	t.Parallel()
	var s *service
	s = start(t, gaiasim.Options{}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				s.AddKey(gaiasim.Key{Permissions: "write"})
			}
			next.ServeHTTP(w, r)
		})
	})
	client := s.admin()
	if _, err := client.APIKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.fail(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultCommitLate, Requests: 3})
	_, err := client.CreateAPIKey(t.Context(), readKey())
	if !errors.Is(err, gaiaapi.ErrUncertain) || len(asError(t, err).Candidates) != 2 || len(s.Keys()) != 3 {
		t.Errorf("%d keys, %v", len(s.Keys()), err)
	}
}

// TestClient_siblingOfALostKey has a create end uncertain, and then one of the same
// config find a key: it may be the other's.
func TestClient_siblingOfALostKey(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	client := s.admin()
	if _, err := client.APIKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.fail(lost, listFails(503, 3))
	if _, err := client.CreateAPIKey(t.Context(), readKey()); !errors.Is(err, gaiaapi.ErrUncertain) {
		t.Fatalf("got %v", err)
	}
	s.fail(unsent)
	_, err := client.CreateAPIKey(t.Context(), readKey())
	if !errors.Is(err, gaiaapi.ErrUncertain) || len(asError(t, err).Candidates) != 1 {
		t.Errorf("got %v", err)
	}
}

// TestClient_answersThatProveNothing has creates be answered in ways that do not say what
// was made: the key is found and not made again.
func TestClient_answersThatProveNothing(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]struct {
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
					w.WriteHeader(answer.status)
					_, _ = io.WriteString(w, answer.body)
				})
			})
			key, err := s.admin().CreateAPIKey(t.Context(), readKey())
			if err != nil || len(s.Keys()) != 2 || key.Secret != s.Secret(key.ID) {
				t.Errorf("%d keys were made: %v", len(s.Keys())-1, err)
			}
		})
	}
}

// TestClient_errorsTellHowOftenItWasTried is about creates that the client sends
// again itself.
func TestClient_errorsTellHowOftenItWasTried(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	s.fail(always(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultStatus, Status: 503}))
	_, err := s.admin().CreateAPIKey(t.Context(), readKey())
	for _, want := range []string{"HTTP 503", "the list shows that no key was made", "(tried 3 times in "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
}
