// SPDX-License-Identifier: MPL-2.0

package h2ogptesim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

// fill adds the keys a to e. The keys a, b and c belong to alice, d and e to bob.
func fill(s *service) {
	for i, name := range []string{"a", "b", "c", "d", "e"} {
		s.AddKey(h2ogptesim.Key{Name: name, UserName: []string{"alice", "bob"}[i/3]})
	}
}

func TestList_pages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		options     h2ogptesim.Options
		query, want string
	}{
		{query: "", want: "e d c b a simulator"},
		{options: h2ogptesim.Options{Order: h2ogptesim.OrderOldestFirst}, query: "", want: "simulator a b c d e"},
		{query: "?limit=2", want: "e d"},
		{query: "?offset=2&limit=2", want: "c b"},
		{query: "?offset=5&limit=2", want: "simulator"},
		{query: "?offset=6", want: ""},
		{query: "?offset=1000", want: ""},
		{query: "?limit=0", want: ""},
		{query: "?limit=1000000", want: "e d c b a simulator"},
		{options: h2ogptesim.Options{MaxLimit: 2}, query: "?limit=100", want: "e d"},
		{options: h2ogptesim.Options{MaxLimit: 2}, query: "?limit=1", want: "e"},
		{options: h2ogptesim.Options{MaxLimit: 2}, query: "?offset=3", want: "b a"},
		{query: "?filter=alice", want: "c b a"},
		{query: "?filter=alice&offset=1&limit=1", want: "b"},
		{query: "?filter=", want: "e d c b a simulator"},
		{query: "?filter=ali", want: ""},
		{query: "?filter=Alice", want: ""},
		{options: h2ogptesim.Options{FilterMatch: h2ogptesim.FilterSubstring}, query: "?filter=B", want: "e d"},
		{options: h2ogptesim.Options{FilterMatch: h2ogptesim.FilterSubstring}, query: "?filter=nobody", want: ""},
		{options: h2ogptesim.Options{FilterMatch: h2ogptesim.FilterIgnored}, query: "?filter=nobody&limit=1", want: "e"},
	} {
		t.Run(fmt.Sprintf("%s %+v", test.query, test.options), func(t *testing.T) {
			t.Parallel()
			s := serve(t, test.options)
			fill(s)
			if got := s.names(test.query); got != test.want {
				t.Errorf("listed %q, want %q", got, test.want)
			}
		})
	}
}

func TestList_empty(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{Users: []h2ogptesim.User{}})
	s.Request("GET", keysPath+"?offset=7", "").WantBody(200, "[]")
	s.Request("GET", usersPath, "").WantBody(200, "[]")
}

func TestList_invalidQuery(t *testing.T) {
	t.Parallel()
	for _, path := range []string{keysPath, usersPath} {
		s := serve(t, h2ogptesim.Options{})
		for query, message := range map[string]string{
			"?limit=-1": "limit must be", "?limit=ten": "limit must be", "?limit=1.5": "limit must be", "?limit=": "limit must be",
			"?limit=1&limit=2": "limit must be", "?offset=-1": "offset must be", "?offset=0x1": "offset must be",
			"?page=2": "unknown query parameter: page", "?Limit=2": "unknown query parameter: Limit",
		} {
			s.refuses(s.Request("GET", path+query, ""), 400, message)
		}
	}
	s := serve(t, h2ogptesim.Options{})
	s.refuses(s.Request("GET", usersPath+"?filter=alice", ""), 400, "unknown query parameter: filter")
}

