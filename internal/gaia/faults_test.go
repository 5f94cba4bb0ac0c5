// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// TestAccAPIKeyResource_faultsThatPass has each fault once in each kind of request: an
// apply, a change and a destroy come through, and no key is left over.
func TestAccAPIKeyResource_faultsThatPass(t *testing.T) {
	t.Parallel()
	passing := slices.Concat(acctest.HarmlessFaults, acctest.LostResponses)
	for _, fault := range append(passing, acctest.UnknownOutcomes...) {
		t.Run(acctest.FaultName(fault), func(t *testing.T) {
			t.Parallel()
			s := simulate(t, gaiasim.Options{KeyForm: gaiasim.KeyToEscape})
			requests := []string{listKeys, "PUT " + keyPath, "DELETE " + deletePath}
			if slices.Contains(passing, fault) {
				requests = append(requests, createKey)
			}
			everywhere := func() { s.fault(acctest.FaultsAt(fault, requests...)...) }
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
			// One list tells all creates what existed before, since the test's clock stands still.
			s := simulate(t, gaiasim.Options{})
			s.Run(resource.TestStep{Config: config("read"), Check: s.wantRequests(1, keys, 0, 0)})

			s = simulate(t, gaiasim.Options{})
			d := s.Driver(config("read"))
			d.Must(d.Apply(driver.Options{}))
			run := func(lists, updates, deletes int, name string, command func() *driver.Result) {
				t.Helper()
				s.ResetJournal()
				if result := d.Must(command()); name == "plan" && !result.Plan.Empty() {
					t.Errorf("the plan is %s, want no changes", result.Plan)
				}
				if err := s.wantRequests(lists, 0, updates, deletes)(nil); err != nil {
					t.Errorf("%s: %s", name, err)
				}
			}
			run(1, 0, 0, "plan", func() *driver.Result { return d.Plan(driver.Options{}) })
			d.Config = config("write")
			run(1, keys, 0, "apply", func() *driver.Result { return d.Apply(driver.Options{}) })
			run(1, 0, keys, "destroy", d.Destroy)
		})
	}
}
