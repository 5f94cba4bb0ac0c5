// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

var orders = []h2ogptesim.Order{h2ogptesim.OrderNewestFirst, h2ogptesim.OrderOldestFirst}

func TestClient_keyIsReadAsListed(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]h2ogptesim.Options{
		"plain":            {},
		"null members":     {NullMembers: true},
		"local times":      {LocalTimes: true},
		"older":            {NoInactivityInterval: true},
		"hyphens":          {PathStyle: h2ogptesim.PathHyphens},
		"both paths":       {PathStyle: h2ogptesim.PathBoth},
		"small pages":      {MaxLimit: 2, Keys: 5},
		"oldest first":     {Order: h2ogptesim.OrderOldestFirst, Keys: 5},
		"expiry, inactive": {ExpiryDeactivates: true},
		"1.7":              {InactivityDeactivates: true, TotalCalls: true, ErrorTypes: true},
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
				key, err := client.APIKey(t.Context(), want.ID, time.Time{})
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

func TestClient_pathIsDetectedOnce(t *testing.T) {
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
		must(t, list(t, client))
		for _, err := range []error{
			client.SetExpiry(t.Context(), created.ID, time.Time{}, nil),
			client.SetInactivityInterval(t.Context(), created.ID, time.Time{}, new(int64(7))),
			client.Deactivate(t.Context(), created.ID, time.Time{}),
			client.DeleteAPIKey(t.Context(), created.ID, time.Time{}),
		} {
			if err != nil {
				t.Error(err)
			}
		}
		// The client requests one list before the create, and two pages of the complete list after it.
		s.Wants(want.underscored, "GET", keysPath)
		s.Wants(want.hyphened, "GET", hyphens)
		if want.hyphened > 0 {
			s.Wants(0, "POST", keysPath)
		}
	}
}

// Before the first list, the cause of a 404 can be the wrong spelling of the path.
func TestClient_pathIsDetectedByAChange(t *testing.T) {
	t.Parallel()
	for _, style := range []h2ogptesim.PathStyle{h2ogptesim.PathUnderscores, h2ogptesim.PathHyphens} {
		s := start(t, h2ogptesim.Options{PathStyle: style})
		id := s.key("a")
		must(t, s.client().SetExpiry(t.Context(), id, time.Time{}, new(int64(7))))
		if err := s.client().DeleteAPIKey(t.Context(), id, time.Time{}); err != nil || s.stored(id) != nil {
			t.Error(err)
		}
		wantErr(t, s.client().Deactivate(t.Context(), id, time.Time{}), h2ogpteapi.ErrNotFound)
	}
}

// The list does not show a recently created key yet. The client does not report the key as deleted.
func TestClient_listThatLagsBehindACreate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := start(t, h2ogptesim.Options{})
		id := s.key("a")
		client := connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: s.AdminKey(), Now: time.Now})
		lags := listResponse(`[]`)
		lags.Times = 2
		s.Fail(lags, simulation.Fault{Method: "POST", Path: deactivatePath, Kind: simulation.FaultDropAfterCommit, Times: 3})
		if err := client.Deactivate(t.Context(), id, noon); err != nil || !s.stored(id).Inactive {
			t.Errorf("deactivated: %t, %v", s.stored(id).Inactive, err)
		}
		s.Fail(lags, simulation.Fault{Method: "DELETE", Path: keyPath, Kind: simulation.FaultStatus, Status: 503})
		if err := client.DeleteAPIKey(t.Context(), id, noon); err != nil || s.stored(id) != nil {
			t.Errorf("deleted: %t, %v", s.stored(id) == nil, err)
		}
		s.Wants(2, "DELETE", keyPath)
	})
}

// TestClient_absenceIsProvenByAllPages uses a service that returns fewer keys than requested. The client does not report
// the keys after the first page as deleted.
func TestClient_absenceIsProvenByAllPages(t *testing.T) {
	t.Parallel()
	for _, order := range orders {
		for _, most := range []int{0, 50} {
			s := start(t, h2ogptesim.Options{Keys: 120, MaxLimit: most, Order: order})
			keys := s.Keys()
			client := s.client()
			for _, i := range []int{0, 60, 120} {
				if _, err := client.APIKey(t.Context(), keys[i].ID, time.Time{}); err != nil {
					t.Errorf("at most %d: %v", most, err)
				}
			}
			if _, err := client.APIKey(t.Context(), "missing", time.Time{}); !errors.Is(err, h2ogpteapi.ErrNotFound) {
				t.Errorf("at most %d: got %v", most, err)
			}
			list, err := s.client().APIKeys(t.Context(), "", 0)
			if err != nil || len(list.Items) != len(keys) {
				t.Errorf("at most %d: %d keys, %v", most, len(list.Items), err)
			}
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
			for size, limit := range map[int]int{10: 10, 31: 31, 0: 100} {
				s := start(t, h2ogptesim.Options{Keys: 30, FilterMatch: match})
				client := s.client()
				list, err := client.APIKeys(t.Context(), filter, size)
				if err != nil || len(list.Items) != n {
					t.Errorf("%q by %d: %d keys, want %d: %v", filter, size, len(list.Items), n, err)
				}
				for _, entry := range s.Journal() {
					query, err := url.ParseQuery(entry.Query)
					if err != nil || query.Get("limit") != fmt.Sprint(limit) || query.Get("filter") != filter {
						t.Errorf("got query %s", entry.Query)
					}
				}
			}
		}
	}
}

