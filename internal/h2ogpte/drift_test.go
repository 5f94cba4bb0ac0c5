// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

func TestAccAPIKeyResource_changedArgumentReplaces(t *testing.T) {
	t.Parallel()
	for attribute, config := range map[string]string{
		"name":          "username = \"alice\"\n  name = \"cd\"",
		"username":      "username = \"bob\"\n  name = \"ci\"",
		"user_id":       "user_id = \"6f0b5c1e-0d51-4c2c-9a55-0a3f6d1e7a03\"\n  name = \"ci\"",
		"collection_id": "username = \"alice\"\n  name = \"ci\"\n  collection_id = \"" + collection + "\"",
	} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			secrets := statecheck.CompareValue(compare.ValuesDiffer())
			secret := func() []statecheck.StateCheck {
				return []statecheck.StateCheck{secrets.AddStateValue(testKey, tfjsonpath.New("secret_key"))}
			}
			s.Run(
				resource.TestStep{Config: aliceKey(""), ConfigStateChecks: secret()},
				resource.TestStep{
					Config:            "resource \"egs_h2ogpte_api_key\" \"test\" {\n  " + config + "\n}",
					ConfigPlanChecks:  expectAction(plancheck.ResourceActionReplace, replacedFor(attribute)),
					ConfigStateChecks: secret(),
					Check:             s.holdsSecret,
				},
			)
		})
	}
}

func TestAccAPIKeyResource_changedOutside(t *testing.T) {
	t.Parallel()
	interval := int64(9)
	for name, test := range map[string]struct {
		change func(*h2ogptesim.Key)
		plan   resource.ConfigPlanChecks
	}{
		"name": {
			func(key *h2ogptesim.Key) { key.Name = "cd" },
			expectAction(plancheck.ResourceActionReplace, replacedFor("name")),
		},
		"username": {
			func(key *h2ogptesim.Key) { key.UserName = "bob" },
			expectAction(plancheck.ResourceActionReplace, replacedFor("username")),
		},
		"collection": {
			func(key *h2ogptesim.Key) { key.CollectionID = "6d0c0e9c-1d5a-4f0e-8a5c-5c8c0a5b9b11" },
			expectAction(plancheck.ResourceActionReplace, replacedFor("collection_id")),
		},
		"inactivity interval": {
			func(key *h2ogptesim.Key) { key.InactivityIntervalDays = &interval },
			expectAction(plancheck.ResourceActionUpdate, changes("inactivity_interval_days", "9", "7")),
		},
		"no inactivity interval": {
			func(key *h2ogptesim.Key) { key.InactivityIntervalDays = nil },
			expectAction(plancheck.ResourceActionUpdate, changes("inactivity_interval_days", "<nil>", "7")),
		},
		"name of the collection": {func(key *h2ogptesim.Key) { key.CollectionName = "papers" }, expectEmptyPlan()},
		"collection is deleted":  {func(key *h2ogptesim.Key) { key.CollectionID, key.CollectionName = "", "" }, expectEmptyPlan()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			config := aliceKey(fmt.Sprintf("collection_id = %q\n  inactivity_interval_days = 7", collection))
			s.Run(
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig:        func() { s.change(test.change) },
					Config:           config,
					ConfigPlanChecks: test.plan,
				},
			)
		})
	}
}

func TestAccAPIKeyResource_disappears(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	s.Run(
		resource.TestStep{Config: aliceKey("")},
		resource.TestStep{
			PreConfig:        func() { s.DeleteKey(s.managed("ci").ID) },
			Config:           aliceKey(""),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionCreate),
			Check:            s.holdsSecret,
		},
	)
}
