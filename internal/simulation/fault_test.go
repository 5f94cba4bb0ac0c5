// SPDX-License-Identifier: MPL-2.0

package simulation_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	const whole = `{"thing":"a"}`
	for name, test := range map[string]struct {
		fault   simulation.Fault
		status  int    // status of the response; 0 means no response
		journal int    // status in the journal
		body    string // body of the response
		content string // Content-Type of the response
		broken  bool   // whether the response is incomplete or missing
		done    bool   // whether the service handles the request
	}{
		"status":             {fault: simulation.Fault{Kind: "status", Status: 503, RetryAfter: "120"}, status: 503, journal: 503, body: "Service Unavailable", content: "application/json"},
		"status with body":   {fault: simulation.Fault{Kind: "status", Status: 500, Body: "oops"}, status: 500, journal: 500, body: "oops", content: "application/json"},
		"status of success":  {fault: simulation.Fault{Kind: "status", Status: 204}, status: 204, journal: 204, content: "application/json"},
		"empty":              {fault: simulation.Fault{Kind: "empty"}, status: 200, journal: 200},
		"drop before":        {fault: simulation.Fault{Kind: "drop_before"}, broken: true},
		"drop after commit":  {fault: simulation.Fault{Kind: "drop_after_commit"}, broken: true, done: true},
		"commit late":        {fault: simulation.Fault{Kind: "commit_late", RetryAfter: "60"}, status: 502, journal: 502},
		"delay":              {fault: simulation.Fault{Kind: "delay", DelayMS: 1}, status: 201, journal: 201, body: whole, content: "application/json", done: true},
		"truncate":           {fault: simulation.Fault{Kind: "truncate"}, status: 201, journal: 201, body: whole[:len(whole)/2], content: "application/json", broken: true, done: true},
		"overrun":            {fault: simulation.Fault{Kind: "overrun"}, status: 201, journal: 201, body: whole[:len(whole)/2], done: true},
		"garbled":            {fault: simulation.Fault{Kind: "garbled"}, journal: 201, broken: true, done: true},
		"html":               {fault: simulation.Fault{Kind: "html", Body: "<p>login"}, status: 502, journal: 502, body: "<p>login", content: "text/html"},
		"html with status":   {fault: simulation.Fault{Kind: "html", Body: "<p>login", Status: 403}, status: 403, journal: 403, body: "<p>login", content: "text/html"},
		"redirect":           {fault: simulation.Fault{Kind: "redirect", Location: "http://example.com/"}, status: 307, journal: 307},
		"permanent redirect": {fault: simulation.Fault{Kind: "redirect", Location: "/x", Status: 308}, status: 308, journal: 308},
		"expire token":       {fault: simulation.Fault{Kind: "expire_token"}, status: 401, journal: 401, body: "closed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, simulation.Options{})
			s.fail(test.fault)
			got := s.Request("PUT", "/things/a", `{"b":1,"a":2}`)
			if got.Status != test.status || got.Body != test.body || (got.Err != nil) != test.broken {
				t.Errorf("got status %d, error %v, %q", got.Status, got.Err, got.Body)
			}
			// If a response has no Content-Type, the server of net/http derives a Content-Type from the body.
			if test.content != "" && got.Header.Get("Content-Type") != test.content {
				t.Errorf("got the Content-Type %q, want %q", got.Header.Get("Content-Type"), test.content)
			}
			if test.fault.Location != got.Header.Get("Location") || test.fault.RetryAfter != got.Header.Get("Retry-After") {
				t.Errorf("redirected to %q, Retry-After %q", got.Header.Get("Location"), got.Header.Get("Retry-After"))
			}
			if done := s.count() == 1; done != test.done {
				t.Errorf("the request was handled: %v, want %v", done, test.done)
			}
			if j := s.Journal(); len(j) != 1 || j[0].Status != test.journal || strings.Join(j[0].Members, " ") != "a b" {
				t.Errorf("the journal is %+v", j)
			}
			if left := s.Faults(); len(left) != 0 {
				t.Errorf("remaining faults: %+v", left)
			}
		})
	}
}

func TestProxyPageContainsStatus(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	s.fail(simulation.Fault{Kind: simulation.FaultHTML, Status: 504})
	s.Request("GET", "/things", "").Want(504, "<h1>504 Gateway Timeout</h1>")
}

func TestTruncatedEmptyResponseIsIncomplete(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	s.fail(simulation.Fault{Kind: simulation.FaultTruncate})
	if got := s.Request("POST", "/empty", ""); got.Status != 200 || got.Err == nil || got.Body != "" {
		t.Errorf("got %d %q, %v", got.Status, got.Body, got.Err)
	}
}

func TestLateCommitIsHandledAfterFurtherRequests(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	s.fail(
		simulation.Fault{Method: "PUT", Kind: simulation.FaultCommitLate, Status: 504, Requests: 2},
		simulation.Fault{Method: "PUT", Kind: simulation.FaultEmpty},
	)
	if got := s.Request("PUT", "/things/a", ""); got.Status != 504 || s.count() != 0 {
		t.Errorf("got %d, %d things", got.Status, s.count())
	}
	if got := s.Request("PUT", "/things/b", ""); got.Status != 200 || got.Body != "" || s.count() != 0 {
		t.Errorf("empty: got %d %q, %d things", got.Status, got.Body, s.count())
	}
	// The service handles the delayed PUT after this GET, which is the second further request. So the response is still an
	// empty list.
	if got := s.Request("GET", "/things", ""); got.Body != "[]" || s.count() != 1 {
		t.Errorf("%d things, got the list %s", s.count(), got.Body)
	}
}

