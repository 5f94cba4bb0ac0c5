// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// creates are the body members of the create requests that came, in order.
func (s *service) creates() (all []string) {
	for _, entry := range s.Journal() {
		if entry.Method == http.MethodPost && entry.Path == keysPath {
			all = append(all, strings.Join(entry.Members, " "))
		}
	}
	return all
}

func TestClient_createdKeyIsComplete(t *testing.T) {
	t.Parallel()
	const collection = "0a1b2c3d-0d51-4c2c-9a55-0a3f6d1e7a01"
	for name, test := range map[string]struct {
		change  func(*h2ogpteapi.NewAPIKey)
		options h2ogptesim.Options
		members string
	}{
		"plain":   {members: "expires_in name user_id"},
		"forms":   {options: h2ogptesim.Options{NullMembers: true, LocalTimes: true}, members: "expires_in name user_id"},
		"eternal": {change: func(k *h2ogpteapi.NewAPIKey) { k.ExpiresInDays = nil }, members: "name user_id"},
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
			if key.Secret == "" || key.Secret != s.Secret(key.ID) || len(key.Strays) != 0 {
				t.Errorf("the secret is not the key's, or there are strays: %v", key.Strays)
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
				t.Errorf("it expires at %v", key.ExpiresAt)
			}
			// The list has nothing to add.
			if got := s.creates(); len(got) != 1 || got[0] != test.members {
				t.Errorf("got creates with %q", got)
			}
			s.wantsLists(1)
			listed, err := client.APIKey(t.Context(), key.ID)
			if err != nil || !reflect.DeepEqual(*listed, key.APIKey) {
				t.Errorf("created %+v, listed %+v, %v", key.APIKey, listed, err)
			}
		})
	}
}

func TestClient_createsShareOneList(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	client := s.client()
	at(50, func(i int) {
		k := s.newKey(fmt.Sprint(i % 40))
		user, err := client.UserByName(t.Context(), []string{"alice", "bob"}[i%2])
		if err != nil {
			t.Error(err)
			return
		}
		k.UserID, k.UserName = user.ID, user.UserName
		key, err := client.CreateAPIKey(t.Context(), k)
		if err != nil || key.Secret != s.Secret(key.ID) || key.UserName != user.UserName {
			t.Errorf("got %v", err)
		}
	})
	if got := len(s.made()); got != 50 {
		t.Errorf("%d keys", got)
	}
	s.wants(1, "GET", usersPath)
	s.wantsLists(1)
	s.wants(50, "POST", keysPath)
}

func TestClient_differentKeysAreMadeSideBySide(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*service, *h2ogpteapi.NewAPIKey){
		"another name":       func(_ *service, k *h2ogpteapi.NewAPIKey) { k.Name = "b" },
		"another user":       func(s *service, k *h2ogpteapi.NewAPIKey) { k.UserID, k.UserName = s.userID("bob"), "bob" },
		"another collection": func(_ *service, k *h2ogpteapi.NewAPIKey) { k.CollectionID = "0a1b2c3d-0d51-4c2c-9a55-0a3f6d1e7a01" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var under atomic.Int32
			both := make(chan struct{})
			s := start(t, h2ogptesim.Options{}, around(isCreate, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				// Neither is answered before both are there.
				if under.Add(1) == 2 {
					close(both)
				}
				<-both
				next.ServeHTTP(w, r)
			}))
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

func TestClient_alikeKeysAreMadeOneAfterTheOther(t *testing.T) {
	t.Parallel()
	var under, most atomic.Int32
	s := start(t, h2ogptesim.Options{}, around(isCreate, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		most.Store(max(most.Load(), under.Add(1)))
		next.ServeHTTP(w, r)
		under.Add(-1)
	}))
	client := s.client()
	at(10, func(int) {
		if key, err := client.CreateAPIKey(t.Context(), s.newKey("same")); err != nil || len(key.Strays) != 0 {
			t.Errorf("got %v", err)
		}
	})
	if most.Load() != 1 || len(s.made()) != 10 {
		t.Errorf("%d at a time, %d keys", most.Load(), len(s.made()))
	}
}

