// SPDX-License-Identifier: MPL-2.0

package h2ogptesim_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	id, _ := s.AddKey(h2ogptesim.Key{Name: "a"})
	path := keysPath + "/expire/" + id
	for _, test := range []struct {
		fault  simulation.Fault
		status int
		body   string
	}{
		{simulation.Fault{Path: keysPath + "/expire/{key_id}", Kind: simulation.FaultStatus, Status: 503}, 503, `{"code":503,"message":"Service Unavailable"}`},
		{simulation.Fault{Path: path, Kind: simulation.FaultStatus, Status: 404}, 404, `{"code":404,"message":"Not Found"}`},
		{simulation.Fault{Method: "PATCH", Kind: simulation.FaultStatus, Status: 204}, 204, ""},
		// This success does not have the documented form.
		{simulation.Fault{Method: "PATCH", Kind: simulation.FaultStatus, Status: 200}, 200, `{"code":200,"message":"OK"}`},
		{simulation.Fault{Kind: simulation.FaultCommitLate}, 502, `{"code":502,"message":"Bad Gateway"}`},
		{simulation.Fault{Kind: simulation.FaultExpireToken}, 204, ""},
	} {
		if err := s.SetFaults([]simulation.Fault{test.fault}); err != nil {
			t.Fatal(err)
		}
		if got := s.Request("PATCH", path, `{"expires_in":"1 days"}`); got.Status != test.status || got.Body != test.body {
			t.Errorf("%+v: got %d %s", test.fault, got.Status, got.Body)
		}
		if len(s.Faults()) != 0 {
			t.Errorf("%+v: faults are left: %+v", test.fault, s.Faults())
		}
	}
}

func TestKeysAreChangedOutsideTheAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	id, secret := s.AddKey(h2ogptesim.Key{Name: "a", UserName: "alice", ExpiresAt: &simulationtest.Noon})
	s.Control(204, "PATCH", "keys/"+id, `{"name":"b","username":"bob","is_active":false,"expires_at":"2027-01-01T01:00:00+01:00",`+
		`"inactivity_interval":7,"hint":"wxyz","created_at":"2026-01-01T00:00:00Z","collection_id":"c","collection_name":"Papers"}`)
	newYear := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	got := *s.stored(id)
	if !got.ExpiresAt.Equal(newYear) {
		t.Errorf("the key expires at %s", got.ExpiresAt)
	}
	got.ExpiresAt = &newYear
	want := h2ogptesim.Key{
		ID: id, Name: "b", UserName: "bob", Hint: "wxyz", CreatedAt: newYear.AddDate(-1, 0, 0), Inactive: true, ExpiresAt: &newYear,
		InactivityIntervalDays: new(int64(7)), CollectionID: "c", CollectionName: "Papers",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for body, message := range map[string]string{
		`{"name":"c","colour":"red"}`: "colour", `{"id":"x"}`: "id", `{"secret_key":"x"}`: "secret_key", `{"name":"c","username":1}`: "username",
		`{"name":"c","expires_at":"soon"}`: "expires_at", `{"inactivity_interval":"7"}`: "inactivity_interval",
	} {
		s.Control(400, "PATCH", "keys/"+id, body, message)
	}
	if got := s.stored(id); got.Name != "b" || got.ExpiresAt == nil {
		t.Error("an invalid change changed the key")
	}
	s.Control(204, "PATCH", "keys/"+id, `{"expires_at":null,"inactivity_interval":null,"is_active":true}`)
	if got := s.stored(id); got.ExpiresAt != nil || got.InactivityIntervalDays != nil || got.Inactive || got.Name != "b" || s.Secret(id) != secret {
		t.Errorf("got %+v", got)
	}
	s.DeleteKey(id)
	if s.ChangeKey(id, func(*h2ogptesim.Key) {}) || s.DeleteKey(id) {
		t.Error("a deleted key was changed or deleted")
	}
}

func TestAddUser(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	s.Control(204, "POST", "users", `{"id":"7","username":"carol","email":"carol@example.com"}`)
	s.Control(204, "POST", "users", `{"username":"dave"}`)
	users := s.Users()
	if len(users) != 5 || users[3] != (h2ogptesim.User{ID: "7", UserName: "carol", Email: "carol@example.com"}) || users[4].ID == "" {
		t.Errorf("got %+v", users)
	}
	for body, status := range map[string]int{
		`{"username":"carol"}`: 409, `{"id":"7","username":"erin"}`: 409, `{"email":"x"}`: 400, `{"name":"x"}`: 400, `nonsense`: 400,
	} {
		s.Control(status, "POST", "users", body)
	}
	s.Request("GET", "/_sim/users", "").Want(200, `{"id":"7","username":"carol","email":"carol@example.com"},{`)
	if made := s.create(map[string]any{"user_id": "7"}); made.APIKey["username"] != "carol" {
		t.Errorf("created %v", made.APIKey)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	simulationtest.CheckKeys(t, func(t *testing.T, options simulation.Options) simulationtest.Subject {
		t.Helper()
		s := serve(t, h2ogptesim.Options{Options: options})
		return simulationtest.Subject{
			Client: s.Client,
			Create: func() (id, secret string) {
				made := s.create(nil)
				return fmt.Sprint(made.APIKey["id"]), made.SecretKey
			},
			Listed: func() (ids []string) {
				for _, entry := range s.list("") {
					ids = append(ids, fmt.Sprint(entry["id"]))
				}
				return ids
			},
			Delete: func(id, _ string) simulationtest.Response { return s.Request("DELETE", keysPath+"/"+id, "") },
		}
	})
}
