// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault   egssim.Fault
		status  int    // of the answer; 0: the connection ended without one
		journal int    // the status in the journal
		body    string // a part of it
		cut     bool
		made    bool // whether a key is made
	}{
		"status":            {fault: egssim.Fault{Kind: "status", Status: 503}, status: 503, journal: 503, body: `"statusCode":503`},
		"status with body":  {fault: egssim.Fault{Kind: "status", Status: 500, Body: "oops"}, status: 500, journal: 500, body: "oops"},
		"status of success": {fault: egssim.Fault{Kind: "status", Status: 200}, status: 200, journal: 200, body: `"data":null`},
		"drop before":       {fault: egssim.Fault{Kind: "drop_before"}},
		"drop after commit": {fault: egssim.Fault{Kind: "drop_after_commit"}, made: true},
		"delay":             {fault: egssim.Fault{Kind: "delay", DelayMS: 1}, status: 200, journal: 200, body: `"apiKey"`, made: true},
		"truncate":          {fault: egssim.Fault{Kind: "truncate"}, status: 200, journal: 200, body: `{"statusCode":200`, cut: true, made: true},
		"html":              {fault: egssim.Fault{Kind: "html"}, status: 502, journal: 502, body: "<h1>502 Bad Gateway</h1>"},
		"html with status":  {fault: egssim.Fault{Kind: "html", Status: 403}, status: 403, journal: 403, body: "403 Forbidden"},
		"html with body":    {fault: egssim.Fault{Kind: "html", Body: "<p>login"}, status: 502, journal: 502, body: "<p>login"},
		"redirect":          {fault: egssim.Fault{Kind: "redirect", Location: "http://example.com/"}, status: 307, journal: 307},
		"redirect for good": {fault: egssim.Fault{Kind: "redirect", Location: "/x", Status: 308}, status: 308, journal: 308},
		"expire token":      {fault: egssim.Fault{Kind: "expire_token"}, status: 401, journal: 401, body: "UNAUTHENTICATED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, egssim.Options{})
			owner := s.owner()
			if err := s.SetFaults([]egssim.Fault{test.fault}); err != nil {
				t.Fatal(err)
			}
			s.ResetJournal()
			got := s.ask("POST", keyPath, owner, object("name", "a", "role", "Owner", "validity", "2027-01-01"))
			if got.status != test.status || !strings.Contains(got.body, test.body) || (got.err != nil) != (test.cut || test.status == 0) {
				t.Errorf("got status %d, error %v, %q", got.status, got.err, got.body)
			}
			if test.fault.Location != got.header.Get("Location") {
				t.Errorf("redirected to %q", got.header.Get("Location"))
			}
			if made := len(s.Keys()) == 2; made != test.made {
				t.Errorf("a key was made: %v, want %v", made, test.made)
			}
			if j := s.Journal(); len(j) != 1 || j[0].Status != test.journal || len(j[0].Members) != 3 {
				t.Errorf("the journal is %+v", j)
			}
			if left := s.Faults(); len(left) != 0 {
				t.Errorf("left are %+v", left)
			}
		})
	}
}

func TestTruncatedAnswersAreHalfOfWhatTheyDeclare(t *testing.T) {
	t.Parallel()
	for _, form := range []egssim.DeleteAnswer{egssim.DeleteAnswerEnvelope, egssim.DeleteAnswerNull, egssim.DeleteAnswerEmpty} {
		s := serve(t, egssim.Options{DeleteAnswer: form})
		owner := s.owner()
		if err := s.SetFaults([]egssim.Fault{{Kind: egssim.FaultTruncate}}); err != nil {
			t.Fatal(err)
		}
		got := s.ask("DELETE", keyPath, owner, object("apiKey", s.OwnerKey()))
		if got.status != 200 || got.err == nil || len(s.Keys()) != 0 {
			t.Errorf("form %d: got %d, error %v, %q", form, got.status, got.err, got.body)
		}
	}
}

func TestLateCommitsAreDoneAfterTheRequestsThatFollow(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	owner := s.owner()
	if err := s.SetFaults([]egssim.Fault{
		{Method: "DELETE", Kind: egssim.FaultCommitLate, Status: 504, Requests: 2},
		{Method: "DELETE", Kind: egssim.FaultEmpty},
	}); err != nil {
		t.Fatal(err)
	}
	other := s.AddKey(egssim.Key{Name: "a", Role: "Owner", Validity: "2999-12-31"})
	if got := s.ask("DELETE", keyPath, owner, object("apiKey", other)); got.status != 504 || len(s.Keys()) != 2 {
		t.Errorf("got %d, %d keys", got.status, len(s.Keys()))
	}
	if got := s.ask("DELETE", keyPath, owner, object("apiKey", other)); got.status != 200 || got.body != "" || len(s.Keys()) != 2 {
		t.Errorf("an empty answer: got %d %q, %d keys", got.status, got.body, len(s.Keys()))
	}
	// The request that it waits for does not see it yet.
	if got := s.ask("GET", listPath, owner, ""); !strings.Contains(got.body, other) || len(s.Keys()) != 1 {
		t.Errorf("%d keys, %s", len(s.Keys()), got.body)
	}
}

