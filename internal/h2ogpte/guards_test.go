// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

func TestAccAPIKeyResource_identity(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	matches := []statecheck.StateCheck{statecheck.ExpectIdentityValueMatchesState(testKey, tfjsonpath.New("id"))}
	s.RunFrom(tfversion.Version1_12_0,
		resource.TestStep{Config: aliceKey(""), ConfigStateChecks: matches},
		resource.TestStep{
			Config: aliceKey("expires_in_days = 30"), ConfigStateChecks: matches, ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
		},
		resource.TestStep{
			Config: aliceKey("collection_id = \"" + collection + "\""), ConfigStateChecks: matches,
			ConfigPlanChecks: expectAction(plancheck.ResourceActionReplace),
		},
		resource.TestStep{
			ResourceName:    testKey,
			ImportState:     true,
			ImportStateKind: resource.ImportBlockWithResourceIdentity,
		},
	)
}

func TestAccAPIKeyResource_ownKeyIsNotEnded(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	own := func(more string) string {
		return "resource \"egs_h2ogpte_api_key\" \"test\" {\n  username = \"admin\"\n  name = \"simulator\"\n  " + more + "\n}"
	}
	s.Run(
		resource.TestStep{
			Config:           fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", testKey, s.Keys()[0].ID) + own(""),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			Config:      own(""),
			Destroy:     true,
			ExpectError: regexp.MustCompile(`(?s)Unable to delete the provider's own h2oGPTe API key.*H2OGPTE_API_KEY`),
		},
		resource.TestStep{
			Config:      own("active = false"),
			ExpectError: regexp.MustCompile(`(?s)Unable to deactivate the provider's own h2oGPTe API key`),
		},
		resource.TestStep{
			Config:      own("collection_id = \"" + collection + "\""),
			ExpectError: regexp.MustCompile(`(?s)Unable to delete the provider's own h2oGPTe API key`),
		},
		resource.TestStep{
			// A way out that the error names.
			Config: "removed {\n  from = egs_h2ogpte_api_key.test\n  lifecycle {\n    destroy = false\n  }\n}",
		},
	)
}

func TestAccAPIKeyResource_notConfigured(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config, set, want string
	}{
		"no endpoint at plan":      {aliceKey(""), "H2OGPTE_API_KEY", `(?s)h2ogpte\.endpoint.*H2OGPTE_ENDPOINT`},
		"no key at plan":           {aliceKey(""), "H2OGPTE_ENDPOINT", `(?s)h2ogpte\.api_key.*H2OGPTE_API_KEY`},
		"data source, no endpoint": {`data "egs_h2ogpte_users" "test" {}`, "H2OGPTE_API_KEY", `(?s)h2ogpte\.endpoint.*H2OGPTE_ENDPOINT`},
		"data source, no key":      {`data "egs_h2ogpte_api_keys" "test" {}`, "H2OGPTE_ENDPOINT", `(?s)h2ogpte\.api_key.*H2OGPTE_API_KEY`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			s.Environment = map[string]string{test.set: s.Environment[test.set]}
			s.Run(resource.TestStep{Config: test.config, PlanOnly: true, ExpectError: regexp.MustCompile(test.want)})
		})
	}
}

func TestAccAPIKeyResource_settingsNotKnownYet(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	endpoint := s.Environment["H2OGPTE_ENDPOINT"]
	s.Environment = map[string]string{}
	s.Run(resource.TestStep{
		Config: fmt.Sprintf(`
resource "terraform_data" "site" {
  input = { endpoint = %q, api_key = %q }
}
provider "egs" {
  h2ogpte = {
    endpoint = terraform_data.site.output.endpoint
    api_key  = terraform_data.site.output.api_key
  }
}`, endpoint, s.AdminKey()) + aliceKey(""),
		Check: s.holdsSecret,
	})
}