func TestList_options(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options h2ogptesim.Options
		key     h2ogptesim.Key
		member  string
		want    any // nil if the member is omitted
	}{
		"no expiry":          {member: "expires_at"},
		"an expiry":          {key: h2ogptesim.Key{ExpiresAt: &simulationtest.Noon}, member: "expires_at", want: "2026-11-21T12:00:00.000000Z"},
		"a local expiry":     {options: h2ogptesim.Options{LocalTimes: true}, key: h2ogptesim.Key{ExpiresAt: &simulationtest.Noon}, member: "expires_at", want: "2026-11-21T12:00:00.000000"},
		"a local time":       {options: h2ogptesim.Options{LocalTimes: true}, member: "created_at", want: "2026-11-21T12:00:00.000000"},
		"no interval":        {member: "inactivity_interval"},
		"an interval":        {key: h2ogptesim.Key{InactivityIntervalDays: new(int64(7))}, member: "inactivity_interval", want: float64(7)},
		"no collection":      {member: "collection_id"},
		"a global key":       {member: "is_global_key", want: true},
		"a collection's key": {key: h2ogptesim.Key{CollectionID: collection}, member: "is_global_key", want: false},
		"a collection":       {key: h2ogptesim.Key{CollectionID: collection}, member: "collection_name", want: "Collection 0a1b2c3d"},
		"a named collection": {key: h2ogptesim.Key{CollectionID: "c", CollectionName: "Papers"}, member: "collection_name", want: "Papers"},
		"no calls":           {member: "total_calls"},
		"calls":              {options: h2ogptesim.Options{TotalCalls: true}, member: "total_calls", want: float64(0)},
		"active":             {member: "is_active", want: true},
		"inactive":           {key: h2ogptesim.Key{Inactive: true}, member: "is_active", want: false},
		"expired":            {key: h2ogptesim.Key{ExpiresAt: &simulationtest.Noon}, member: "is_active", want: true},
		"expired, inactive":  {options: h2ogptesim.Options{ExpiryDeactivates: true}, key: h2ogptesim.Key{ExpiresAt: &simulationtest.Noon}, member: "is_active", want: false},
		"not expired yet": {
			options: h2ogptesim.Options{ExpiryDeactivates: true}, key: h2ogptesim.Key{ExpiresAt: new(simulationtest.Noon.Add(1))}, member: "is_active", want: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, null := range []bool{false, true} {
				test.options.NullMembers = null
				s := serve(t, test.options)
				id, _ := s.AddKey(test.key)
				entry := s.list("?limit=1")[0]
				got, listed := entry[test.member]
				if entry["id"] != id || got != test.want || listed != (null || test.want != nil) {
					t.Errorf("null %t: listed %v, want %v", null, entry, test.want)
				}
			}
		})
	}
}

func TestUsers_pages(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	s.AddUser(h2ogptesim.User{UserName: "carol"})
	for query, want := range map[string]string{
		"": "admin alice bob carol", "?limit=2": "admin alice", "?offset=1&limit=2": "alice bob", "?offset=4": "",
	} {
		var users []map[string]any
		s.Request("GET", usersPath+query, "").Decode(200, &users)
		var names []string
		for _, user := range users {
			if id, _ := user["id"].(string); id == "" || len(user) != 3 {
				t.Errorf("got %v", user)
			}
			names = append(names, fmt.Sprint(user["username"]))
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
}

func TestSeededKeys(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{Keys: 30})
	seen := map[string]int{}
	for _, key := range s.Keys()[1:] {
		seen[key.UserName]++
		for what, has := range map[string]bool{
			"inactive": key.Inactive, "expiring": key.ExpiresAt != nil, "of a collection": key.CollectionID != "",
		} {
			if has {
				seen[what]++
			}
		}
	}
	if got, want := fmt.Sprint(seen), "map[admin:10 alice:10 bob:10 expiring:15 inactive:3 of a collection:10]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	none := h2ogptesim.New(h2ogptesim.Options{Keys: 3, Users: []h2ogptesim.User{}})
	for _, key := range none.Keys() {
		if key.UserName != "admin" {
			t.Errorf("got %+v without users", key)
		}
	}
}

// Keys expire by the simulated clock.
func TestExpiredKeys(t *testing.T) {
	t.Parallel()
	for deactivates := range map[bool]bool{false: true, true: true} {
		s := serve(t, h2ogptesim.Options{ExpiryDeactivates: deactivates})
		made := s.create(map[string]any{"user_id": s.userID("admin"), "expires_in": "30 minutes"})
		id := fmt.Sprint(made.APIKey["id"])
		s.SetClock(simulationtest.Noon.Add(29 * time.Minute))
		s.RequestAs("Bearer "+made.SecretKey, "GET", keysPath, "").Want(200)
		s.SetClock(simulationtest.Noon.Add(30 * time.Minute))
		s.refuses(s.RequestAs("Bearer "+made.SecretKey, "GET", keysPath, ""), 401, "expired")
		if got := s.list("?limit=1")[0]["is_active"]; got != !deactivates {
			t.Errorf("deactivates %t: active %v", deactivates, got)
		}
		renewed := s.Request("PATCH", keysPath+"/expire/"+id, `{"expires_in":"1 days"}`)
		if deactivates {
			s.refuses(renewed, 409, "not active")
			continue
		}
		renewed.WantBody(204, "")
		s.RequestAs("Bearer "+made.SecretKey, "GET", keysPath, "").Want(200)
	}
}
