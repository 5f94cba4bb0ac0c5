// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

var orders = []h2ogptesim.Order{h2ogptesim.OrderNewestFirst, h2ogptesim.OrderOldestFirst}

func TestClient_lookupsShareOneList(t *testing.T) {
	t.Parallel()
	for _, order := range orders {
		s := start(t, h2ogptesim.Options{Keys: 1049, Order: order})
		client := s.client()
		keys := s.Keys()
		at(len(keys), func(i int) {
			key, err := client.APIKey(t.Context(), keys[i].ID)
			if err != nil {
				t.Error(err)
				return
			}
			if key.ID != keys[i].ID || key.Name != keys[i].Name || key.Hint != keys[i].Hint {
				t.Errorf("asked for %s, got %s", keys[i].ID, key.ID)
			}
		})
		list, err := client.APIKeys(t.Context(), "", 0)
		if err != nil || len(list.Keys) != 1050 || list.Unreadable != 0 {
			t.Errorf("%d keys, %v", len(list.Keys), err)
		}
		// The pages overlap by one entry.
		s.wantsLists(11)
		// It is known where the list ends.
		if _, err := client.APIKey(t.Context(), "gone"); !errors.Is(err, h2ogpteapi.ErrNotFound) {
			t.Errorf("got %v", err)
		}
		s.wantsLists(11)
	}
}

func TestClient_keyIsReadAsListed(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]h2ogptesim.Options{
		"plain":            {},
		"null members":     {NullMembers: true},
		"local times":      {LocalTimes: true},
		"older":            {NoInactivityInterval: true},
		"hyphens":          {PathStyle: h2ogptesim.PathHyphens},
		"both paths":       {PathStyle: h2ogptesim.PathBoth},
		"few at once":      {MaxLimit: 2, Keys: 5},
		"oldest first":     {Order: h2ogptesim.OrderOldestFirst, Keys: 5},
		"expiry, inactive": {ExpiryDeactivates: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, options)
			created, expires := noon.Add(-time.Hour), noon.AddDate(0, 0, 30).Add(123456*time.Microsecond)
			want := h2ogpteapi.APIKey{
				UserName: "alice", Name: "one", Hint: "wxyz", CreatedAt: created, Active: true,
				ExpiresAt: &expires, InactivityIntervalDays: new(int64(7)), CollectionID: "c", CollectionName: "Papers",
			}
			if options.NoInactivityInterval {
				want.InactivityIntervalDays = nil
			}
			want.ID, _ = s.AddKey(h2ogptesim.Key{
				UserName: "alice", Name: "one", Hint: "wxyz", CreatedAt: created, ExpiresAt: &expires,
				InactivityIntervalDays: new(int64(7)), CollectionID: "c", CollectionName: "Papers",
			})
			plain := h2ogpteapi.APIKey{UserName: "bob", Name: "two", Hint: "abcd", CreatedAt: noon, Global: true}
			plain.ID, _ = s.AddKey(h2ogptesim.Key{UserName: "bob", Name: "two", Hint: "abcd", Inactive: true})
			client := s.client()
			for _, want := range []h2ogpteapi.APIKey{want, plain} {
				key, err := client.APIKey(t.Context(), want.ID)
				if err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(*key, want) {
					t.Errorf("got %+v, want %+v", *key, want)
				}
			}
		})
	}
}

func TestClient_pathsAreFoundOutOnce(t *testing.T) {
	t.Parallel()
	const hyphens = "/api/v1/admin/api-keys"
	for style, want := range map[h2ogptesim.PathStyle]struct{ underscored, hyphened int }{
		h2ogptesim.PathUnderscores: {3, 0}, h2ogptesim.PathHyphens: {1, 3}, h2ogptesim.PathBoth: {3, 0},
	} {
		s := start(t, h2ogptesim.Options{PathStyle: style})
		client := s.client()
		created, err := client.CreateAPIKey(t.Context(), s.newKey("a"))
		if err != nil {
			t.Fatal(err)
		}
		if err := list(t, client); err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{
			client.SetExpiry(t.Context(), created.ID, nil),
			client.SetInactivityInterval(t.Context(), created.ID, new(int64(7))),
			client.Deactivate(t.Context(), created.ID),
			client.DeleteAPIKey(t.Context(), created.ID),
		} {
			if err != nil {
				t.Error(err)
			}
		}
		// What was there before the create, and the list to its proven end.
		s.wants(want.underscored, "GET", keysPath)
		s.wants(want.hyphened, "GET", hyphens)
		if want.hyphened > 0 {
			s.wants(0, "POST", keysPath)
		}
	}
}