// A list that changes between two pages is read again, so that no key is missing.
func TestClient_listChangesWhileItIsRead(t *testing.T) {
	t.Parallel()
	var s *service
	var requests atomic.Int32
	s = start(t, h2ogptesim.Options{Keys: 250, Order: h2ogptesim.OrderOldestFirst}, clienttest.Before(on("GET", keysPath), func() {
		if requests.Add(1) == 2 {
			s.DeleteKey(s.Keys()[1].ID)
		}
	}))
	got, err := s.client().APIKeys(t.Context(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	listed := clienttest.IDs(got.Items, func(key h2ogpteapi.APIKey) string { return key.ID })
	stored := clienttest.IDs(s.Keys(), func(key h2ogptesim.Key) string { return key.ID })
	if slices.Sort(listed); !slices.Equal(listed, slices.Sorted(slices.Values(stored))) {
		t.Errorf("%d keys are listed, %d stored", len(listed), len(stored))
	}
	// The second page shows the change. Then the client reads all three pages again.
	s.wantsLists(5)
}

// If the list changes during every read, the client does not conclude that a missing key was deleted.
func TestClient_listChangesWheneverItIsRead(t *testing.T) {
	t.Parallel()
	var s *service
	s = start(t, h2ogptesim.Options{Keys: 200}, clienttest.Before(on("GET", keysPath), func() {
		keys := s.Keys()
		s.DeleteKey(keys[len(keys)-1].ID)
	}))
	_, err := s.client().APIKey(t.Context(), "missing", time.Time{})
	if e := asError(t, err); errors.Is(err, h2ogpteapi.ErrNotFound) || e.Message != "the list changed while it was read, in each of 4 attempts, so entries may be missing" {
		t.Errorf("got %v", err)
	}
	// The second page of each read shows the change.
	s.wantsLists(8)
}

// If any page fails, the list fails.
func TestClient_pageThatFailsProvesNothing(t *testing.T) {
	t.Parallel()
	for _, fault := range []simulation.Fault{
		clienttest.Status(500, ""), clienttest.Status(404, ""),
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
				s = start(t, h2ogptesim.Options{Keys: 250}, clienttest.Before(on("GET", keysPath), func() {
					if requests.Add(1) == failing+1 {
						s.Fail(always(clienttest.Of("GET", keysPath, fault)))
					}
				}))
				if _, err := s.client().APIKey(t.Context(), "missing", time.Time{}); err == nil || errors.Is(err, h2ogpteapi.ErrNotFound) {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

func TestClient_time(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	own := clienttest.NewClock(noon.AddDate(7, 0, 0))
	client := connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: s.AdminKey(), Now: own.Now})
	clienttest.Time(t, s.Server, own, client.Now, client.LastKnownTime)
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
	for i := range list.Items {
		if key := &list.Items[i]; client.MayBeOwn(key) != (s.Secret(key.ID) == s.AdminKey()) {
			t.Errorf("%s: %t", key.Name, client.MayBeOwn(key))
		}
	}
	for _, own := range []string{s.AdminKey(), s.AdminKey() + "\n"} {
		client := connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: own})
		if !client.IsOwnSecret(s.AdminKey()) || client.IsOwnSecret("sk-other") || client.IsOwnSecret("") {
			t.Errorf("IsOwnSecret is wrong for a client with the key %q", own)
		}
	}
	if connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: "abc"}).MayBeOwn(&h2ogpteapi.APIKey{Active: true, Hint: "xabc"}) {
		t.Error("a client with a key that is too short may own a key")
	}
	// No client can log in with an inactive key.
	if key := (&h2ogpteapi.APIKey{Hint: s.AdminKey()[len(s.AdminKey())-4:]}); client.MayBeOwn(key) {
		t.Error("an inactive key may be the client's own")
	}
}

// BenchmarkWalk_read measures a refresh of 1,000 keys. The refresh reads the pages of the list, and looks up each key.
func BenchmarkWalk_read(b *testing.B) {
	simulator := h2ogptesim.New(h2ogptesim.Options{Keys: 1_000})
	endpoint, keys := clienttest.ServeTCP(b, simulator).JoinPath("api/v1"), simulator.Keys()
	b.ReportAllocs()
	for b.Loop() {
		client := h2ogpteapi.New(
			h2ogpteapi.Config{Endpoint: endpoint, APIKey: simulator.AdminKey(), Now: time.Now},
			transport.New(transport.Options{RequestTimeout: time.Minute}))
		for i := range keys {
			if _, err := client.APIKey(b.Context(), keys[i].ID, time.Time{}); err != nil {
				b.Fatal(err)
			}
		}
	}
}