func TestFaultsMatchAndAreSpentInOrder(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	owner := s.owner()
	if err := s.SetFaults([]egssim.Fault{
		{Method: "GET", Path: listPath, Kind: "status", Status: 500, Times: 2},
		{Path: keyPath, Kind: "status", Status: 501},
		{Method: "GET", Kind: "status", Status: 503},
	}); err != nil {
		t.Fatal(err)
	}
	for i, call := range []struct {
		method, path string
		want         int
	}{
		{"GET", listPath, 500},
		{"DELETE", keyPath, 501},
		{"DELETE", keyPath, 400},
		{"GET", listPath, 500},
		{"GET", listPath, 503},
		{"GET", listPath, 200},
	} {
		if got := s.ask(call.method, call.path, owner, ""); got.status != call.want {
			t.Errorf("request %d: got %d, want %d", i, got.status, call.want)
		}
		if i == 1 {
			left := s.ask("GET", "/_sim/faults", "", "").body
			if strings.Count(left, `"times":1`) != 2 || strings.Contains(left, "501") {
				t.Errorf("left are %s", left)
			}
		}
	}
}

func TestFaultCanCarryRetryAfter(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	if err := s.SetFaults([]egssim.Fault{{Kind: "status", Status: 429, RetryAfter: "120"}}); err != nil {
		t.Fatal(err)
	}
	if got := s.ask("GET", listPath, "", ""); got.status != 429 || got.header.Get("Retry-After") != "120" {
		t.Errorf("got %d, Retry-After %q", got.status, got.header.Get("Retry-After"))
	}
}

func TestBadFaultsAreNamedAndReplaceNothing(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	if got := s.ask("PUT", "/_sim/faults", "", `[{"kind":"html"}]`); got.status != http.StatusNoContent {
		t.Fatalf("a good fault gets %d %s", got.status, got.body)
	}
	for body, want := range map[string]string{
		`[{"kind":"explode"}]`:                              `fault 0: kind \"explode\"`,
		`[{"kind":"html"},{"kind":""}]`:                     `fault 1: kind \"\"`,
		`[{"kind":"html","method":"get"}]`:                  `method \"get\"`,
		`[{"kind":"html","path":"api"}]`:                    `path \"api\"`,
		`[{"kind":"html","path":"/_sim/keys"}]`:             `control endpoint`,
		`[{"kind":"html","times":-1}]`:                      `times`,
		`[{"kind":"status"}]`:                               `status is missing`,
		`[{"kind":"status","status":1000}]`:                 `status 1000`,
		`[{"kind":"delay"}]`:                                `delay_ms is missing`,
		`[{"kind":"delay","delay_ms":-1}]`:                  `delay_ms is negative`,
		`[{"kind":"redirect"}]`:                             `location is missing`,
		`[{"kind":"redirect","location":"/","status":200}]`: `status 200 does not redirect`,
		`[{"kind":"status","stauts":500}]`:                  `stauts`,
		`[{"kind":"status","status":"500"}]`:                `status`,
		`{"kind":"html"}`:                                   `not as expected`,
		`[`:                                                 `not as expected`,
		`[] []`:                                             `more than one`,
	} {
		got := s.ask("PUT", "/_sim/faults", "", body)
		if got.status != http.StatusBadRequest || !strings.Contains(got.body, want) {
			t.Errorf("%s: got %d %s", body, got.status, got.body)
		}
	}
	if left := s.Faults(); len(left) != 1 || left[0].Kind != "html" {
		t.Errorf("left are %+v", left)
	}
	if got := s.ask("DELETE", "/_sim/faults", "", ""); got.status != http.StatusNoContent || len(s.Faults()) != 0 {
		t.Errorf("removing them got %d", got.status)
	}
	if got := s.ask("GET", "/_sim/faults", "", ""); strings.TrimSpace(got.body) != "[]" {
		t.Errorf("no faults are %s", got.body)
	}
}

func TestWaitsEndWhenTheClientGoesAway(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options egssim.Options
		faults  []egssim.Fault
		keys    int
	}{
		"delay, not handled": {faults: []egssim.Fault{{Kind: "delay", DelayMS: 3_600_000}}, keys: 1},
		"latency, handled":   {options: egssim.Options{Latency: time.Hour}, keys: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, test.options)
			if err := s.SetFaults(test.faults); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			header := http.Header{"Authorization": {"Bearer " + s.Token(s.OwnerKey())}, "Content-Type": {"application/json"}}
			if got := s.send(ctx, "POST", keyPath, header, object("name", "a", "role", "Owner", "validity", "2027-01-01")); got.err == nil {
				t.Fatalf("got %d", got.status)
			}
			s.close() // waits for the request
			if j := s.Journal(); len(j) != 1 || j[0].Status != 0 || len(s.Keys()) != test.keys {
				t.Errorf("there are %d keys and the journal is %+v", len(s.Keys()), j)
			}
		})
	}
}

func TestLatencyComesBeforeEveryAPIAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := egssim.New(egssim.Options{Latency: time.Minute})
		for path, want := range map[string]time.Duration{listPath: time.Minute, "/nowhere": time.Minute, "/_sim/keys": 0} {
			began := time.Now()
			s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), "GET", path, nil))
			if took := time.Since(began); took != want {
				t.Errorf("%s took %s, want %s", path, took, want)
			}
		}
	})
}

func TestDelayFaultWaitsBeforeHandling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := egssim.New(egssim.Options{TokenTTL: time.Minute})
		if err := s.SetFaults([]egssim.Fault{{Kind: "delay", DelayMS: 61_000}}); err != nil {
			t.Fatal(err)
		}
		request := httptest.NewRequestWithContext(t.Context(), "GET", listPath, nil)
		request.Header.Set("Authorization", "Bearer "+s.Token(s.OwnerKey()))
		answer := httptest.NewRecorder()
		if s.ServeHTTP(answer, request); answer.Code != http.StatusUnauthorized {
			t.Errorf("the token did not end during the delay: got %d", answer.Code)
		}
	})
}