// Without a list before, a 404 may be about the path.
func TestClient_pathsAreFoundOutByACallAboutAKey(t *testing.T) {
	t.Parallel()
	for _, style := range []h2ogptesim.PathStyle{h2ogptesim.PathUnderscores, h2ogptesim.PathHyphens} {
		s := start(t, h2ogptesim.Options{PathStyle: style})
		id := s.key("a")
		if err := s.client().SetExpiry(t.Context(), id, new(int64(7))); err != nil {
			t.Error(err)
		}
		if err := s.client().DeleteAPIKey(t.Context(), id); err != nil || s.stored(id) != nil {
			t.Error(err)
		}
		if err := s.client().Deactivate(t.Context(), id); !errors.Is(err, h2ogpteapi.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
}

func TestClient_writeMakesListStale(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{Keys: 150})
	client := s.client()
	if err := list(t, client); err != nil {
		t.Fatal(err)
	}
	made, err := client.CreateAPIKey(t.Context(), s.newKey("a"))
	if err != nil {
		t.Fatal(err)
	}
	read := func(check func(*h2ogpteapi.APIKey, error) bool) {
		t.Helper()
		before := s.count("GET", keysPath)
		for range 2 {
			if key, err := client.APIKey(t.Context(), made.ID); !check(key, err) {
				t.Errorf("got %+v, %v", key, err)
			}
		}
		if got := s.count("GET", keysPath) - before; got != 2 {
			t.Errorf("%d pages, want 2", got)
		}
	}
	read(func(key *h2ogpteapi.APIKey, err error) bool { return err == nil && key.Name == "a" })
	if err := client.SetExpiry(t.Context(), made.ID, new(int64(7))); err != nil {
		t.Fatal(err)
	}
	read(func(key *h2ogpteapi.APIKey, err error) bool {
		return err == nil && key.ExpiresAt.Equal(noon.AddDate(0, 0, 7))
	})
	if err := client.Deactivate(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	read(func(key *h2ogpteapi.APIKey, err error) bool { return err == nil && !key.Active })
	if err := client.DeleteAPIKey(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	read(func(_ *h2ogpteapi.APIKey, err error) bool { return errors.Is(err, h2ogpteapi.ErrNotFound) })
}

func TestClient_readAfterWriteIsNotServedByOlderList(t *testing.T) {
	t.Parallel()
	made, release := make(chan struct{}), make(chan struct{})
	var lists atomic.Int32
	// The second list is made when it comes, and held until it is released.
	s := start(t, h2ogptesim.Options{Keys: 50}, around(
		func(r *http.Request) bool { return is(r, "GET", keysPath) && lists.Add(1) == 2 },
		func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			recorder := httptest.NewRecorder()
			next.ServeHTTP(recorder, r)
			close(made)
			<-release
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(recorder.Body.Bytes())
		}))
	old, other := s.key("old"), s.key("other")
	client := s.client()
	// What a create wants to know of before it, and then a stale list.
	if _, err := client.APIKey(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if err := client.DeleteAPIKey(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	early := make(chan error)
	go func() {
		_, err := client.APIKey(t.Context(), old)
		early <- err
	}()
	<-made
	key, err := client.CreateAPIKey(t.Context(), s.newKey("new"))
	if err != nil {
		t.Fatal(err)
	}
	if err := client.DeleteAPIKey(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	afterWrites := func() {
		t.Helper()
		if _, err := client.APIKey(t.Context(), key.ID); err != nil {
			t.Errorf("the new key: %v", err)
		}
		if _, err := client.APIKey(t.Context(), old); !errors.Is(err, h2ogpteapi.ErrNotFound) {
			t.Errorf("the deleted key: %v", err)
		}
	}
	afterWrites()
	close(release)
	if err := <-early; err != nil {
		t.Errorf("the early read: %v", err)
	}
	// The late answer takes nobody's place.
	afterWrites()
}

// TestClient_absenceIsProvenToTheEnd has a service give fewer keys than it is asked for:
// what is beyond its first page is not taken for gone.
func TestClient_absenceIsProvenToTheEnd(t *testing.T) {
	t.Parallel()
	for _, order := range orders {
		for _, most := range []int{0, 7, 50} {
			s := start(t, h2ogptesim.Options{Keys: 120, MaxLimit: most, Order: order})
			keys := s.Keys()
			client := s.client()
			for _, i := range []int{0, 60, 120} {
				if _, err := client.APIKey(t.Context(), keys[i].ID); err != nil {
					t.Errorf("at most %d: %v", most, err)
				}
			}
			if _, err := client.APIKey(t.Context(), "gone"); !errors.Is(err, h2ogpteapi.ErrNotFound) {
				t.Errorf("at most %d: got %v", most, err)
			}
			list, err := s.client().APIKeys(t.Context(), "", 0)
			if err != nil || len(list.Keys) != len(keys) {
				t.Errorf("at most %d: %d keys, %v", most, len(list.Keys), err)
			}
		}
	}
}

// requests is how many a list of so many entries takes, to its proven end.
func requests(entries, limit int) (n int) {
	for offset := 0; ; offset += limit - 1 {
		n++
		switch page := min(limit, entries-offset); {
		case page == limit:
		case n == 1 && page > 0:
			// Whether the service gives more at once is not known.
			return 2
		default:
			return n
		}
	}
}

func TestClient_filterAndPageSize(t *testing.T) {
	t.Parallel()
	for match, want := range map[h2ogptesim.FilterMatch]map[string]int{
		h2ogptesim.FilterExact:     {"": 31, "alice": 10, "ali": 0, "bob": 10},
		h2ogptesim.FilterSubstring: {"": 31, "alice": 10, "AL": 10, "b": 10},
		h2ogptesim.FilterIgnored:   {"": 31, "alice": 31, "nobody": 31},
	} {
		for filter, n := range want {
			for size, limit := range map[int]int{2: 2, 10: 10, 31: 31, 0: 100} {
				s := start(t, h2ogptesim.Options{Keys: 30, FilterMatch: match})
				client := s.client()
				for range 2 {
					list, err := client.APIKeys(t.Context(), filter, size)
					if err != nil || len(list.Keys) != n {
						t.Errorf("%q by %d: %d keys, want %d: %v", filter, size, len(list.Keys), n, err)
					}
				}
				// The second time it is there already.
				s.wantsLists(requests(n, limit))
				for _, entry := range s.Journal() {
					query, err := url.ParseQuery(entry.Query)
					if err != nil || query.Get("limit") != fmt.Sprint(limit) || query.Get("filter") != filter {
						t.Errorf("asked for %s", entry.Query)
					}
				}
			}
		}
	}
}

// TestClient_keysMoveWhileTheyAreRead has keys made and deleted between the pages: none
// is lost, none comes twice.
func TestClient_keysMoveWhileTheyAreRead(t *testing.T) {
	t.Parallel()
	for _, order := range orders {
		for name, change := range map[string]func(*service, int){
			"made":             func(s *service, request int) { s.key(fmt.Sprint("new-", request)) },
			"first is deleted": func(s *service, _ int) { s.DeleteKey(s.Keys()[1].ID) },
			"last is deleted":  func(s *service, _ int) { s.DeleteKey(s.Keys()[len(s.Keys())-1].ID) },
			"both": func(s *service, request int) {
				s.key(fmt.Sprint("new-", request))
				s.DeleteKey(s.Keys()[1].ID)
			},
		} {
			t.Run(fmt.Sprint(name, order), func(t *testing.T) {
				t.Parallel()
				var s *service
				var requests atomic.Int32
				s = start(t, h2ogptesim.Options{Keys: 450, Order: order}, around(
					func(r *http.Request) bool { return is(r, "GET", keysPath) },
					func(w http.ResponseWriter, r *http.Request, next http.Handler) {
						if n := requests.Add(1); 2 <= n && n <= 5 {
							change(s, int(n))
						}
						next.ServeHTTP(w, r)
					}))
				before := s.Keys()
				got, err := s.client().APIKeys(t.Context(), "", 0)
				if err != nil {
					t.Fatal(err)
				}
				listed := map[string]bool{}
				for _, key := range got.Keys {
					if listed[key.ID] {
						t.Errorf("%s comes twice", key.Name)
					}
					listed[key.ID] = true
				}
				for _, key := range before {
					if s.Secret(key.ID) != "" && !listed[key.ID] {
						t.Errorf("%s is lost", key.Name)
					}
				}
			})
		}
	}
}

// A list that never stands still proves nothing.
func TestClient_keysThatMoveForEver(t *testing.T) {
	t.Parallel()
	var s *service
	s = start(t, h2ogptesim.Options{Keys: 200}, around(
		func(r *http.Request) bool { return is(r, "GET", keysPath) },
		func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			keys := s.Keys()
			s.DeleteKey(keys[len(keys)-1].ID)
			next.ServeHTTP(w, r)
		}))
	_, err := s.client().APIKey(t.Context(), "gone")
	if e := asError(t, err); errors.Is(err, h2ogpteapi.ErrNotFound) || e.Message != "the list changed while it was read, 4 times: entries may be missing" {
		t.Errorf("got %v", err)
	}
	// Each time the second page shows it.
	s.wantsLists(8)
}

// A page that fails makes the list fail, whichever it is.
func TestClient_pageThatFailsProvesNothing(t *testing.T) {
	t.Parallel()
	for _, fault := range []simulation.Fault{
		{Kind: simulation.FaultStatus, Status: 500},
		{Kind: simulation.FaultStatus, Status: 404},
		{Kind: simulation.FaultHTML, Status: 200},
		{Kind: simulation.FaultEmpty},
		{Kind: simulation.FaultTruncate},
		{Kind: simulation.FaultOverrun},
	} {
		for failing := range int32(3) {
			t.Run(fmt.Sprint(fault.Kind, fault.Status, failing), func(t *testing.T) {
				t.Parallel()
				var s *service
				var requests atomic.Int32
				s = start(t, h2ogptesim.Options{Keys: 250}, around(
					func(r *http.Request) bool { return is(r, "GET", keysPath) && requests.Add(1) == failing+1 },
					func(w http.ResponseWriter, r *http.Request, next http.Handler) {
						fault := fault
						fault.Path = keysPath
						s.fail(always(fault))
						next.ServeHTTP(w, r)
					}))
				client := s.client()
				_, err := client.APIKey(t.Context(), "gone")
				if err == nil || errors.Is(err, h2ogpteapi.ErrNotFound) {
					t.Errorf("got %v", err)
				}
				if _, err := client.CreateAPIKey(t.Context(), s.newKey("a")); err == nil || s.count("POST", keysPath) != 0 {
					t.Errorf("a key was made though it is not known what is there: %v", err)
				}
			})
		}
	}
}

func TestClient_failedListFailsOnceForAll(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	s.fail(simulation.Fault{Path: keysPath, Kind: simulation.FaultStatus, Status: http.StatusInternalServerError, Times: 3})
	now := &clock{now: noon}
	client := connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: s.AdminKey(), Now: now.Now})
	at(10, func(int) {
		_, err := client.APIKey(t.Context(), "a")
		if e := asError(t, err); e.Status != http.StatusInternalServerError || e.Attempts != 3 {
			t.Errorf("got %v", err)
		}
	})
	s.wantsLists(3)
	// A create asks again, when the failure is old.
	if _, err := client.CreateAPIKey(t.Context(), s.newKey("a")); err == nil {
		t.Error("a key was made though it is not known what is there")
	}
	now.advance(time.Minute)
	if _, err := client.CreateAPIKey(t.Context(), s.newKey("a")); err != nil {
		t.Fatal(err)
	}
	if err := list(t, client); err != nil {
		t.Errorf("after a write: %v", err)
	}
}

func TestClient_oddEntryOfAnotherKeyStopsNothing(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	s.fail(always(listAnswer(`[{"id":"odd","name":"a\u001b[2J"},{"id":"odder","name":7},{"id":"1","name":"a"}]`)),
		// What is not sent again: see TestClient_createIsNeverRepeatedBlindly.
		always(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultStatus, Status: 200}))
	client := s.client()
	if _, err := client.APIKey(t.Context(), "gone"); !errors.Is(err, h2ogpteapi.ErrNotFound) {
		t.Errorf("a key that is gone: %v", err)
	}
	if _, err := client.CreateAPIKey(t.Context(), s.newKey("a")); errors.Is(err, h2ogpteapi.ErrUncertain) {
		t.Errorf("a create: %v", err)
	}
	for _, id := range []string{"odd", "odder"} {
		if _, err := client.APIKey(t.Context(), id); !errors.Is(err, h2ogpteapi.ErrForeign) {
			t.Errorf("the odd entry: %v", err)
		}
	}
}

func TestClient_unreadableEntryHidesNoOtherAndProvesNothing(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	s.fail(always(listAnswer(`[{"id":"1","name":"a"},{"id":["2"]},null,{"name":"no id"},{"id":"3"}]`)))
	client := s.client()
	for _, id := range []string{"1", "3"} {
		if _, err := client.APIKey(t.Context(), id); err != nil {
			t.Errorf("key %s: %v", id, err)
		}
	}
	_, err := client.APIKey(t.Context(), "2")
	if e := asError(t, err); errors.Is(err, h2ogpteapi.ErrNotFound) || !e.Foreign() {
		t.Errorf("got %v", err)
	}
	list, err := client.APIKeys(t.Context(), "", 0)
	if err != nil || len(list.Keys) != 2 || list.Unreadable != 3 {
		t.Errorf("got %+v, %v", list, err)
	}
}

func TestClient_timeIsTheServices(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	own := &clock{now: noon.AddDate(7, 0, 0)}
	client := connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: s.AdminKey(), Now: own.Now})
	if got := client.LastKnownTime(); !got.Equal(own.Now()) {
		t.Errorf("before any answer it is %s, want this machine's %s", got, own.Now())
	}
	s.wantsLists(0)
	if got := client.Now(t.Context()); !got.Equal(noon) {
		t.Errorf("it is %s, want the service's %s", got, noon)
	}
	s.wantsLists(1)
	own.advance(time.Hour)
	if got, want := client.Now(t.Context()), noon.Add(time.Hour); !got.Equal(want) {
		t.Errorf("an hour later it is %s, want %s", got, want)
	}
	s.wantsLists(1)
}

func TestClient_mayBeOwn(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	s.key("other")
	client := s.client()
	list, err := client.APIKeys(t.Context(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list.Keys {
		if key := &list.Keys[i]; client.MayBeOwn(key) != (s.Secret(key.ID) == s.AdminKey()) {
			t.Errorf("%s: %t", key.Name, client.MayBeOwn(key))
		}
	}
	for _, own := range []string{s.AdminKey(), s.AdminKey() + "\n"} {
		client := connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: own})
		if !client.IsOwnSecret(s.AdminKey()) || client.IsOwnSecret("sk-other") || client.IsOwnSecret("") {
			t.Errorf("the own secret %q is not told from others", own)
		}
	}
	if connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: "abc"}).MayBeOwn(&h2ogpteapi.APIKey{Hint: "xabc"}) {
		t.Error("a key that is too short to be one is told")
	}
}
