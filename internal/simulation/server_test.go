// SPDX-License-Identifier: MPL-2.0

package simulation_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

func TestAPISeesTheRequest(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	s.Request("POST", "/echo?q=a%20b", "hello").WantBody(200, `["POST","","a b","application/json","Bearer","me","hello"]`)
	s.Request("POST", "/echo/a%3Fb", "hello").WantBody(200, `["POST","a?b","","application/json","Bearer","me","hello"]`)
	for _, path := range []string{"/echo/a/b", "/echo/", "/echo/a%2Fb"} {
		s.Request("POST", path, "hello").Want(404, "no such thing")
	}
	s.Request("PUT", "/things/a%2Fb", "").WantBody(201, `{"thing":"a/b"}`)
}

func TestJournalNamesPathsByTheirRoute(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	s.Control(200, "GET", "journal", "", "[]\n")
	s.Request("PUT", "/things/secret?x=1", `{"b":"secret","a":1}`)
	s.Request("GET", "/things", `["secret"]`)
	s.Request("DELETE", "/things/secret", "")
	s.Request("PATCH", "/things/secret", "")
	s.Control(200, "GET", "journal", "", `[{"seq":1,"method":"PUT","path":"/things/{thing}","query":"x=1","status":201,"members":["a","b"]},`+
		`{"seq":2,"method":"GET","path":"/things","query":"","status":200,"members":[]},`+
		`{"seq":3,"method":"DELETE","path":"/things/{thing}","query":"","status":204,"members":[]},`+
		`{"seq":4,"method":"PATCH","path":"/things/{thing}","query":"","status":404,"members":[]}]`)
	s.Control(204, "DELETE", "journal", "")
	s.Request("GET", "/things", "")
	if j := s.Journal(); len(j) != 1 || j[0].Seq != 1 {
		t.Errorf("after the reset, the journal is %+v", j)
	}
}

func TestTooLargeBodyIsRefused(t *testing.T) {
	t.Parallel()
	s, shelf := newServer(simulation.Options{})
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), "PUT", "/things/a", strings.NewReader(strings.Repeat(" ", 1<<20+1))))
	if recorder.Code != http.StatusBadRequest || shelf.count() != 0 || len(s.Journal()) != 1 {
		t.Errorf("got %d, %d things, the journal is %+v", recorder.Code, shelf.count(), s.Journal())
	}
}

func TestRateLimitRespondsInTheServicesFormat(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, simulation.Options{RequestsPerSecond: 0.001})
		s.fail(simulation.Fault{Method: "PUT", Kind: simulation.FaultEmpty})
		s.Request("GET", "/things", "")
		got := s.Request("PUT", "/things/a", "")
		if got.Status != 429 || got.Body != "Too many requests" || got.Header.Get("Retry-After") != "1000" || s.count() != 0 {
			t.Errorf("got %d %q, Retry-After %q", got.Status, got.Body, got.Header.Get("Retry-After"))
		}
		if j := s.Journal(); len(j) != 2 || j[1].Status != 429 || len(s.Faults()) != 1 {
			t.Errorf("the journal is %+v, faults are %+v", j, s.Faults())
		}
		time.Sleep(1000 * time.Second)
		s.Request("GET", "/things", "").Want(200)
	})
}

func TestClockSetsDateAndNow(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	for _, path := range []string{"/_sim/clock", "/things", "/nowhere"} {
		if got := s.Request("GET", path, "").Header.Get("Date"); got != "Sat, 21 Nov 2026 12:00:00 GMT" {
			t.Errorf("%s has Date %q", path, got)
		}
	}
	const later = "Tue, 21 Dec 2027 08:30:00 GMT"
	got := s.Request("PUT", "/_sim/clock", `{"now":"2027-12-21T10:30:00+02:00"}`)
	if got.Status != http.StatusNoContent || got.Header.Get("Date") != later {
		t.Errorf("setting the clock got %d, Date %q", got.Status, got.Header.Get("Date"))
	}
	if got := s.Request("GET", "/things", "").Header.Get("Date"); got != later || s.Now().Format(http.TimeFormat) != later {
		t.Errorf("after setting the clock, Date is %q and Now is %s", got, s.Now())
	}
	s.Request("PUT", "/_sim/clock", `{"advance_days":2}`).Want(http.StatusNoContent)
	if want := time.Date(2027, 12, 23, 8, 30, 0, 0, time.UTC); !s.Now().Equal(want) {
		t.Errorf("two days later, Now is %s", s.Now())
	}
	for _, bad := range []string{`{}`, `{"now":"2027-12-21T00:00:00Z","advance_days":1}`, `{"now":"tomorrow"}`, `{"now":"2027-12-21"}`, `{"time":"2027-12-21T00:00:00Z"}`, ``} {
		s.Control(400, "PUT", "clock", bad)
	}
}

func TestClockContinuesAfterSetClock(t *testing.T) {
	t.Parallel()
	var ticks atomic.Int64
	s := serve(t, simulation.Options{Now: func() time.Time { return simulationtest.Noon.Add(time.Duration(ticks.Load()) * time.Second) }})
	s.SetClock(simulationtest.Noon.AddDate(1, 0, 0))
	ticks.Add(90)
	s.Control(200, "GET", "clock", "", `{"now":"2027-11-21T12:01:30Z"}`)
}

func TestDefaultClockIsTheRealClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shelf := &shelf{}
		s := simulation.NewServer(simulation.Options{}, shelf.service())
		time.Sleep(time.Hour)
		if now := s.Now(); !now.Equal(time.Now()) || now.Location() != time.UTC {
			t.Errorf("Now is %s", now)
		}
	})
}

func TestJournalHasMembersOfJSONObjects(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"b":1,"a":{"c":2},"":0}`: ",a,b", `{}`: "", `["a"]`: "", `null`: "", `{"a":1`: "", ``: "",
	} {
		s := serve(t, simulation.Options{})
		s.Request("POST", "/echo", body)
		if got := s.Journal()[0].Members; got == nil || strings.Join(got, ",") != want {
			t.Errorf("%s: got the members %q, want %q", body, got, want)
		}
	}
}
