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
)

func TestAPISeesTheRequest(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	got := s.ask("POST", "/echo?q=a%20b", "hello")
	if want := `["POST","a b","text/plain","Bearer me","hello"]`; got.status != http.StatusOK || got.body != want {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if got := s.ask("PUT", "/things/a%2Fb", ""); got.body != `{"thing":"a/b"}` {
		t.Errorf("of an escaped path it sees %s", got.body)
	}
}

func TestJournalNamesPathsByTheirRoute(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	if got := s.ask("GET", "/_sim/journal", "").body; strings.TrimSpace(got) != "[]" {
		t.Errorf("an empty journal is %s", got)
	}
	s.ask("PUT", "/things/secret?x=1", `{"b":"secret","a":1}`)
	s.ask("GET", "/things", `["secret"]`)
	s.ask("DELETE", "/things/secret", "")
	want := `[{"seq":1,"method":"PUT","path":"/things/{thing}","query":"x=1","status":201,"members":["a","b"]},` +
		`{"seq":2,"method":"GET","path":"/things","query":"","status":200,"members":[]},` +
		`{"seq":3,"method":"DELETE","path":"/things/{thing}","query":"","status":204,"members":[]}]`
	if got := s.ask("GET", "/_sim/journal", "").body; strings.TrimSpace(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := s.ask("DELETE", "/_sim/journal", ""); got.status != http.StatusNoContent || len(s.Journal()) != 0 {
		t.Errorf("emptying it got %d", got.status)
	}
	s.ask("GET", "/things", "")
	if j := s.Journal(); len(j) != 1 || j[0].Seq != 1 {
		t.Errorf("after that it is %+v", j)
	}
}

func TestBodiesThatAreTooLargeAreRefused(t *testing.T) {
	t.Parallel()
	s, shelf := newServer(simulation.Options{})
	answer := httptest.NewRecorder()
	s.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), "PUT", "/things/a", strings.NewReader(strings.Repeat(" ", 1<<20+1))))
	if answer.Code != http.StatusBadRequest || shelf.count() != 0 || len(s.Journal()) != 1 {
		t.Errorf("got %d, %d things, the journal is %+v", answer.Code, shelf.count(), s.Journal())
	}
}

func TestTooManyRequestsAreRefusedInTheServicesForm(t *testing.T) {
	t.Parallel()
	for form, want := range map[simulation.RetryAfterForm]string{
		simulation.RetryAfterSeconds: "1000", simulation.RetryAfterDate: "Sat, 21 Nov 2026 12:16:41 GMT", simulation.RetryAfterNone: "",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, simulation.Options{RequestsPerSecond: 0.001, RetryAfter: form})
				s.fail(simulation.Fault{Method: "PUT", Kind: simulation.FaultEmpty})
				s.ask("GET", "/things", "")
				got := s.ask("PUT", "/things/a", "")
				if got.status != 429 || got.body != "Too many requests" || got.header.Get("Retry-After") != want || s.count() != 0 {
					t.Errorf("got %d %q, Retry-After %q, want %q", got.status, got.body, got.header.Get("Retry-After"), want)
				}
				if j := s.Journal(); len(j) != 2 || j[1].Status != 429 || len(s.Faults()) != 1 {
					t.Errorf("the journal is %+v, faults are %+v", j, s.Faults())
				}
				time.Sleep(1000 * time.Second)
				if got := s.ask("GET", "/things", ""); got.status != 200 {
					t.Errorf("after that time it gets %d", got.status)
				}
			})
		})
	}
}

func TestClockRulesDateAndNow(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	for _, path := range []string{"/_sim/clock", "/things", "/nowhere"} {
		if got := s.ask("GET", path, "").header.Get("Date"); got != "Sat, 21 Nov 2026 12:00:00 GMT" {
			t.Errorf("%s has Date %q", path, got)
		}
	}
	const later = "Tue, 21 Dec 2027 08:30:00 GMT"
	got := s.ask("PUT", "/_sim/clock", `{"now":"2027-12-21T10:30:00+02:00"}`)
	if got.status != http.StatusNoContent || got.header.Get("Date") != later {
		t.Errorf("setting the clock got %d, Date %q", got.status, got.header.Get("Date"))
	}
	if got := s.ask("GET", "/things", "").header.Get("Date"); got != later || s.Now().Format(http.TimeFormat) != later {
		t.Errorf("after that, Date is %q and it is %s", got, s.Now())
	}
	for _, bad := range []string{`{}`, `{"now":"tomorrow"}`, `{"now":"2027-12-21"}`, `{"time":"2027-12-21T00:00:00Z"}`, ``} {
		if got := s.ask("PUT", "/_sim/clock", bad); got.status != http.StatusBadRequest {
			t.Errorf("%s: got %d", bad, got.status)
		}
	}
}

