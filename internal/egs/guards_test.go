// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestAccAPIKeyResource_identity(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.RunFrom(tfversion.Version1_12_0,
		resource.TestStep{
			Config: viewerKey(""),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectIdentityValueMatchesState(testKey, tfjsonpath.New("id")),
			},
		},
		resource.TestStep{
			Config:            viewerKey(`description = "successor"`),
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
	c := simulate(t, egssim.Options{})
	id := c.Keys()[0].ID
	const config = `
resource "egs_api_key" "test" {
  name        = "simulator"
  role        = "Owner"
  valid_until = "2999-12-31"
  user_name   = %q
  description = %q
}`
	own := fmt.Sprintf(config, c.Keys()[0].UserName, c.Keys()[0].Description)
	c.Run(
		resource.TestStep{
			Config:           fmt.Sprintf("import {\n  to = egs_api_key.test\n  id = %q\n}\n", id) + own,
			ConfigPlanChecks: expectAction(plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			Config:      own,
			Destroy:     true,
			ExpectError: regexp.MustCompile(`(?s)Unable to delete the provider's own EGS API key.*another Owner key`),
		},
		resource.TestStep{
			Config:      fmt.Sprintf(config, "somebody", "else"),
			ExpectError: regexp.MustCompile(`(?s)Unable to delete the provider's own EGS API key`),
		},
		resource.TestStep{
			// A way out that the error names.
			Config: "removed {\n  from = egs_api_key.test\n  lifecycle {\n    destroy = false\n  }\n}",
		},
	)
}
