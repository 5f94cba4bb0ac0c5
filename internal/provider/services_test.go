// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"maps"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
)

// TestAccProvider_malformedEnvironment has variables be set to what is none: a plan
// fails if it uses the service, and only then.
func TestAccProvider_malformedEnvironment(t *testing.T) {
	t.Parallel()
	configs := map[string]string{"EGS": workspace, "H2OGPTE": h2ogpteKey, "GAIA": gaiaKey}
	good := map[string]string{
		"EGS_ENDPOINT": "https://egs.example.com", "EGS_API_KEY": "a-key",
		"H2OGPTE_ENDPOINT": "https://h2ogpte.example.com/api/v1", "H2OGPTE_API_KEY": "a-key",
		"GAIA_ENDPOINT": "https://gaia.example.com", "GAIA_API_KEY": "a-key",
	}
	for service := range configs {
		for variable, test := range map[string]struct{ value, want string }{
			service + "_ENDPOINT": {"a.example.com", `(?s)Invalid .* endpoint.*` + service + `_ENDPOINT`},
			service + "_API_KEY":  {"a key", `(?s)Invalid .* credentials.*` + service + `_API_KEY`},
		} {
			for used, config := range configs {
				t.Run(variable+" with "+used, func(t *testing.T) {
					t.Parallel()
					step := resource.TestStep{Config: config, PlanOnly: true}
					if used == service {
						step.ExpectError = regexp.MustCompile(test.want)
					} else {
						step.ExpectNonEmptyPlan = true
					}
					env := maps.Clone(good)
					env[variable] = test.value
					tf := acctest.Terraform{T: t, Clock: acctest.NewClock(), Environment: env}
					tf.Run(step)
				})
			}
		}
	}
}
