// SPDX-License-Identifier: MPL-2.0

package h2ogptesim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

const collection = "0a1b2c3d-0d51-4c2c-9a55-0a3f6d1e7a01"

func TestCreate(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{Options: simulation.Options{Now: func() time.Time { return simulationtest.Noon.Add(123456789) }}})
	made := s.create(map[string]any{
		"user_id": s.userID("admin"), "name": "CI", "collection_id": collection, "expires_in": "30 days", "inactivity_interval": 7,
	})
	if !strings.HasPrefix(made.SecretKey, "sk-") || len(made.SecretKey) != 51 {
		t.Errorf("the secret has %d characters", len(made.SecretKey))
	}
	id, _ := made.APIKey["id"].(string)
	want := map[string]any{
		"id": id, "username": "admin", "name": "CI", "hint": made.SecretKey[47:], "created_at": "2026-11-21T12:00:00.123456Z",
		"is_active": true, "is_global_key": false, "expires_at": "2026-12-21T12:00:00.123456Z", "inactivity_interval": float64(7),
		"collection_id": collection, "collection_name": "Collection 0a1b2c3d",
	}
	if id == "" || fmt.Sprint(made.APIKey) != fmt.Sprint(want) {
		t.Errorf("created %v, want %v", made.APIKey, want)
	}
	entries := s.list("")
	if len(entries) != 2 || fmt.Sprint(entries[0]) != fmt.Sprint(want) {
		t.Errorf("listed %v, want %v", entries, want)
	}
	if s.Secret(id) != made.SecretKey {
		t.Error("the secrets of the response and the key differ")
	}
	s.RequestAs("Bearer "+made.SecretKey, "GET", keysPath, "").Want(200)
}

func TestCreate_defaultsAndEqualNames(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	made := s.create(nil).APIKey
	want := map[string]any{
		"id": made["id"], "username": "alice", "name": fmt.Sprint("API key ", made["hint"]), "hint": made["hint"],
		"created_at": "2026-11-21T12:00:00.000000Z", "is_active": true, "is_global_key": true,
	}
	if fmt.Sprint(made) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", made, want)
	}
	first, second := s.create(map[string]any{"name": "same"}), s.create(map[string]any{"name": "same"})
	if first.SecretKey == second.SecretKey || first.APIKey["id"] == second.APIKey["id"] || !strings.HasPrefix(s.names(""), "same same ") {
		t.Errorf("listed %q", s.names(""))
	}
}

func TestCreate_units(t *testing.T) {
	t.Parallel()
	for interval, want := range map[string]string{
		"30 minutes": "2026-11-21T12:30:00", "1 minute": "2026-11-21T12:01:00", "36 hours": "2026-11-23T00:00:00",
		"1 day": "2026-11-22T12:00:00", "1 days": "2026-11-22T12:00:00", "30 days": "2026-12-21T12:00:00",
		"2 weeks": "2026-12-05T12:00:00", "3 months": "2027-02-21T12:00:00", "1 year": "2027-11-21T12:00:00",
	} {
		s := serve(t, h2ogptesim.Options{})
		made := s.create(map[string]any{"expires_in": interval})
		if got := made.APIKey["expires_at"]; got != want+".000000Z" {
			t.Errorf("%s: got %v, want %s", interval, got, want)
		}
	}
}

func TestCreate_invalid(t *testing.T) {
	t.Parallel()
	const interval, days = "expires_in must be an interval", "inactivity_interval must be an integer from 1"
	for _, test := range []struct {
		member  string
		value   any
		status  int
		message string
	}{
		{"user_id", "", 400, "user_id is missing"},
		{"user_id", "nobody", 404, "User not found"},
		{"user_id", "alice", 404, "User not found"}, // A username is not accepted as an id.
		{"name", 7, 400, "name must be a string"},
		{"collection_id", "papers", 404, "Collection not found"},
		{"collection_id", "", 404, "Collection not found"},
		{"expires_in", "99999999 days", 400, interval},
		{"expires_in", "8000 years", 400, interval},
		{"expires_in", "30", 400, interval},
		{"expires_in", "", 400, interval},
		{"expires_in", "0 days", 400, interval},
		{"expires_in", "-1 days", 400, interval},
		{"expires_in", " 1 days", 400, interval},
		{"expires_in", "2027-01-01", 400, interval},
		{"expires_in", "30 seconds", 400, interval},
		{"inactivity_interval", "7", 400, days},
		{"inactivity_interval", 0, 400, days},
		{"inactivity_interval", 0.5, 400, days},
		{"username", "alice", 400, "unknown member: username"},
	} {
		t.Run(fmt.Sprint(test.member, "=", test.value), func(t *testing.T) {
			t.Parallel()
			s := serve(t, h2ogptesim.Options{})
			s.refuses(s.Request("POST", keysPath, s.object(map[string]any{test.member: test.value})), test.status, test.message)
			if len(s.Keys()) != 1 {
				t.Error("a key was created")
			}
		})
	}
	s := serve(t, h2ogptesim.Options{})
	s.refuses(s.Request("POST", keysPath, `{"name":`), 400, "the body must be a JSON object")
	s.refuses(s.Request("POST", keysPath, `{"name":"a"}`), 400, "user_id is missing")
}

func TestMaxExpiryDays(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{MaxExpiryDays: 30})
	const atMost = "2026-12-21T12:00:00.000000Z"
	for _, members := range []map[string]any{nil, {"expires_in": "30 days"}} {
		if got := s.create(members).APIKey["expires_at"]; got != atMost {
			t.Errorf("%v: the key expires at %v", members, got)
		}
	}
	for _, interval := range []string{"31 days", "2 months"} {
		s.refuses(s.Request("POST", keysPath, s.object(map[string]any{"expires_in": interval})), 400, "must not exceed 30 days")
	}
	id := s.Keys()[1].ID
	s.refuses(s.Request("PATCH", keysPath+"/expire/"+id, `{"expires_in":"31 days"}`), 400, "must not exceed 30 days")
	s.refuses(s.Request("PATCH", keysPath+"/expire/"+id, `{}`), 400, "keys have to expire here")
	s.Request("PATCH", keysPath+"/expire/"+id, `{"expires_in":"1 week"}`).WantBody(204, "")
}

func TestNoInactivityInterval(t *testing.T) {
	t.Parallel()
	for refuse, status := range map[bool]int{false: 201, true: 400} {
		s := serve(t, h2ogptesim.Options{NoInactivityInterval: true, RefuseUnknownMembers: refuse, NullMembers: true})
		part := map[bool]string{true: "unknown member: inactivity_interval"}[refuse]
		s.Request("POST", keysPath, s.object(map[string]any{"inactivity_interval": 7})).Want(status, part)
		s.refuses(s.Request("POST", keysPath, s.object(map[string]any{"colour": "red"})), 400, "unknown member: colour")
		s.refuses(s.Request("PATCH", keysPath+"/inactivity_interval/"+s.Keys()[0].ID, `{"inactivity_interval":7}`), 404, "Cannot PATCH")
		for _, entry := range s.list("") {
			if _, listed := entry["inactivity_interval"]; listed {
				t.Errorf("listed %v", entry)
			}
		}
	}
}

func TestErrorOptions(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{UnknownUserStatus: 409, ErrorTypes: true})
	s.Request("POST", keysPath, `{"user_id":"nobody"}`).WantBody(409, `{"code":409,"message":"User not found","error_type":"ConflictError"}`)
}
