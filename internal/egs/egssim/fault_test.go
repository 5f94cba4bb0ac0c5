// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"strings"
	"testing"

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
