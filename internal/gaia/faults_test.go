// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// targets are the kinds of requests.
var targets = []struct{ method, path string }{
	{http.MethodGet, keysPath}, {http.MethodPost, keysPath}, {http.MethodPut, keyPath}, {http.MethodDelete, deletePath},
}

// TestAccAPIKeyResource_faultsThatPass has each fault once in each kind of request: an
// apply, a change and a destroy come through, and no key is left over.
func TestAccAPIKeyResource_faultsThatPass(t *testing.T) {
	t.Parallel()
	for _, fault := range []simulation.Fault{
		{Kind: simulation.FaultDropBefore},
		{Kind: simulation.FaultDropAfterCommit},
		{Kind: simulation.FaultCommitLate},
		{Kind: simulation.FaultTruncate},
		{Kind: simulation.FaultHTML},
		{Kind: simulation.FaultDelay, DelayMS: 5},
		{Kind: simulation.FaultStatus, Status: http.StatusTooManyRequests},
		{Kind: simulation.FaultStatus, Status: http.StatusInternalServerError},
		{Kind: simulation.FaultStatus, Status: http.StatusGatewayTimeout},
	} {
		t.Run(fmt.Sprintf("%s %d", fault.Kind, fault.Status), func(t *testing.T) {
			t.Parallel()
			s := simulate(t, gaiasim.Options{KeyForm: gaiasim.KeyToEscape})
			everywhere := func() {
				var all []simulation.Fault
				for _, target := range targets {
					fault.Method, fault.Path = target.method, target.path
					all = append(all, fault)
				}
				s.fault(all...)
			}
			s.Run(
				resource.TestStep{PreConfig: everywhere, Config: key("read", ""), Check: s.holds(`{"permissions":"read"}`)},
				resource.TestStep{PreConfig: everywhere, Config: key("write", ""), Check: s.holds(`{"permissions":"write"}`)},
				resource.TestStep{PreConfig: everywhere, Config: key("write", ""), Destroy: true},
			)
		})
	}
}

func TestAccAPIKeyResource_uncertainCreate(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{AddsMember: true})
	s.Run(resource.TestStep{
		PreConfig: func() {
			s.fault(simulation.Fault{Method: http.MethodPost, Kind: simulation.FaultDropAfterCommit})
		},
		Config: key("read", ""),
		ExpectError: regexp.MustCompile(`(?s)A Search GAIA API key may have been created.*permissions\s+"read",` +
			`\s+asked\s+for\s+at\s+2026-11-21T12:00:00Z.*- [0-9a-f]{64}.*import\s+it`),
	})
	if got := len(s.Keys()); got != 2 {
		t.Errorf("%d keys, want the simulator's own and the one that the error names", got)
	}
	for _, key := range s.Keys() {
		s.foreign[key.ID] = true
	}
}

// TestAccAPIKeyResource_lateKeys has creates be carried out late: an apply warns of every
// key that is there or may come.
func TestAccAPIKeyResource_lateKeys(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		requests, times int
		want            string
	}{
		"listed":   {4, 2, `(?s)Warning: A Search GAIA API key may have been created twice.*- [0-9a-f]{64}.*import\s+it`},
		"not yet":  {12, 1, `(?s)Warning: Another Search GAIA API key may still come into being.*up\s+to\s+1\s+more.*egs_gaia_api_keys`},
		"none yet": {20, 2, `(?s)Warning: Another Search GAIA API key may still come into being.*up\s+to\s+2\s+more.*import\s+it`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, gaiasim.Options{})
			w := s.WorkingDir("1.11.0", key("read", ""))
			s.fault(simulation.Fault{
				Method: http.MethodPost, Path: keysPath, Kind: simulation.FaultCommitLate, Requests: test.requests, Times: test.times,
			})
			output := w.Run("apply", "-auto-approve", "-no-color")
			if !regexp.MustCompile(test.want).MatchString(output) {
				t.Errorf("got %s", output)
			}
			w.Run("destroy", "-auto-approve", "-no-color")
			for _, key := range s.Keys() {
				s.foreign[key.ID] = true
			}
		})
	}
}

// TestAccAPIKeyResource_absenceNeedsProof has refreshes fail: the key stays in the state.
func TestAccAPIKeyResource_absenceNeedsProof(t *testing.T) {
	t.Parallel()
	status := func(status int, body string) simulation.Fault {
		return simulation.Fault{Kind: simulation.FaultStatus, Status: status, Body: body}
	}
	for name, fault := range map[string]simulation.Fault{
		"401":       status(401, ""),
		"404":       status(404, ""),
		"500":       status(500, ""),
		"HTML":      {Kind: simulation.FaultHTML, Status: 200},
		"HTML 404":  {Kind: simulation.FaultHTML, Status: 404},
		"dropped":   {Kind: simulation.FaultDropBefore},
		"null":      status(200, `null`),
		"object":    status(200, `{"api_keys":[]}`),
		"odd entry": status(200, `[7]`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fault.Method, fault.Path, fault.Times = http.MethodGet, keysPath, 100
			s := simulate(t, gaiasim.Options{})
			s.Run(
				resource.TestStep{Config: key("read", "")},
				resource.TestStep{
					PreConfig:   func() { s.fault(fault) },
					Config:      key("read", ""),
					ExpectError: regexp.MustCompile(`Unable to read Search GAIA API key`),
				},
				resource.TestStep{
					PreConfig:        func() { s.fault() },
					Config:           key("read", ""),
					ConfigPlanChecks: expectEmptyPlan(),
				},
			)
		})
	}
}

