// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"context"
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
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// TestClient_createIsSentOnce has responses that are none: what was created is deleted
// again, since its secret is lost, and what cannot be found may have been created.
func TestClient_createIsSentOnce(t *testing.T) {
	t.Parallel()
	status := func(status int) simulation.Fault {
		return simulation.Fault{Kind: simulation.FaultStatus, Status: status}
	}
	for name, test := range map[string]struct {
		fault simulation.Fault
		// outcome is ErrUndone, ErrUncertain, or nil for a refusal.
		outcome error
		check   func(error) bool
	}{
		"400":                    {fault: status(400)},
		"500":                    {fault: status(500), outcome: h2ogpteapi.ErrUncertain},
		"400 of a proxy":         {fault: simulation.Fault{Kind: simulation.FaultHTML, Status: 400}, outcome: h2ogpteapi.ErrUncertain, check: isForeign},
		"redirect":               {fault: simulation.Fault{Kind: simulation.FaultRedirect, Location: "https://elsewhere.example/"}, outcome: h2ogpteapi.ErrUncertain, check: isForeign},
		"200 without a key":      {fault: status(200), outcome: h2ogpteapi.ErrUncertain, check: isForeign},
		"206":                    {fault: status(206), outcome: h2ogpteapi.ErrUncertain, check: isForeign},
		"nothing":                {fault: simulation.Fault{Kind: simulation.FaultEmpty}, outcome: h2ogpteapi.ErrUncertain, check: isForeign},
		"connection lost before": {fault: simulation.Fault{Kind: simulation.FaultDropBefore}, outcome: h2ogpteapi.ErrUncertain, check: isUnanswered},
		"connection lost after":  {fault: lost, outcome: h2ogpteapi.ErrUndone, check: isUnanswered},
		"half a response":        {fault: simulation.Fault{Kind: simulation.FaultOverrun}, outcome: h2ogpteapi.ErrUndone, check: isForeign},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{})
			test.fault.Method, test.fault.Path = "POST", keysPath
			s.fail(always(test.fault))
			_, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
			wantOutcome(t, err, test.outcome)
			if test.outcome != nil {
				err = errors.Unwrap(err)
			}
			switch {
			case test.check != nil && !test.check(err):
				t.Errorf("got %v", err)
			case test.check == nil && asError(t, err).Status != test.fault.Status:
				t.Errorf("got %v, want status %d", err, test.fault.Status)
			}
			s.wantsCreated(0)
		})
	}
}

// lost makes the response of a create get lost after the key was created.
var lost = simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultDropAfterCommit}

// wantOutcome checks what the error says of a create: ErrUndone, ErrUncertain with so
// many candidates, or nil for neither.
func wantOutcome(t *testing.T, err, outcome error, candidates ...string) {
	t.Helper()
	e := asError(t, err)
	if e.Op != "create h2oGPTe API key" || errors.Is(err, h2ogpteapi.ErrUndone) != errors.Is(outcome, h2ogpteapi.ErrUndone) ||
		errors.Is(err, h2ogpteapi.ErrUncertain) != errors.Is(outcome, h2ogpteapi.ErrUncertain) || !slices.Equal(e.Candidates, candidates) {
		t.Errorf("got %v with the candidates %v, want %v with %v", err, e.Candidates, outcome, candidates)
	}
}

// wantsCreated checks that one create left so many keys.
func (s *service) wantsCreated(keys int) {
	s.t.Helper()
	if creates, made := len(s.creates()), len(s.made()); creates != 1 || made != keys {
		s.t.Errorf("%d creates left %d keys, want 1 and %d", creates, made, keys)
	}
}

func isForeign(err error) bool { return errors.Is(err, h2ogpteapi.ErrForeign) }

func isUnanswered(err error) bool {
	e, ok := errors.AsType[*transport.Error](err)
	return ok && !e.NotDone && e.Attempts == 1
}

