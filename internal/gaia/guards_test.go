// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
)

func TestAccAPIKeyResource_identity(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	s.RunFrom(tfversion.Version1_12_0,
		resource.TestStep{
			Config: key("read", ""),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectIdentityValueMatchesState(testKey, tfjsonpath.New("id")),
			},
		},
		resource.TestStep{
			Config:            key("read", ""),
			Taint:             []string{testKey},
			ConfigPlanChecks:  expectAction(plancheck.ResourceActionReplace),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentityValueMatchesState(testKey, tfjsonpath.New("id"))},
		},
		resource.TestStep{
			ResourceName:    testKey,
			ImportState:     true,
			ImportStateKind: resource.ImportBlockWithResourceIdentity,
		},
	)
}

func TestAccAPIKeyResource_ownKeyIsNotDeleted(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	id := s.Keys()[0].ID
	s.Run(
		resource.TestStep{
			Config:           fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", testKey, id) + key("write", ""),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			Config:      key("write", ""),
			Destroy:     true,
			ExpectError: regexp.MustCompile(`(?s)Unable to delete the provider's own Search GAIA API key.*GAIA_API_KEY`),
		},
		resource.TestStep{
			// A way out that the error names.
			Config: "removed {\n  from = " + testKey + "\n  lifecycle {\n    destroy = false\n  }\n}",
		},
	)
}

// A plan says what the provider lacks, and not only an apply.
func TestAccAPIKeyResource_missingSettings(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	delete(s.Environment, "GAIA_API_KEY")
	s.Run(resource.TestStep{Config: key("read", ""), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)GAIA_API_KEY`)})
}

// A site may log its administrators in in its own way.
func TestAccAPIKeyResource_schemeOfTheSite(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{Scheme: "Basic", Admin: "YWRtaW46aHVzaA==", EmptyListAs404: true})
	s.Run(resource.TestStep{
		Config: "provider \"egs\" {\n  gaia = {\n    authorization_scheme = \"Basic\"\n  }\n}\n" + key("read", ""),
		Check:  s.holds(`{"permissions":"read"}`),
	})
}
