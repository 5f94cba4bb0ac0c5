// SPDX-License-Identifier: MPL-2.0

package h2ogptesim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

func TestExpiry(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	id, _ := s.AddKey(h2ogptesim.Key{Name: "a"})
	s.Request("PATCH", keysPath+"/expire/"+id, `{"expires_in":"30 days"}`).WantBody(204, "")
	if at := s.stored(id).ExpiresAt; at == nil || !at.Equal(simulationtest.Noon.AddDate(0, 0, 30)) {
		t.Errorf("the key expires at %v", at)
	}
	// The period starts at the time of the request.
	s.SetClock(simulationtest.Noon.Add(time.Hour))
	s.Request("PATCH", keysPath+"/expire/"+id, `{"expires_in":"30 days"}`).WantBody(204, "")
	if at := s.stored(id).ExpiresAt; at == nil || !at.Equal(simulationtest.Noon.AddDate(0, 0, 30).Add(time.Hour)) {
		t.Errorf("the key expires at %v", at)
	}
	for body, message := range map[string]string{
		`{"expires_in":30}`: "must be a string", `{"expires_in":null}`: "must be a string", `{"expires_in":"soon"}`: "must be an interval",
		`{"expires_at":"2027-01-01T00:00:00Z"}`: "unknown member", `[]`: "must be a JSON object", ``: "Content-Type must be",
	} {
		s.refuses(s.Request("PATCH", keysPath+"/expire/"+id, body), 400, message)
	}
	s.Request("PATCH", keysPath+"/expire/"+id, `{}`).WantBody(204, "")
	if at := s.stored(id).ExpiresAt; at != nil {
		t.Errorf("the key expires at %v", at)
	}
}

func TestInactivityInterval(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	id, _ := s.AddKey(h2ogptesim.Key{Name: "a"})
	s.Request("PATCH", keysPath+"/inactivity_interval/"+id, `{"inactivity_interval":30}`).WantBody(204, "")
	if days := s.stored(id).InactivityIntervalDays; days == nil || *days != 30 {
		t.Errorf("got %v", days)
	}
	for body, message := range map[string]string{
		`{"inactivity_interval":"30"}`: "must be an integer", `{"inactivity_interval":null}`: "must be an integer",
		`{"inactivity_interval":0}`: "must be an integer", `{"expires_in":"30 days"}`: "unknown member",
	} {
		s.refuses(s.Request("PATCH", keysPath+"/inactivity_interval/"+id, body), 400, message)
	}
	s.Request("PATCH", keysPath+"/inactivity_interval/"+id, `{}`).WantBody(204, "")
	if days := s.stored(id).InactivityIntervalDays; days != nil {
		t.Errorf("got %v", *days)
	}
}

func TestDeactivationIsPermanent(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	id, secret := s.AddKey(h2ogptesim.Key{Name: "a", UserName: "admin"})
	s.RequestAs("Bearer "+secret, "GET", keysPath, "").Want(200)
	s.Request("POST", keysPath+"/deactivate/"+id, "").WantBody(204, "")
	s.refuses(s.RequestAs("Bearer "+secret, "GET", keysPath, ""), 401, "not active")
	if got := s.names(""); got != "a simulator" || !s.stored(id).Inactive {
		t.Errorf("listed %q", got)
	}
	s.refuses(s.Request("POST", keysPath+"/deactivate/"+id, ""), 409, "not active")
	s.refuses(s.Request("PATCH", keysPath+"/expire/"+id, `{"expires_in":"1 days"}`), 409, "not active")
	s.refuses(s.Request("PATCH", keysPath+"/inactivity_interval/"+id, `{}`), 409, "not active")
	s.Request("DELETE", keysPath+"/"+id, "").WantBody(204, "")
}

func TestDelete(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	id, secret := s.AddKey(h2ogptesim.Key{Name: "a", UserName: "admin"})
	s.Request("DELETE", keysPath+"/"+id, "").WantBody(204, "")
	if got := s.names(""); got != "simulator" || s.Secret(id) != "" {
		t.Errorf("listed %q", got)
	}
	s.refuses(s.RequestAs("Bearer "+secret, "GET", keysPath, ""), 401, "Invalid API key")
	for _, call := range [][3]string{
		{"DELETE", "/" + id, ""}, {"POST", "/deactivate/" + id, ""}, {"PATCH", "/expire/" + id, `{}`}, {"PATCH", "/inactivity_interval/" + id, `{}`},
	} {
		s.refuses(s.Request(call[0], keysPath+call[1], call[2]), 404, "API key not found")
	}
}

func TestPathStyle(t *testing.T) {
	t.Parallel()
	for style, want := range map[h2ogptesim.PathStyle][2]bool{
		h2ogptesim.PathUnderscores: {true, false}, h2ogptesim.PathHyphens: {false, true}, h2ogptesim.PathBoth: {true, true},
	} {
		for i, collection := range []string{"api_keys", "api-keys"} {
			s := serve(t, h2ogptesim.Options{PathStyle: style})
			path := "/api/v1/admin/" + collection
			id, _ := s.AddKey(h2ogptesim.Key{Name: "a"})
			for _, call := range []struct {
				method, path, body string
				status             int
			}{
				{"GET", path, "", 200},
				{"POST", path, s.object(nil), 201},
				{"PATCH", path + "/expire/" + id, `{}`, 204},
				{"PATCH", path + "/inactivity_interval/" + id, `{}`, 204},
				{"POST", path + "/deactivate/" + id, "", 204},
				{"DELETE", path + "/" + id, "", 204},
			} {
				if !want[i] {
					call.status = 404
				}
				s.Request(call.method, call.path, call.body).Want(call.status)
			}
		}
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	id, _ := s.AddKey(h2ogptesim.Key{Name: "a"})
	for _, call := range [][2]string{
		{"GET", "/"},
		{"PUT", keysPath},
		{"GET", keysPath + "/"},
		{"GET", keysPath + "/" + id},
		{"POST", keysPath + "/activate/" + id},
		{"POST", keysPath + "/deactivate/"},
		{"DELETE", keysPath + "/expire/" + id},
		{"POST", usersPath},
		{"GET", "/admin/api_keys"},
	} {
		got := s.Request(call[0], call[1], "")
		s.refuses(got, 404, "Cannot "+call[0])
		if strings.Contains(got.Body, id) {
			t.Errorf("got %s", got.Body)
		}
	}
}

func TestUnauthorized(t *testing.T) {
	t.Parallel()
	s := serve(t, h2ogptesim.Options{})
	_, ofAlice := s.AddKey(h2ogptesim.Key{UserName: "alice"})
	for authorization, message := range map[string]string{
		"":                      "Invalid API key",
		s.AdminKey():            "Invalid API key",
		"Basic " + s.AdminKey(): "Invalid API key",
		"Bearer sk-unknown":     "Invalid API key",
		"Bearer ":               "Invalid API key",
		"Bearer " + ofAlice:     "Only admins may do this",
	} {
		for _, call := range [][2]string{
			{"GET", keysPath},
			{"POST", keysPath},
			{"DELETE", keysPath + "/1"},
			{"POST", keysPath + "/deactivate/1"},
			{"PATCH", keysPath + "/expire/1"},
			{"PATCH", keysPath + "/inactivity_interval/1"},
			{"GET", usersPath},
		} {
			s.refuses(s.RequestAs(authorization, call[0], call[1], ""), 401, message)
		}
	}
	s.RequestAs("bearer "+s.AdminKey(), "GET", keysPath, "").Want(200)
}
