// SPDX-License-Identifier: MPL-2.0

package h2ogptesim_test

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestJournalTellsRequestsAndNoValues(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{PathStyle: h2ogptesim.PathBoth})
	id, _ := s.create(map[string]any{"name": "a", "expires_in": "1 days"}).APIKey["id"].(string)
	s.list("?offset=0&limit=100")
	s.ask("PATCH", keysPath+"/expire/"+id, `{"expires_in":"1 days"}`)
	s.ask("PATCH", "/api/v1/admin/api-keys/inactivity_interval/"+id, `{"inactivity_interval":1}`)
	s.ask("POST", keysPath+"/deactivate/"+id, "")
	s.ask("DELETE", keysPath+"/"+id, "")
	s.ask("DELETE", keysPath+"/"+id, "")
	s.ask("GET", usersPath, "")
	s.ask("GET", "/_sim/keys", "")
	want := `[{"seq":1,"method":"POST","path":"/api/v1/admin/api_keys","query":"","status":201,"members":["expires_in","name","user_id"]},` +
		`{"seq":2,"method":"GET","path":"/api/v1/admin/api_keys","query":"offset=0\u0026limit=100","status":200,"members":[]},` +
		`{"seq":3,"method":"PATCH","path":"/api/v1/admin/api_keys/expire/{key_id}","query":"","status":204,"members":["expires_in"]},` +
		`{"seq":4,"method":"PATCH","path":"/api/v1/admin/api-keys/inactivity_interval/{key_id}","query":"","status":204,"members":["inactivity_interval"]},` +
		`{"seq":5,"method":"POST","path":"/api/v1/admin/api_keys/deactivate/{key_id}","query":"","status":204,"members":[]},` +
		`{"seq":6,"method":"DELETE","path":"/api/v1/admin/api_keys/{key_id}","query":"","status":204,"members":[]},` +
		`{"seq":7,"method":"DELETE","path":"/api/v1/admin/api_keys/{key_id}","query":"","status":404,"members":[]},` +
		`{"seq":8,"method":"GET","path":"/api/v1/users","query":"","status":200,"members":[]}]`
	if got := s.ask("GET", "/_sim/journal", ""); strings.TrimSpace(got.body) != want {
		t.Errorf("got  %s\nwant %s", got.body, want)
	}
}

func TestFaultsAreInTheServicesForm(t *testing.T) {
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
		// No success, but none of the documented form.
		{simulation.Fault{Method: "PATCH", Kind: simulation.FaultStatus, Status: 200}, 200, `{"code":200,"message":"OK"}`},
		{simulation.Fault{Kind: simulation.FaultCommitLate}, 502, `{"code":502,"message":"Bad Gateway"}`},
		{simulation.Fault{Kind: simulation.FaultExpireToken}, 204, ""},
	} {
		if err := s.SetFaults([]simulation.Fault{test.fault}); err != nil {
			t.Fatal(err)
		}
		if got := s.ask("PATCH", path, `{"expires_in":"1 days"}`); got.status != test.status || got.body != test.body {
			t.Errorf("%+v: got %d %s", test.fault, got.status, got.body)
		}
		if len(s.Faults()) != 0 {
			t.Errorf("left are %+v", s.Faults())
		}
	}
}

func TestTooManyRequestsAreRefusedInTheServicesForm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, h2ogptesim.Options{RequestsPerSecond: 0.001, RetryAfter: simulation.RetryAfterSeconds})
		s.list("")
		got := s.ask("GET", keysPath, "")
		s.refuses(got, 429, "Too many requests")
		if got.header.Get("Retry-After") != "1000" {
			t.Errorf("Retry-After is %q", got.header.Get("Retry-After"))
		}
	})
}

func TestLatencyComesBeforeEveryAPIAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := h2ogptesim.New(h2ogptesim.Options{Latency: time.Minute})
		for path, want := range map[string]time.Duration{keysPath: time.Minute, "/nowhere": time.Minute, "/_sim/keys": 0} {
			began := time.Now()
			s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), "GET", path, nil))
			if took := time.Since(began); took != want {
				t.Errorf("%s took %s, want %s", path, took, want)
			}
		}
	})
}

