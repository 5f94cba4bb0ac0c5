// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

func TestKeysAreChangedOutsideTheAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{HideExpiredKeys: true})
	s.AddKey(egssim.Key{Name: "a", Role: "Editor", WorkspaceName: "red", UserName: "bob", Validity: "2020-01-01"})
	id := s.Keys()[1].ID
	for _, change := range []struct {
		body string
		want egssim.ListedKey
	}{
		{`{}`, egssim.ListedKey{
			ID: id, Name: "a", Role: "Editor", SAName: "kubeslice-rbac-rw-slice-red", WorkspaceName: "red", TokenTTLSeconds: "900",
			UserName: "Bob", Validity: "2020-01-01",
		}},
		{object("name", "b", "workspaceName", "blue", "userName", "bob"), egssim.ListedKey{
			ID: id, Name: "b", Role: "Editor", SAName: "kubeslice-rbac-rw-slice-blue", WorkspaceName: "blue", TokenTTLSeconds: "900",
			UserName: "bob", Validity: "2020-01-01",
		}},
		{object("saName", "x", "role", "Viewer", "tokenTtlSeconds", "1", "description", "d", "validity", "2027-01-01"), egssim.ListedKey{
			ID: id, Name: "b", Description: "d", Role: "Viewer", SAName: "x", WorkspaceName: "blue", TokenTTLSeconds: "1",
			UserName: "bob", Validity: "2027-01-01",
		}},
	} {
		s.Control(204, "PATCH", "keys/"+id, change.body)
		var keys []egssim.ListedKey
		simulationtest.Decode(t, s.Control(200, "GET", "keys", ""), &keys)
		if len(keys) != 2 || keys[1] != change.want {
			t.Errorf("%s: got %+v, want %+v", change.body, keys, change.want)
		}
	}
	for _, body := range []string{`{"id":"x"}`, `{"apiKey":"x"}`} {
		s.Control(400, "PATCH", "keys/"+id, body)
	}
	if entry := s.list(s.owner(), "?workspace=blue")[0]; entry["name"] != "b" || entry["saName"] != "x" {
		t.Errorf("listed %v", entry)
	}
}

func TestFailuresHaveTheFormOfTheService(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{
		200: `"data":null`, 400: `"status":"UNHANDLED_REQUEST_ERROR","message":"Bad Request"`, 429: nestedRefusal, 503: nestedRefusal,
	} {
		s := serve(t, egssim.Options{})
		s.Control(204, "PUT", "faults", fmt.Sprintf(`[{"kind":"status","status":%d}]`, status))
		s.request("GET", listPath, "", "").Want(status, want)
	}
	s := serve(t, egssim.Options{})
	owner := s.owner()
	s.Control(204, "PUT", "faults", `[{"kind":"expire_token"}]`)
	s.request("GET", listPath, owner, "").Want(401, `"status":"UNAUTHENTICATED"`)
}

func TestSecretsAreOnlyInAPIResponses(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	owner := s.owner()
	secret := s.create(owner, "name", "a", "role", "Owner", "validity", "2027-01-01")
	viewer := s.as("Viewer", "red")
	var bodies strings.Builder
	for _, got := range []simulationtest.Response{
		s.request("DELETE", keyPath, viewer, object("apiKey", secret)),
		s.request("DELETE", keyPath, owner, `{"apiKey":"`+secret+`"`),
		s.request("DELETE", keyPath, owner, object("apiKey", secret)),
		s.request("DELETE", keyPath, owner, object("apiKey", secret)),
		s.request("POST", authPath, "", object("apiKey", secret)),
		s.request("POST", authPath, "", object("apiKey", secret+"x")),
		s.request("GET", listPath, owner+"x", ""),
		s.request("GET", "/_sim/journal", "", ""),
		s.request("GET", "/_sim/keys", "", ""),
		s.request("GET", "/_sim/faults", "", ""),
	} {
		bodies.WriteString(got.Body)
	}
	for _, hidden := range []string{secret, s.OwnerKey(), owner, viewer} {
		if strings.Contains(bodies.String(), hidden) {
			t.Error("the response has a secret")
		}
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	simulationtest.CheckKeys(t, func(t *testing.T, options simulation.Options) simulationtest.Subject {
		t.Helper()
		s := serve(t, egssim.Options{Options: options})
		owner := s.Token(s.OwnerKey())
		return simulationtest.Subject{
			Client: s.Client,
			Create: func() (id, secret string) {
				secret = s.create(owner, "name", "a", "role", "Owner", "validity", "2027-01-01")
				return s.Keys()[1].ID, secret
			},
			Listed: func() (ids []string) {
				for _, entry := range s.list(owner, "") {
					ids = append(ids, fmt.Sprint(entry["id"]))
				}
				return ids
			},
			Delete: func(_, secret string) simulationtest.Response {
				return s.request("DELETE", keyPath, owner, object("apiKey", secret))
			},
		}
	})
}