// A response that contradicts itself, or lacks the secret, proves nothing.
func TestClient_failureThatMadeTheKey(t *testing.T) {
	t.Parallel()
	for body, status := range map[string]int{
		`{"code":500,"message":"broken"}`: 400, `{"code":200,"message":"fine"}`: 400,
		`{"api_key":{"id":"1"}}`: 201, `{"secret_key":"sk-0123456789"}`: 201,
	} {
		s := start(t, h2ogptesim.Options{}, around(isCreate, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			next.ServeHTTP(httptest.NewRecorder(), r)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
		_, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
		wantOutcome(t, err, h2ogpteapi.ErrUndone)
		if strings.Contains(err.Error(), "sk-0") {
			t.Errorf("it tells a secret: %v", err)
		}
		s.wantsCreated(0)
	}
}

// TestClient_lostKeyAmongOthers deletes the key of a create whose response was lost, and
// none that was there before.
func TestClient_lostKeyAmongOthers(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]h2ogptesim.Options{
		"many": {Keys: 250}, "many, oldest first": {Keys: 250, Order: h2ogptesim.OrderOldestFirst},
		"few at once": {Keys: 20, MaxLimit: 5}, "null members": {NullMembers: true, LocalTimes: true},
		"no key is refused": {DeleteUnknownStatus: 500}, "site's expiry": {MaxExpiryDays: 90},
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
			before := s.made()
			s.fail(lost)
			_, err := s.client().CreateAPIKey(t.Context(), k)
			wantOutcome(t, err, h2ogpteapi.ErrUndone)
			s.wantsCreated(len(before))
			for _, key := range before {
				if s.stored(key.ID) == nil {
					t.Errorf("the key %s of somebody else was deleted", key.Name)
				}
			}
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
		s.fail(lost)
		_, err := client.CreateAPIKey(t.Context(), s.newKey("a"))
		wantOutcome(t, err, h2ogpteapi.ErrUndone)
		s.wantsCreated(0)
	}
}

// TestClient_keyOfAnotherIsLeftAlone has somebody else create the same key after the
// baseline, and seconds before a create whose response is lost.
func TestClient_keyOfAnotherIsLeftAlone(t *testing.T) {
	t.Parallel()
	for kind, outcome := range map[string]error{
		simulation.FaultDropBefore: h2ogpteapi.ErrUncertain, simulation.FaultDropAfterCommit: h2ogpteapi.ErrUndone,
	} {
		s := start(t, h2ogptesim.Options{})
		client := s.client()
		if err := list(t, client); err != nil {
			t.Fatal(err)
		}
		k := s.newKey("a")
		other := s.alike(k, 10*time.Second)
		s.fail(simulation.Fault{Method: "POST", Path: keysPath, Kind: kind})
		_, err := client.CreateAPIKey(t.Context(), k)
		wantOutcome(t, err, outcome)
		s.wantsCreated(1)
		if s.stored(other) == nil {
			t.Errorf("%s: the other key was deleted", kind)
		}
	}
}

// TestClient_whatIsEqual has lists show a key in another form than it was asked for. Where
// it may be somebody else's it is not deleted, but named.
func TestClient_whatIsEqual(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*h2ogptesim.Key)
		// asked is the name of the user that it was asked for.
		asked string
		equal bool
	}{
		"trimmed name":             {change: func(key *h2ogptesim.Key) { key.Name = "a" }, asked: "alice"},
		"name in capital":          {change: func(key *h2ogptesim.Key) { key.Name = " A" }, asked: "alice"},
		"user in capital":          {change: func(key *h2ogptesim.Key) { key.UserName = "ALICE" }, asked: "alice"},
		"no user":                  {change: func(key *h2ogptesim.Key) { key.UserName = "" }, asked: "alice"},
		"a collection":             {change: func(key *h2ogptesim.Key) { key.CollectionID = "c" }, asked: "alice"},
		"no expiry":                {change: func(key *h2ogptesim.Key) { key.ExpiresAt = nil }, asked: "alice"},
		"another expiry":           {change: func(key *h2ogptesim.Key) { *key.ExpiresAt = key.ExpiresAt.Add(2 * time.Minute) }, asked: "alice"},
		"no interval":              {change: func(key *h2ogptesim.Key) { key.InactivityIntervalDays = nil }, asked: "alice"},
		"another interval":         {change: func(key *h2ogptesim.Key) { *key.InactivityIntervalDays++ }, asked: "alice"},
		"it is inactive":           {change: func(key *h2ogptesim.Key) { key.Inactive = true }, asked: "alice"},
		"no time of its own":       {change: func(key *h2ogptesim.Key) { key.CreatedAt = time.Time{} }, asked: "alice"},
		"no user, asked for none":  {change: func(key *h2ogptesim.Key) { key.UserName = "" }},
		"hint":                     {change: func(key *h2ogptesim.Key) { key.Hint = "****" }, asked: "alice", equal: true},
		"expiry, a moment later":   {change: func(key *h2ogptesim.Key) { key.ExpiresAt = new(key.ExpiresAt.Add(time.Second)) }, asked: "alice", equal: true},
		"created, a moment later":  {change: func(key *h2ogptesim.Key) { key.CreatedAt = key.CreatedAt.Add(time.Second) }, asked: "alice", equal: true},
		"created, a moment before": {change: func(key *h2ogptesim.Key) { key.CreatedAt = key.CreatedAt.Add(-time.Second) }, asked: "alice", equal: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *service
			s = start(t, h2ogptesim.Options{}, around(isCreate, func(_ http.ResponseWriter, r *http.Request, next http.Handler) {
				next.ServeHTTP(httptest.NewRecorder(), r)
				s.ChangeKey(s.made()[0].ID, test.change)
				panic(http.ErrAbortHandler)
			}))
			k := s.newKey(" a")
			k.UserName, k.InactivityIntervalDays = test.asked, new(int64(7))
			_, err := s.client().CreateAPIKey(t.Context(), k)
			if test.equal {
				wantOutcome(t, err, h2ogpteapi.ErrUndone)
				s.wantsCreated(0)
				return
			}
			s.wantsCreated(1)
			wantOutcome(t, err, h2ogpteapi.ErrUncertain, s.made()[0].ID)
			if !asError(t, err).SentAt.Equal(noon) || strings.Contains(fmt.Sprintf("%v %+v", err, err), s.Secret(s.made()[0].ID)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestClient_interruptedCreate cancels the context while a create is under way.
func TestClient_interruptedCreate(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]bool{"answered": false, "lost": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			s := start(t, h2ogptesim.Options{}, around(isCreate, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				interrupt()
				next.ServeHTTP(w, r)
			}))
			if lose {
				s.fail(lost)
			}
			client := s.client()
			key, err := client.CreateAPIKey(ctx, s.newKey("a"))
			if lose {
				wantOutcome(t, err, h2ogpteapi.ErrUncertain)
			} else if err != nil || key.Secret != s.Secret(key.ID) {
				t.Fatalf("got %v", err)
			}
			if _, err := client.CreateAPIKey(ctx, s.newKey("b")); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v after the interrupt", err)
			}
			s.wantsCreated(1)
			s.wantsLists(1)
		})
	}
}
