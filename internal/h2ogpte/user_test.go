// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestAccAPIKeyResource_user(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	of := func(user string) string {
		return "resource \"egs_h2ogpte_api_key\" \"test\" {\n  name = \"ci\"\n  " + user + "\n}"
	}
	const unknown = `(?s)Unknown h2oGPTe user.*%s.*who\s+have\s+logged\s+in\s+once`
	alice := s.idOf("alice")
	s.Run(
		resource.TestStep{Config: of(""), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)Missing user.*username.*user_id`)},
		resource.TestStep{Config: of(`username = ""`), PlanOnly: true, ExpectError: regexp.MustCompile(`username`)},
		resource.TestStep{Config: of(`username = "carol"`), ExpectError: regexp.MustCompile(fmt.Sprintf(unknown, `"carol"`))},
		// Whose id it is the service has to say.
		resource.TestStep{Config: of(`user_id = "nobody"`), ExpectError: regexp.MustCompile(`(?s)Unable to create h2oGPTe API key.*User not found`)},
		resource.TestStep{
			Config:      of(fmt.Sprintf("username = \"bob\"\n  user_id = %q", alice)),
			ExpectError: regexp.MustCompile(`(?s)Conflicting h2oGPTe user.*"alice".*"bob"`),
		},
		resource.TestStep{
			PreConfig: func() { s.AddUser(h2ogptesim.User{UserName: "carol"}) },
			Config:    of(`username = "carol"`),
		},
		resource.TestStep{
			Config:           of(fmt.Sprintf("username = \"alice\"\n  user_id = %q", alice)),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionReplace),
		},
		resource.TestStep{Config: of(fmt.Sprintf("user_id = %q", alice)), ConfigPlanChecks: expectEmptyPlan()},
		resource.TestStep{
			// A name that is not known yet.
			Config: of("username = terraform_data.user.output") + "\nresource \"terraform_data\" \"user\" {\n  input = \"bob\"\n}",
			ConfigStateChecks: []statecheck.StateCheck{
				expectValue("user_id", knownvalue.StringExact(s.idOf("bob"))),
			},
		},
	)
}

// TestAccAPIKeyResource_userThatIsNotListed makes a key by the id of a user whom nothing
// lists.
func TestAccAPIKeyResource_userThatIsNotListed(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulation.Fault{
		"no list":     {Kind: simulation.FaultStatus, Status: http.StatusForbidden},
		"not in list": {Kind: simulation.FaultStatus, Status: http.StatusOK, Body: "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			fault := fault
			fault.Method, fault.Path, fault.Times = http.MethodGet, usersPath, 1000
			s.fault(fault)
			config := fmt.Sprintf("resource \"egs_h2ogpte_api_key\" \"test\" {\n  name = \"ci\"\n  user_id = %q\n}", s.idOf("alice"))
			s.Run(
				resource.TestStep{
					Config: config, Check: s.holdsSecret,
					ConfigStateChecks: []statecheck.StateCheck{expectValue("username", knownvalue.StringExact("alice"))},
				},
				resource.TestStep{Config: config, ConfigPlanChecks: expectEmptyPlan()},
				resource.TestStep{Config: aliceKey(""), ConfigPlanChecks: expectEmptyPlan()},
			)
		})
	}
}
