// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestAccAPIKeyResource_deleteRefused(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	s.Run(
		resource.TestStep{Config: aliceKey("")},
		resource.TestStep{
			PreConfig: func() {
				s.fault(simulation.Fault{Method: http.MethodDelete, Kind: simulation.FaultStatus, Status: http.StatusForbidden})
			},
			Config:      aliceKey(""),
			Destroy:     true,
			ExpectError: regexp.MustCompile(`(?s)Unable to delete h2oGPTe API key.*"ci" of "alice".*403`),
		},
	)
}

func TestAccAPIKeyResource_refusedByTheSite(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{MaxExpiryDays: 90})
	const refused = `(?s).*API key "ci"\s+of\s+"alice".*HTTP 400.*expires_in\s+must\s+not\s+exceed\s+90\s+days`
	s.Run(
		resource.TestStep{
			Config:      aliceKey("expires_in_days = 91"),
			ExpectError: regexp.MustCompile(`Unable to create h2oGPTe API key` + refused),
		},
		resource.TestStep{Config: aliceKey("expires_in_days = 90")},
		resource.TestStep{
			Config:      aliceKey("expires_in_days = 91"),
			ExpectError: regexp.MustCompile(`Unable to update h2oGPTe API key` + refused),
		},
		resource.TestStep{
			Config:      aliceKey(""),
			ExpectError: regexp.MustCompile(`(?s)Unable to update h2oGPTe API key.*have\s+to\s+expire`),
		},
		resource.TestStep{Config: aliceKey("expires_in_days = 90"), ConfigPlanChecks: expectEmptyPlan()},
	)
}

func TestAccAPIKeyResource_olderServiceWithoutInactivityIntervals(t *testing.T) {
	t.Parallel()
	for name, refuses := range map[string]bool{"ignores it": false, "refuses it": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{NoInactivityInterval: true, RefuseUnknownMembers: refuses})
			want := regexp.MustCompile(`(?s)inactivity.*does\s+not\s+know\s+inactivity\s+intervals.*upgrade`)
			s.Run(
				resource.TestStep{
					Config:      aliceKey("inactivity_interval_days = 7"),
					ExpectError: want,
				},
				resource.TestStep{
					PreConfig: func() {
						if err := s.left(); err != nil {
							t.Error(err)
						}
					},
					Config: aliceKey(""),
				},
				resource.TestStep{Config: aliceKey("inactivity_interval_days = 7"), ExpectError: want},
				resource.TestStep{Config: aliceKey(""), ConfigPlanChecks: expectEmptyPlan()},
			)
		})
	}
}

// TestAccAPIKeyResource_failedPart checks that what an update did is saved where the rest
// failed.
func TestAccAPIKeyResource_failedPart(t *testing.T) {
	t.Parallel()
	const all = "expires_in_days = 60\n  inactivity_interval_days = 7\n  active = false"
	for name, test := range map[string]struct {
		method, path string
		plan         []plancheck.PlanCheck
	}{
		"the first": {http.MethodPatch, expirePath, []plancheck.PlanCheck{
			changes("expires_in_days", "30", "60"), changes("inactivity_interval_days", "<nil>", "7"), changes("active", "true", "false"),
		}},
		"the second": {http.MethodPatch, inactivityPath, []plancheck.PlanCheck{
			changes("expires_in_days", "60", "60"), changes("inactivity_interval_days", "<nil>", "7"), changes("active", "true", "false"),
		}},
		"the last": {http.MethodPost, deactivatePath, []plancheck.PlanCheck{
			changes("expires_in_days", "60", "60"), changes("inactivity_interval_days", "7", "7"), changes("active", "true", "false"),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			s.Run(
				resource.TestStep{Config: aliceKey("expires_in_days = 30")},
				resource.TestStep{
					PreConfig: func() {
						s.fault(simulation.Fault{Method: test.method, Path: test.path, Kind: simulation.FaultStatus, Status: 400, Times: 9})
					},
					Config:      aliceKey(all),
					ExpectError: regexp.MustCompile(`(?s)Unable to update h2oGPTe API key.*400`),
				},
				resource.TestStep{
					PreConfig:        func() { s.fault() },
					Config:           aliceKey(all),
					ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate, test.plan...),
					Check:            s.holdsSecret,
				},
			)
		})
	}
}