func TestSetClockRunsOnWithARunningBase(t *testing.T) {
	t.Parallel()
	var ticks atomic.Int64
	s := serve(t, simulation.Options{Now: func() time.Time { return noon.Add(time.Duration(ticks.Load()) * time.Second) }})
	s.SetClock(noon.AddDate(1, 0, 0))
	ticks.Add(90)
	if got := s.ask("GET", "/_sim/clock", "").body; strings.TrimSpace(got) != `{"now":"2027-11-21T12:01:30Z"}` {
		t.Errorf("the clock is %s", got)
	}
}

func TestClockIsTheRealOneUnlessGiven(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shelf := &shelf{}
		s := simulation.NewServer(simulation.Options{}, shelf, shelf.routes)
		time.Sleep(time.Hour)
		if now := s.Now(); !now.Equal(time.Now()) || now.Location() != time.UTC {
			t.Errorf("it is %s", now)
		}
	})
}

func TestControlIsAtAnyDepth(t *testing.T) {
	t.Parallel()
	s, shelf := newServer(simulation.Options{})
	under := serveHandler(t, http.StripPrefix("/shelf", s), s, shelf)
	under.url += "/shelf"
	for _, path := range []string{"/_sim/things", "/api/v1/_sim/things"} {
		if got := under.ask("PUT", path, `["a"]`); got.status != http.StatusNoContent {
			t.Errorf("%s: got %d %s", path, got.status, got.body)
		}
	}
	if got := under.ask("GET", "/api/v1/_sim/clock", ""); strings.TrimSpace(got.body) != `{"now":"2026-11-21T12:00:00Z"}` {
		t.Errorf("the clock is %d %s", got.status, got.body)
	}
	if got := under.ask("GET", "/things", ""); got.body != `["a"]` || len(s.Journal()) != 1 || s.Journal()[0].Path != "/things" {
		t.Errorf("listed %s, the journal is %+v", got.body, s.Journal())
	}
}

func TestControlIsNeitherFaultedNorLimitedNorJournaled(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{RequestsPerSecond: 0.001})
	s.fail(simulation.Fault{Kind: simulation.FaultHTML, Times: 5})
	for range 3 {
		if got := s.ask("PUT", "/_sim/things", `["a"]`); got.status != http.StatusNoContent {
			t.Errorf("got %d", got.status)
		}
	}
	if len(s.Journal()) != 0 || s.Faults()[0].Times != 5 {
		t.Errorf("the journal is %+v, faults are %+v", s.Journal(), s.Faults())
	}
}

func TestUnknownControlEndpointsAreNamed(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	for _, call := range []struct{ method, path string }{{"GET", "/_sim/"}, {"GET", "/_sim/thing"}, {"POST", "/_sim/faults"}, {"GET", "/_sim/things"}} {
		got := s.ask(call.method, call.path, "")
		if got.status != http.StatusNotFound || !strings.Contains(got.body, call.method+" "+call.path) {
			t.Errorf("got %d %s", got.status, got.body)
		}
	}
}

func TestMistakesAreToldByTheirStatus(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	for name, want := range map[string]int{"unknown": 404, "exists": 409, "bad": 400} {
		got := s.ask("GET", "/_sim/mistakes/"+name, "")
		if got.status != want || !strings.HasPrefix(got.body, `{"error":"`) || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: got %d %s", name, got.status, got.body)
		}
	}
}

func TestMemberNamesAreOfObjectsOnly(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"b":1,"a":{"c":2},"":0}`: ",a,b", `{}`: "", `["a"]`: "", `null`: "", `{"a":1`: "", ``: "",
	} {
		if got := simulation.MemberNames([]byte(body)); got == nil || strings.Join(got, ",") != want {
			t.Errorf("%s has %q, want %q", body, got, want)
		}
	}
}