func TestClient_refusalsAreShownAsTheyAre(t *testing.T) {
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
		"unknown user, refused otherwise": {
			options: h2ogptesim.Options{UnknownUserStatus: 400, ErrorTypes: true},
			change:  func(k *h2ogpteapi.NewAPIKey) { k.UserID = "nobody" },
			status:  400, code: "BadRequestError", message: "User not found",
		},
		"the site's longest expiry": {
			options: h2ogptesim.Options{MaxExpiryDays: 7},
			change:  func(*h2ogpteapi.NewAPIKey) {},
			status:  400, message: "expires_in must not exceed 7 days (global_api_key_expiry_days)",
		},
		"unknown collection": {
			change: func(k *h2ogpteapi.NewAPIKey) { k.CollectionID = "papers" },
			status: 404, message: "Collection not found",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, test.options)
			k := s.newKey("a")
			test.change(&k)
			_, err := s.client().CreateAPIKey(t.Context(), k)
			e := asError(t, err)
			if e.Op != "create h2oGPTe API key" || e.Status != test.status || e.Code != test.code || e.Message != test.message || e.Foreign() {
				t.Errorf("got %v", err)
			}
			if len(s.creates()) != 1 || len(s.made()) != 0 {
				t.Errorf("%d creates made %d keys", len(s.creates()), len(s.made()))
			}
		})
	}
}

func TestClient_credentialsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	past := noon.AddDate(0, 0, -1)
	_, ofAlice := s.AddKey(h2ogptesim.Key{UserName: "alice"})
	_, expired := s.AddKey(h2ogptesim.Key{UserName: "admin", ExpiresAt: &past})
	_, inactive := s.AddKey(h2ogptesim.Key{UserName: "admin", Inactive: true})
	for name, key := range map[string]string{"unknown": "sk-unknown", "alice's": ofAlice, "expired": expired, "inactive": inactive} {
		client := connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: key})
		for _, err := range []error{
			list(t, client), client.Deactivate(t.Context(), "1"), client.DeleteAPIKey(t.Context(), "1"),
			func() error { _, err := client.CreateAPIKey(t.Context(), s.newKey("a")); return err }(),
			func() error { _, err := client.Users(t.Context()); return err }(),
		} {
			if e := asError(t, err); !e.CredentialsRefused() || e.Status != 401 {
				t.Errorf("%s: got %v", name, err)
			}
		}
	}
}

