// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
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
		resource.TestStep{Config: of(`user_id = "nobody"`), ExpectError: regexp.MustCompile(fmt.Sprintf(unknown, `"nobody"`))},
		resource.TestStep{
			Config:      of(fmt.Sprintf("username = \"bob\"\n  user_id = %q", alice)),
			ExpectError: regexp.MustCompile(`(?s)Contradictory h2oGPTe user.*"alice".*"bob"`),
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