func TestLateCommitIsHandledAfterADroppedRequest(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{simulation.FaultDropBefore, simulation.FaultDropAfterCommit} {
		s := serve(t, simulation.Options{})
		s.fail(
			simulation.Fault{Method: "PUT", Kind: simulation.FaultCommitLate, Requests: 1},
			simulation.Fault{Method: "POST", Kind: kind},
		)
		s.Request("PUT", "/things/a", "")
		if got := s.Request("POST", "/empty", ""); got.Err == nil || s.count() != 1 {
			t.Errorf("%s: got %d, %d things", kind, got.Status, s.count())
		}
	}
}

func TestFirstMatchingFaultApplies(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	s.fail(
		simulation.Fault{Method: "GET", Path: "/things", Kind: "status", Status: 500, Times: 2},
		simulation.Fault{Path: "/things/a", Kind: "status", Status: 501},
		simulation.Fault{Path: "/things/{thing}", Kind: "status", Status: 502, Times: 2},
		simulation.Fault{Method: "GET", Kind: "status", Status: 503},
	)
	for i, call := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/things", 500},
		{"DELETE", "/things/b", 502},
		{"DELETE", "/things/a", 501},
		{"DELETE", "/things/a", 502},
		{"DELETE", "/things/a", 404},
		{"GET", "/things", 500},
		{"GET", "/things", 503},
		{"GET", "/things", 200},
	} {
		s.Request(call.method, call.path, "").Want(call.want)
		if i == 2 {
			left := s.Request("GET", "/_sim/faults", "").Body
			if strings.Count(left, `"times":1`) != 3 || strings.Contains(left, "501") {
				t.Errorf("remaining faults: %s", left)
			}
		}
	}
}

func TestInvalidFaultsReplaceNothing(t *testing.T) {
	t.Parallel()
	s := serve(t, simulation.Options{})
	s.Control(204, "PUT", "faults", `[{"kind":"html"}]`)
	for body, want := range map[string]string{
		`[{"kind":"explode"}]`:                              `fault 0: kind \"explode\"`,
		`[{"kind":"html"},{"kind":""}]`:                     `fault 1: kind \"\"`,
		`[{"kind":"html","method":"get"}]`:                  `method \"get\"`,
		`[{"kind":"html","path":"api"}]`:                    `path \"api\"`,
		`[{"kind":"html","path":"/_sim/keys"}]`:             `control endpoint`,
		`[{"kind":"html","path":"/api/v1/_sim/keys"}]`:      `control endpoint`,
		`[{"kind":"html","times":-1}]`:                      `times`,
		`[{"kind":"commit_late","requests":-1}]`:            `requests`,
		`[{"kind":"status"}]`:                               `status is missing`,
		`[{"kind":"status","status":1000}]`:                 `status 1000`,
		`[{"kind":"delay"}]`:                                `delay_ms is missing`,
		`[{"kind":"delay","delay_ms":-1}]`:                  `delay_ms is negative`,
		`[{"kind":"redirect"}]`:                             `location is missing`,
		`[{"kind":"redirect","location":"/","status":200}]`: `status 200 does not redirect`,
		`[{"kind":"status","stauts":500}]`:                  `stauts`,
		`[{"kind":"status","status":"500"}]`:                `status`,
		`{"kind":"html"}`:                                   `invalid body`,
		`[`:                                                 `invalid body`,
		`[] []`:                                             `more than one`,
	} {
		s.Control(400, "PUT", "faults", body, want)
	}
	if left := s.Faults(); len(left) != 1 || left[0].Kind != "html" {
		t.Errorf("remaining faults: %+v", left)
	}
	s.Control(204, "DELETE", "faults", "")
	s.Control(200, "GET", "faults", "", "[]\n")
}

func TestPausesEndWhenTheClientDisconnects(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options simulation.Options
		faults  []simulation.Fault
		things  int
	}{
		"delay, not handled": {faults: []simulation.Fault{{Kind: "delay", DelayMS: 3_600_000}}},
		"latency, handled":   {options: simulation.Options{Latency: time.Hour}, things: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, test.options)
				s.fail(test.faults...)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				if got := s.Send(ctx, "PUT", "/things/a", nil, ""); got.Err == nil {
					t.Fatalf("got status %d, want a timeout", got.Status)
				}
				synctest.Wait()
				if j := s.Journal(); len(j) != 1 || j[0].Status != 0 || s.count() != test.things {
					t.Errorf("got %d things, the journal is %+v", s.count(), j)
				}
			})
		})
	}
}

func TestLatencyAndDelaysApplyToAPIRequestsOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _ := newServer(simulation.Options{Latency: time.Minute})
		if err := s.SetFaults([]simulation.Fault{{Kind: "delay", DelayMS: 3_600_000, Path: "/things/a"}}); err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]time.Duration{
			"/things": time.Minute, "/nowhere": time.Minute, "/things/a": time.Hour + time.Minute, "/_sim/faults": 0,
		} {
			began := time.Now()
			s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), "PUT", path, nil))
			if took := time.Since(began); took != want {
				t.Errorf("%s took %s, want %s", path, took, want)
			}
		}
	})
}