// TestClient_createIsNeverRepeatedBlindly has the fault for ever: what was made is
// deleted again, what was refused is not sent again, and what may pass is sent again only
// after the list showed that nothing was made.
func TestClient_createIsNeverRepeatedBlindly(t *testing.T) {
	t.Parallel()
	status := func(status int) simulation.Fault {
		return simulation.Fault{Kind: simulation.FaultStatus, Status: status}
	}
	for name, test := range map[string]struct {
		fault simulation.Fault
		sent  int
		// silent says that nothing tells whether what was sent before the last is carried
		// out later.
		silent bool
		check  func(error) bool
	}{
		"400":             {fault: status(400), sent: 1},
		"401":             {fault: status(401), sent: 1},
		"403":             {fault: status(403), sent: 1},
		"404":             {fault: status(404), sent: 1},
		"409":             {fault: status(409), sent: 1},
		"500":             {fault: status(500), sent: 3, silent: true},
		"501":             {fault: status(501), sent: 3, silent: true},
		"502":             {fault: status(502), sent: 3, silent: true},
		"503":             {fault: status(503), sent: 3, silent: true},
		"504":             {fault: status(504), sent: 3, silent: true},
		"page of a proxy": {fault: simulation.Fault{Kind: simulation.FaultHTML}, sent: 3, silent: true, check: isForeign},
		// A proxy's 400 is none of the service's.
		"400 of a proxy":         {fault: simulation.Fault{Kind: simulation.FaultHTML, Status: 400}, sent: 1, check: isForeign},
		"redirect":               {fault: simulation.Fault{Kind: simulation.FaultRedirect, Location: "https://elsewhere.example/"}, sent: 1, check: isForeign},
		"connection lost before": {fault: simulation.Fault{Kind: simulation.FaultDropBefore}, sent: 3, silent: true, check: isUnanswered},
		"connection lost after":  {fault: simulation.Fault{Kind: simulation.FaultDropAfterCommit}, sent: 3, check: isUnanswered},
		"answer cut":             {fault: simulation.Fault{Kind: simulation.FaultTruncate}, sent: 3, check: isUnanswered},
		"half an answer":         {fault: simulation.Fault{Kind: simulation.FaultOverrun}, sent: 3, check: isForeign},
		"200 without a key":      {fault: status(200), sent: 1, check: isForeign},
		"201 without a key":      {fault: status(201), sent: 1, check: isForeign},
		"204":                    {fault: status(204), sent: 1, check: isForeign},
		"nothing":                {fault: simulation.Fault{Kind: simulation.FaultEmpty}, sent: 1, check: isForeign},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{})
			test.fault.Method, test.fault.Path = "POST", keysPath
			s.fail(always(test.fault))
			_, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
			if errors.Is(err, h2ogpteapi.ErrUncertain) != test.silent {
				t.Errorf("got %v", err)
			}
			if test.silent {
				err = asError(t, err).Err
			}
			switch {
			case test.check != nil && !test.check(err):
				t.Errorf("got %v", err)
			case test.check == nil && asError(t, err).Status != test.fault.Status:
				t.Errorf("got %v, want status %d", err, test.fault.Status)
			}
			if got := s.creates(); len(got) != test.sent {
				t.Errorf("%d creates, want %d", len(got), test.sent)
			}
			if got := len(s.made()); got != 0 {
				t.Errorf("%d keys are left behind", got)
			}
		})
	}
}

func isForeign(err error) bool { return errors.Is(err, h2ogpteapi.ErrForeign) }

func isUnanswered(err error) bool {
	e, ok := errors.AsType[*transport.Error](err)
	return ok && !e.NotDone && e.Attempts == 1
}

func TestClient_createThatCameTooFastIsSentAgain(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	s.fail(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultStatus, Status: http.StatusTooManyRequests, Times: 2})
	if _, err := s.client().CreateAPIKey(t.Context(), s.newKey("a")); err != nil {
		t.Fatal(err)
	}
	if got := len(s.creates()); got != 3 || len(s.made()) != 1 {
		t.Errorf("%d creates, want 2 refused and 1 that is not; %d keys", got, len(s.made()))
	}
	s.wantsLists(1)
}

// TestClient_unknownInactivityInterval has an older service ignore or refuse the
// interval: no key is left behind.
func TestClient_unknownInactivityInterval(t *testing.T) {
	t.Parallel()
	for refuse, text := range map[bool]string{false: "the key was deleted again", true: "unknown member: inactivity_interval"} {
		s := start(t, h2ogptesim.Options{NoInactivityInterval: true, RefuseUnknownMembers: refuse})
		k := s.newKey("a")
		k.InactivityIntervalDays = new(int64(7))
		client := s.client()
		_, err := client.CreateAPIKey(t.Context(), k)
		if !errors.Is(err, h2ogpteapi.ErrUnsupported) || errors.Is(err, h2ogpteapi.ErrUncertain) || !strings.Contains(asError(t, err).Message, text) {
			t.Errorf("got %v", err)
		}
		if len(s.creates()) != 1 || len(s.made()) != 0 {
			t.Errorf("%d creates left %d keys", len(s.creates()), len(s.made()))
		}
		k.InactivityIntervalDays = nil
		if _, err := client.CreateAPIKey(t.Context(), k); err != nil {
			t.Error(err)
		}
	}
}