// TestAccAPIKeyResource_requests counts what Terraform's commands cost the service: with
// more keys there are more writes, and nothing else.
func TestAccAPIKeyResource_requests(t *testing.T) {
	t.Parallel()
	for _, keys := range []int{5, 40} {
		t.Run(fmt.Sprint(keys), func(t *testing.T) {
			t.Parallel()
			config := func(permissions string) string {
				return fmt.Sprintf("resource \"egs_gaia_api_key\" \"test\" {\n  count = %d\n  permissions = %q\n}", keys, permissions)
			}
			// One list tells all creates what there was before, since the test's clock stands
			// still, and another what the service adds to a key.
			s := simulate(t, gaiasim.Options{})
			s.Run(resource.TestStep{Config: config("read"), Check: s.wantRequests(2, keys, 0, 0)})

			s = simulate(t, gaiasim.Options{})
			w := s.WorkingDir("1.11.0", config("read"))
			w.Run("apply", "-auto-approve")
			run := func(lists, updates, deletes int, args ...string) {
				t.Helper()
				s.ResetJournal()
				w.Run(args...)
				if err := s.wantRequests(lists, 0, updates, deletes)(nil); err != nil {
					t.Errorf("%s: %s", args[0], err)
				}
			}
			run(1, 0, 0, "plan", "-detailed-exitcode") // an exit code of 2 would mean changes
			w.Write("override.tf", config("write"))
			run(1, keys, 0, "apply", "-auto-approve")
			run(1, 0, keys, "destroy", "-auto-approve")
		})
	}
}

// TestAccAPIKeyResource_canary looks for every key, in every form it travels in, in what
// the CLI prints and logs at the highest level, under every kind of fault of every kind of
// request. Keys stand in paths, so the paths that are logged are looked at too.
func TestAccAPIKeyResource_canary(t *testing.T) {
	t.Parallel()
	kinds := map[string]func(secret string) simulation.Fault{
		"dropped before": func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultDropBefore} },
		"dropped after":  func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultDropAfterCommit} },
		"truncated":      func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultTruncate} },
		"overrun":        func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultOverrun} },
		"garbled":        func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultGarbled} },
		"HTML":           func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultHTML} },
		"key echoed": func(secret string) simulation.Fault {
			body, err := json.Marshal(map[string]any{"detail": "refused: " + secret + " at " + keysPath + url.PathEscape(secret)})
			if err != nil {
				t.Fatal(err)
			}
			return simulation.Fault{Kind: simulation.FaultStatus, Status: 400, Body: string(body)}
		},
		"key in a 500": func(secret string) simulation.Fault {
			return simulation.Fault{Kind: simulation.FaultStatus, Status: 500, Body: "oops " + secret}
		},
		"redirect": func(secret string) simulation.Fault {
			return simulation.Fault{Kind: simulation.FaultRedirect, Location: "https://elsewhere.example/?key=" + url.QueryEscape(secret)}
		},
	}
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, gaiasim.Options{KeyForm: gaiasim.KeyToEscape})
			w := s.WorkingDir("1.11.0", key("read", ""))
			w.Env = append(w.Env, "TF_LOG=TRACE")
			output := w.Run("apply", "-auto-approve", "-no-color")
			managed := s.Secret(s.managed().ID)
			secrets := map[string]bool{}
			for i, command := range [][]string{
				{"plan", "-no-color"},
				{"apply", "-auto-approve", "-no-color", "-replace=" + testKey},
				{"apply", "-auto-approve", "-no-color"},
				{"destroy", "-auto-approve", "-no-color"},
			} {
				target := targets[i]
				secret := s.AdminKey()
				if target.method == http.MethodPut {
					w.Run("apply", "-auto-approve", "-no-color")
					w.Write("override.tf", "resource \"egs_gaia_api_key\" \"test\" {\n  permissions = \"write\"\n}\n")
				}
				if target.method == http.MethodPut || target.method == http.MethodDelete {
					// The key that stands in the path.
					secret = s.Secret(s.managed().ID)
				}
				fault := kind(secret)
				fault.Method, fault.Path, fault.Times = target.method, target.path, 9
				s.fault(fault)
				printed, _ := w.Try(command...)
				output += printed
				s.fault()
				for _, key := range s.Keys() {
					secrets[s.Secret(key.ID)] = true
				}
			}
			secrets[managed] = true
			for _, want := range []string{"request_body", "api_keys/{api_key}", "api_keys/delete/{api_key}"} {
				if !strings.Contains(output, want) {
					t.Errorf("%s was not logged: the check looked at nothing", want)
				}
			}
			for secret := range secrets {
				quoted, err := json.Marshal(secret)
				if err != nil {
					t.Fatal(err)
				}
				for _, form := range []string{secret, string(quoted[1 : len(quoted)-1]), url.QueryEscape(secret), url.PathEscape(secret)} {
					if i := strings.Index(output, form); i >= 0 {
						t.Errorf("a key was shown: %s", output[max(0, i-200):min(len(output), i+100)])
					}
				}
			}
		})
	}
}
