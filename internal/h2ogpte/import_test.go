// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

func TestAccAPIKeyResource_import(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	s.Run(
		resource.TestStep{
			Config: aliceKey(fmt.Sprintf("collection_id = %q\n  expires_in_days = 30\n  inactivity_interval_days = 7", collection)),
		},
		resource.TestStep{
			ResourceName:      testKey,
			ImportState:       true,
			ImportStateVerify: true,
			// h2oGPTe tells it when a key is created, and never again.
			ImportStateVerifyIgnore: []string{"secret_key"},
		},
	)
}

func TestAccAPIKeyResource_importBlock(t *testing.T) {
	t.Parallel()
	interval := int64(7)
	for name, config := range map[string]string{
		"by username": aliceKey("expires_in_days = 30\n  inactivity_interval_days = 7"),
		"by user_id": "resource \"egs_h2ogpte_api_key\" \"test\" {\n  user_id = \"6f0b5c1e-0d51-4c2c-9a55-0a3f6d1e7a02\"\n" +
			"  name = \"ci\"\n  expires_in_days = 30\n  inactivity_interval_days = 7\n}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			end := s.Clock.Now().Add(30 * day)
			id := s.issue(h2ogptesim.Key{UserName: "alice", Name: "ci", ExpiresAt: &end, InactivityIntervalDays: &interval})
			s.Clock.Advance(10 * day)
			s.Run(
				resource.TestStep{
					Config: fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", testKey, id) + config,
					ConfigPlanChecks: resource.ConfigPlanChecks{
						PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(testKey, plancheck.ResourceActionNoop)},
						PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
					},
					ConfigStateChecks: []statecheck.StateCheck{
						expectValue("secret_key", knownvalue.Null()),
						expectValue("user_id", knownvalue.StringExact(s.idOf("alice"))),
						expectValue("expires_in_days", knownvalue.Int64Exact(30)),
					},
				},
				resource.TestStep{
					// What is changed in place leaves it null.
					Config:            strings.ReplaceAll(config, "= 30", "= 60"),
					ConfigPlanChecks:  expectAction(plancheck.ResourceActionUpdate, changes("secret_key", "<nil>", "<nil>")),
					ConfigStateChecks: []statecheck.StateCheck{expectValue("secret_key", knownvalue.Null())},
				},
			)
		})
	}
}

func TestAccAPIKeyResource_importOfAUserThatIsNotListed(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	id := s.issue(h2ogptesim.Key{UserName: "carol", Name: "ci"})
	carol := "resource \"egs_h2ogpte_api_key\" \"test\" {\n  %s\n  name = \"ci\"\n}"
	s.Run(
		resource.TestStep{
			Config: fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", testKey, id) + fmt.Sprintf(carol, `username = "carol"`),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(testKey, plancheck.ResourceActionNoop)},
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
			ConfigStateChecks: []statecheck.StateCheck{expectValue("user_id", knownvalue.Null())},
		},
		resource.TestStep{
			// The configuration may tell.
			Config:            fmt.Sprintf(carol, `user_id = "17"`),
			ConfigPlanChecks:  expectAction(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{expectValue("user_id", knownvalue.StringExact("17"))},
		},
	)
}

func TestAccAPIKeyResource_importErrors(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	for id, want := range map[string]string{
		"7c0f7a0e-2f4b-4a53-9f0e-3a1d2b6c8d90": `(?s)Cannot import non-existent remote object`,
		"sk-0123456789abcdef0123456789abcdef":  `(?s)looks like an API key\s+itself`,
		"two words":                            `(?s)white\s+space`,
	} {
		s.Run(resource.TestStep{
			Config:        aliceKey(""),
			ResourceName:  testKey,
			ImportState:   true,
			ImportStateId: id,
			ExpectError:   regexp.MustCompile(want),
		})
	}
}