// A key that was made without the interval and cannot be deleted is named.
func TestClient_unknownInactivityIntervalAndNoDelete(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{NoInactivityInterval: true})
	s.fail(always(simulation.Fault{Method: "DELETE", Kind: simulation.FaultStatus, Status: 409}))
	k := s.newKey("a")
	k.InactivityIntervalDays = new(int64(7))
	_, err := s.client().CreateAPIKey(t.Context(), k)
	made := s.made()
	if !errors.Is(err, h2ogpteapi.ErrUnsupported) || !errors.Is(err, h2ogpteapi.ErrUncertain) || len(made) != 1 {
		t.Fatalf("%d keys, %v", len(made), err)
	}
	if e := asError(t, err); len(e.Candidates) != 1 || e.Candidates[0] != made[0].ID {
		t.Errorf("it names %v", e.Candidates)
	}
}

// A key that was made is kept, whatever else its answer holds.
func TestClient_oddAnswerToACreate(t *testing.T) {
	t.Parallel()
	const secret = "sk-anotherform"
	s := start(t, h2ogptesim.Options{}, around(isCreate, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"secret_key":"`+secret+`","api_key":{"id":"7","created_at":"now"}}`)
	}))
	k := s.newKey("a")
	k.InactivityIntervalDays = new(int64(7))
	key, err := s.client().CreateAPIKey(t.Context(), k)
	if err != nil || key.ID != "7" || key.Secret != secret || key.Name != "a" || !key.Active {
		t.Errorf("got %+v, %v", key, err)
	}
}

// TestClient_interruptedCreateIsBroughtToItsEnd cancels the context while the service is
// at it.
func TestClient_interruptedCreateIsBroughtToItsEnd(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]bool{"answered": false, "lost": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			s := start(t, h2ogptesim.Options{}, around(isCreate, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				interrupt()
				if lose {
					next.ServeHTTP(httptest.NewRecorder(), r)
					panic(http.ErrAbortHandler)
				}
				next.ServeHTTP(w, r)
			}))
			client := s.client()
			key, err := client.CreateAPIKey(ctx, s.newKey("a"))
			if lose {
				// What it made is deleted, and nothing else is begun.
				if err == nil || errors.Is(err, h2ogpteapi.ErrUncertain) || len(s.made()) != 0 || len(s.creates()) != 1 {
					t.Errorf("%d creates left %d keys: %v", len(s.creates()), len(s.made()), err)
				}
			} else if err != nil || key.Secret != s.Secret(key.ID) {
				t.Fatalf("got %v", err)
			}
			if _, err := client.CreateAPIKey(ctx, s.newKey("b")); !errors.Is(err, context.Canceled) || len(s.creates()) != 1 {
				t.Errorf("another create was begun after the interrupt: %v", err)
			}
		})
	}
}

// TestClient_interruptEndsPauses interrupts a create that is answered that it comes too
// fast: nothing was made, and nothing is waited for.
func TestClient_interruptEndsPauses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		defer interrupt()
		s := start(t, h2ogptesim.Options{}, around(isCreate, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			next.ServeHTTP(w, r)
			interrupt()
		}))
		s.fail(always(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultStatus, Status: http.StatusTooManyRequests, RetryAfter: "60"}))
		began := time.Now()
		_, err := s.client().CreateAPIKey(ctx, s.newKey("a"))
		if err == nil || errors.Is(err, h2ogpteapi.ErrUncertain) || len(s.creates()) != 1 {
			t.Errorf("%d creates, %v", len(s.creates()), err)
		}
		if took := time.Since(began); took >= time.Second {
			t.Errorf("it took %s", took)
		}
	})
}
