// SPDX-License-Identifier: MPL-2.0

package simulation_test

import (
	"net/http"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

func TestControlEndpointsAreListed(t *testing.T) {
	t.Parallel()
	want := `GET     /_sim/journal    list the API requests so far, without values
DELETE  /_sim/journal    empty the journal
GET     /_sim/faults     list the remaining faults
PUT     /_sim/faults     replace the faults
DELETE  /_sim/faults     remove the faults
GET     /_sim/clock      return the simulated time
PUT     /_sim/clock      set the simulated time, or advance it
GET     /_sim/keys       list the keys, without their secrets
PATCH   /_sim/keys/{id}  change a key outside the API; the body has the members to set
DELETE  /_sim/keys/{id}  delete a key outside the API

Paths are below the base URL of the service.`
	if got := serve(t, simulation.Options{}).Control(200, "GET", "", ""); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestControlIsBelowAnyPath(t *testing.T) {
	t.Parallel()
	s, _ := newServer(simulation.Options{})
	under := simulationtest.Serve(t, http.StripPrefix("/shelf", s), "")
	under.URL += "/shelf"
	for _, path := range []string{"/_sim/clock", "/api/v1/_sim/clock"} {
		under.Request("GET", path, "").Want(200, `{"now":"2026-11-21T12:00:00Z"}`)
	}
	if got := under.Request("GET", "/things", ""); got.Body != `[]` || len(s.Journal()) != 1 || s.Journal()[0].Path != "/things" {
		t.Errorf("got the list %s, the journal is %+v", got.Body, s.Journal())
	}
}

func TestControlHasNoFaultsLimitsOrJournal(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{RequestsPerSecond: 0.001})
	s.fail(simulation.Fault{Kind: simulation.FaultHTML, Times: 5})
	for range 3 {
		s.Control(200, "GET", "keys", "")
	}
	if len(s.Journal()) != 0 || s.Faults()[0].Times != 5 {
		t.Errorf("the journal is %+v, faults are %+v", s.Journal(), s.Faults())
	}
}

func TestUnknownControlEndpoint(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	for _, call := range []struct{ method, endpoint string }{{"POST", ""}, {"GET", "thing"}, {"POST", "faults"}, {"GET", "keys/a"}} {
		s.Control(404, call.method, call.endpoint, "", call.method+" /_sim/"+call.endpoint)
	}
}

func TestKeysAreListedChangedAndDeletedOutsideTheAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	s.Control(200, "GET", "keys", "", "[]\n")
	s.Request("PUT", "/things/a", "")
	s.Control(204, "PATCH", "keys/a", `{"name":"b"}`)
	for body, want := range map[string]string{
		`{"name":"c","colour":"red"}`: `\"colour\" cannot be changed; allowed members: [name]`,
		`{"name":1}`:                  "invalid body", `nonsense`: "invalid body", ``: "invalid body", `{} {}`: "more than one",
	} {
		s.Control(400, "PATCH", "keys/a", body, `{"error":"`, want)
	}
	s.Control(409, "PATCH", "keys/a", `{"name":"taken"}`)
	s.Control(200, "GET", "keys", "", `["b"]`)
	s.Control(204, "DELETE", "keys/a", "")
	s.Control(404, "DELETE", "keys/a", "")
	s.Control(404, "PATCH", "keys/a", `{"name":"b"}`)
	s.Request("GET", "/things", "").WantBody(200, "[]")
}