func TestControlListsKeys(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	s.AddKey(h2ogptesim.Key{Name: "old", UserName: "bob", Inactive: true, CreatedAt: noon.AddDate(-1, 0, 0)})
	keys := s.entries(s.ask("GET", "/_sim/keys", ""))
	if len(keys) != 2 || keys[1]["name"] != "old" || keys[1]["username"] != "bob" || keys[1]["is_active"] != false ||
		keys[1]["created_at"] != "2025-11-21T12:00:00.000000Z" {
		t.Errorf("got %v", keys)
	}
}

func TestKeysDeletedOrChangedByOthersAreSeen(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	id, secret := s.AddKey(h2ogptesim.Key{Name: "a", UserName: "alice", ExpiresAt: &noon})
	path := "/_sim/keys/" + id
	s.done(s.ask("PATCH", path, `{"name":"b","username":"bob","is_active":false,"expires_at":"2027-01-01T01:00:00+01:00",`+
		`"inactivity_interval":7,"hint":"wxyz","created_at":"2026-01-01T00:00:00Z","collection_id":"c","collection_name":"Papers"}`))
	newYear := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	got := *s.stored(id)
	if !got.ExpiresAt.Equal(newYear) {
		t.Errorf("it expires at %s", got.ExpiresAt)
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
		`{"name":"c","expires_at":"soon"}`: "expires_at", `{"inactivity_interval":"7"}`: "inactivity_interval", `nonsense`: "not as expected", ``: "not as expected",
	} {
		if got := s.ask("PATCH", path, body); got.status != 400 || !strings.Contains(got.body, `"error"`) || !strings.Contains(got.body, message) {
			t.Errorf("%s: got %d %s", body, got.status, got.body)
		}
	}
	if got := s.stored(id); got.Name != "b" || got.ExpiresAt == nil {
		t.Error("a refused change changed the key")
	}
	s.done(s.ask("PATCH", path, `{"expires_at":null,"inactivity_interval":null,"is_active":true}`))
	if got := s.stored(id); got.ExpiresAt != nil || got.InactivityIntervalDays != nil || got.Inactive || got.Name != "b" || s.Secret(id) != secret {
		t.Errorf("got %+v", got)
	}
	s.done(s.ask("DELETE", path, ""))
	for _, method := range []string{"DELETE", "PATCH"} {
		if got := s.ask(method, path, `{"name":"c"}`); got.status != http.StatusNotFound {
			t.Errorf("%s of a key that is gone gets %d", method, got.status)
		}
	}
	if s.ChangeKey(id, func(*h2ogptesim.Key) {}) || s.DeleteKey(id) {
		t.Error("a key that is gone was changed or deleted")
	}
}

// The id stays, whatever a change does.
func TestChangedKeysKeepTheirID(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	id, _ := s.AddKey(h2ogptesim.Key{ID: "mine", Name: "a"})
	if !s.ChangeKey(id, func(key *h2ogptesim.Key) { *key = h2ogptesim.Key{ID: "other", Name: "b"} }) {
		t.Fatal("the key is not found")
	}
	if got := s.stored("mine"); id != "mine" || got == nil || got.Name != "b" {
		t.Errorf("got %+v", got)
	}
}

func TestUsersLogIn(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	s.done(s.ask("POST", "/_sim/users", `{"id":"7","username":"carol","email":"carol@example.com"}`))
	s.done(s.ask("POST", "/_sim/users", `{"username":"dave"}`))
	users := s.Users()
	if len(users) != 5 || users[3] != (h2ogptesim.User{ID: "7", UserName: "carol", Email: "carol@example.com"}) || users[4].ID == "" {
		t.Errorf("got %+v", users)
	}
	for body, status := range map[string]int{
		`{"username":"carol"}`: 409, `{"id":"7","username":"erin"}`: 409, `{"email":"x"}`: 400, `{"name":"x"}`: 400, `nonsense`: 400,
	} {
		if got := s.ask("POST", "/_sim/users", body); got.status != status || !strings.Contains(got.body, `"error"`) {
			t.Errorf("%s: got %d %s", body, got.status, got.body)
		}
	}
	listed := s.entries(s.ask("GET", "/_sim/users", ""))
	if len(listed) != 5 || listed[3]["username"] != "carol" {
		t.Errorf("listed %v", listed)
	}
	if made := s.create(map[string]any{"user_id": "7"}); made.APIKey["username"] != "carol" {
		t.Errorf("made %v", made.APIKey)
	}
}
