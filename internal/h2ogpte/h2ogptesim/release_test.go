// SPDX-License-Identifier: MPL-2.0

package h2ogptesim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

// These tests are about changes in h2oGPTe 1.7.

func TestOneUser(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	id := s.userID("alice")
	s.Request("GET", usersPath+"/"+id, "").WantBody(200, `{"id":"`+id+`","username":"alice","email":"alice@example.com"}`)
	s.refuses(s.Request("GET", usersPath+"/nobody", ""), 404, "User not found")
	older := serve(t, h2ogptesim.Options{NoUserByID: true})
	older.refuses(older.Request("GET", usersPath+"/"+id, ""), 404, "Cannot GET")
}

func TestInactivityDeactivates(t *testing.T) {
	t.Parallel()
	for _, deactivates := range []bool{false, true} {
		s := serve(t, h2ogptesim.Options{InactivityDeactivates: deactivates})
		used := simulationtest.Noon.AddDate(0, 0, 3)
		s.AddKey(h2ogptesim.Key{Name: "used", InactivityIntervalDays: new(int64(7)), LastUsedAt: &used})
		s.AddKey(h2ogptesim.Key{Name: "unused", InactivityIntervalDays: new(int64(7))})
		for days, want := range map[int]string{6: "", 7: "unused", 9: "unused", 10: "unused used"} {
			s.SetClock(simulationtest.Noon.AddDate(0, 0, days).Add(time.Second))
			var inactive []string
			for _, entry := range s.list("") {
				if name, _ := entry["name"].(string); entry["is_active"] == false {
					inactive = append(inactive, name)
				}
			}
			if got := strings.Join(inactive, " "); (deactivates && got != want) || (!deactivates && got != "") {
				t.Errorf("deactivates %t: after %d days, %q are inactive", deactivates, days, got)
			}
		}
	}
}

func TestRevokePermissions(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	alices, _ := s.AddKey(h2ogptesim.Key{Name: "a", UserName: "alice"})
	bobs, _ := s.AddKey(h2ogptesim.Key{Name: "b", UserName: "bob"})
	s.Control(204, "DELETE", "users/"+s.userID("alice")+"/permissions", "")
	s.Control(404, "DELETE", "users/nobody/permissions", "")
	if !s.stored(alices).Inactive || s.stored(bobs).Inactive {
		t.Errorf("got %+v and %+v", s.stored(alices), s.stored(bobs))
	}
}

func TestCollectionOwner(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{Collections: []h2ogptesim.Collection{{ID: collection, Name: "Papers", Owner: "alice"}}})
	if made := s.create(map[string]any{"collection_id": collection}).APIKey; made["collection_name"] != "Papers" {
		t.Errorf("got %v", made)
	}
	body := `{"user_id":"` + s.userID("bob") + `","collection_id":"` + collection + `"}`
	s.refuses(s.Request("POST", keysPath, body), 400, "owned by the selected user")
}

func TestRateLimitPerUser(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{UserRequestsPerSecond: 0.001})
	for i, want := range []int{200, 429, 429} {
		if got := s.Request("GET", usersPath, ""); got.Status != want || (want == 429) != (got.Header.Get("Retry-After") != "") {
			t.Errorf("request %d: got %d", i, got.Status)
		}
	}
	_, secret := s.AddKey(h2ogptesim.Key{Name: "a", UserName: "alice"})
	s.RequestAs("Bearer "+secret, "GET", usersPath, "").Want(401)
}
