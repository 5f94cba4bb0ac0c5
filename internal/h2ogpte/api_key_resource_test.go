// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

const (
	testKey    = "egs_h2ogpte_api_key.test"
	collection = "0e9c1d5a-6d0c-4f0e-8a5c-5c8c0a5b9b11"
)

// aliceKey is the configuration of a key of alice with more arguments.
func aliceKey(more string) string {
	return fmt.Sprintf(`
resource "egs_h2ogpte_api_key" "test" {
  username = "alice"
  name     = "ci"
  %s
}`, more)
}

func expectValue(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(testKey, tfjsonpath.New(attribute), value)
}

func TestAccAPIKeyResource_allAttributes(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	config := aliceKey(fmt.Sprintf("collection_id = %q\n  expires_in_days = 30\n  inactivity_interval_days = 7", collection))
	s.Run(
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				expectValue("id", knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f-]{36}$`))),
				expectValue("username", knownvalue.StringExact("alice")),
				expectValue("user_id", knownvalue.StringExact(s.idOf("alice"))),
				expectValue("name", knownvalue.StringExact("ci")),
				expectValue("collection_id", knownvalue.StringExact(collection)),
				expectValue("collection_name", knownvalue.StringExact("Collection 0e9c1d5a")),
				expectValue("expires_in_days", knownvalue.Int64Exact(30)),
				expectValue("expires_at", knownvalue.StringExact("2026-12-21T12:00:00Z")),
				expectValue("early_renewal_days", knownvalue.Null()),
				expectValue("ready_for_renewal", knownvalue.Bool(false)),
				expectValue("inactivity_interval_days", knownvalue.Int64Exact(7)),
				expectValue("active", knownvalue.Bool(true)),
				expectValue("is_global_key", knownvalue.Bool(false)),
				expectValue("created_at", knownvalue.StringExact("2026-11-21T12:00:00Z")),
				expectValue("hint", knownvalue.StringRegexp(regexp.MustCompile(`^.{4}$`))),
				statecheck.ExpectSensitiveValue(testKey, tfjsonpath.New("secret_key")),
			},
			Check: s.holdsSecret,
		},
		resource.TestStep{Config: config, ConfigPlanChecks: expectEmptyPlan()},
	)
}

func TestAccAPIKeyResource_fewestAttributes(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	config := fmt.Sprintf("resource \"egs_h2ogpte_api_key\" \"test\" {\n  user_id = %q\n  name = \"ci\"\n}", s.idOf("bob"))
	s.Run(
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				expectValue("username", knownvalue.StringExact("bob")),
				expectValue("collection_id", knownvalue.Null()),
				expectValue("collection_name", knownvalue.Null()),
				expectValue("expires_in_days", knownvalue.Null()),
				expectValue("expires_at", knownvalue.Null()),
				expectValue("inactivity_interval_days", knownvalue.Null()),
				expectValue("is_global_key", knownvalue.Bool(true)),
			},
			Check: s.holdsSecret,
		},
		resource.TestStep{Config: config, ConfigPlanChecks: expectEmptyPlan()},
		resource.TestStep{
			// By the other name of the same user.
			Config:           "resource \"egs_h2ogpte_api_key\" \"test\" {\n  username = \"bob\"\n  name = \"ci\"\n}",
			ConfigPlanChecks: expectEmptyPlan(),
		},
	)
}

// TestAccAPIKeyResource_unknownsOfTheWire makes, changes and destroys a key where the
// service differs in what is not documented.
func TestAccAPIKeyResource_unknownsOfTheWire(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]h2ogptesim.Options{
		"paths with hyphens":        {PathStyle: h2ogptesim.PathHyphens},
		"paths of both kinds":       {PathStyle: h2ogptesim.PathBoth},
		"oldest first":              {Order: h2ogptesim.OrderOldestFirst},
		"expired keys are inactive": {ExpiryDeactivates: true},
		"small pages":               {MaxLimit: 7, Keys: 30},
		"members are null":          {NullMembers: true},
		"times without a zone":      {LocalTimes: true},
		"errors with types":         {ErrorTypes: true},
		"keys have to expire":       {MaxExpiryDays: 365},
		"delete of nothing is 400":  {DeleteUnknownStatus: http.StatusBadRequest},
		"delete of nothing is 409":  {DeleteUnknownStatus: http.StatusConflict},
		"filter is ignored":         {FilterMatch: h2ogptesim.FilterIgnored},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, options)
			step := func(config string, plan resource.ConfigPlanChecks) resource.TestStep {
				return resource.TestStep{Config: config, ConfigPlanChecks: plan, Check: s.holdsSecret}
			}
			update := expectAction(plancheck.ResourceActionUpdate)
			s.Run(
				step(aliceKey("expires_in_days = 30"), expectAction(plancheck.ResourceActionCreate)),
				step(aliceKey("expires_in_days = 30"), expectEmptyPlan()),
				step(aliceKey("expires_in_days = 60"), update),
				step(aliceKey("expires_in_days = 60\n  inactivity_interval_days = 7"), update),
				step(aliceKey("expires_in_days = 60"), update),
				step(aliceKey("expires_in_days = 60\n  active = false"), update),
				step(aliceKey("expires_in_days = 60\n  active = false"), expectEmptyPlan()),
				resource.TestStep{
					// The destroy at the end deletes a key that is gone.
					Config: aliceKey("expires_in_days = 60"),
					Check: func(*terraform.State) error {
						s.DeleteKey(s.managed("ci").ID)
						return nil
					},
					ExpectNonEmptyPlan: true,
				},
			)
		})
	}
}

func TestAccAPIKeyResource_updateInPlace(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	ids, secrets := statecheck.CompareValue(compare.ValuesSame()), statecheck.CompareValue(compare.ValuesSame())
	step := func(config string, plan resource.ConfigPlanChecks, checks ...statecheck.StateCheck) resource.TestStep {
		return resource.TestStep{
			Config:           aliceKey(config),
			ConfigPlanChecks: plan,
			ConfigStateChecks: append(checks,
				ids.AddStateValue(testKey, tfjsonpath.New("id")), secrets.AddStateValue(testKey, tfjsonpath.New("secret_key"))),
			Check: s.holdsSecret,
		}
	}
	later := func(step resource.TestStep) resource.TestStep {
		step.PreConfig = func() { s.Clock.Advance(day) }
		return step
	}
	update := func(attribute, before, after string) resource.ConfigPlanChecks {
		return expectAction(plancheck.ResourceActionUpdate, changes(attribute, before, after),
			plancheck.ExpectKnownValue(testKey, tfjsonpath.New("name"), knownvalue.StringExact("ci")))
	}
	expiresAt := func(at string) statecheck.StateCheck { return expectValue("expires_at", knownvalue.StringExact(at)) }
	s.Run(
		step("expires_in_days = 30", resource.ConfigPlanChecks{}, expiresAt("2026-12-21T12:00:00Z")),
		later(step("expires_in_days = 30", expectEmptyPlan(), expiresAt("2026-12-21T12:00:00Z"))),
		step("expires_in_days = 60", update("expires_in_days", "30", "60"), expiresAt("2027-01-21T12:00:00Z")),
		step("expires_in_days = 60\n  inactivity_interval_days = 7", update("inactivity_interval_days", "<nil>", "7"), expiresAt("2027-01-21T12:00:00Z")),
		step("expires_in_days = 60\n  inactivity_interval_days = 8", update("inactivity_interval_days", "7", "8")),
		step("expires_in_days = 60", update("inactivity_interval_days", "8", "<nil>")),
		step("", update("expires_in_days", "60", "<nil>"), expectValue("expires_at", knownvalue.Null())),
		later(step("expires_in_days = 30", update("expires_in_days", "<nil>", "30"), expiresAt("2026-12-23T12:00:00Z"))),
		// All at once.
		step("expires_in_days = 40\n  inactivity_interval_days = 9\n  active = false", update("active", "true", "false"),
			expiresAt("2027-01-02T12:00:00Z"), expectValue("inactivity_interval_days", knownvalue.Int64Exact(9)),
			expectValue("active", knownvalue.Bool(false))),
		step("expires_in_days = 40\n  inactivity_interval_days = 9\n  active = false", expectEmptyPlan()),
	)
}

func TestAccAPIKeyResource_deactivated(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	ids := statecheck.CompareValue(compare.ValuesDiffer())
	id := func() []statecheck.StateCheck {
		return []statecheck.StateCheck{ids.AddStateValue(testKey, tfjsonpath.New("id"))}
	}
	inactive := func(*terraform.State) error {
		if key := s.managed("ci"); !key.Inactive {
			return fmt.Errorf("the key %s is active", key.ID)
		}
		return nil
	}
	s.Run(
		// From the start.
		resource.TestStep{Config: aliceKey("active = false"), Check: inactive},
		resource.TestStep{Config: aliceKey("active = false"), ConfigPlanChecks: expectEmptyPlan(), ConfigStateChecks: id()},
		resource.TestStep{
			Config:            aliceKey(""),
			ConfigPlanChecks:  expectAction(plancheck.ResourceActionReplace, replacedFor("active")),
			ConfigStateChecks: id(),
			Check:             s.holdsSecret,
		},
		// In place.
		resource.TestStep{
			Config:           aliceKey("active = false"),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
			Check:            resource.ComposeTestCheckFunc(inactive, s.holdsSecret),
		},
		resource.TestStep{
			Config:           aliceKey("active = terraform_data.not_known.output") + "\nresource \"terraform_data\" \"not_known\" {\n  input = true\n}",
			ConfigPlanChecks: expectAction(plancheck.ResourceActionReplace, replacedFor("active")),
		},
		// By somebody else.
		resource.TestStep{
			PreConfig:        func() { s.change(func(key *h2ogptesim.Key) { key.Inactive = true }) },
			Config:           aliceKey(""),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionReplace, replacedFor("active")),
		},
	)
}

// TestAccAPIKeyResource_changesOfAnInactiveKey changes what h2oGPTe refuses to change
// (409).
func TestAccAPIKeyResource_changesOfAnInactiveKey(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	same := statecheck.CompareValue(compare.ValuesSame())
	step := func(config string, plan resource.ConfigPlanChecks) resource.TestStep {
		return resource.TestStep{
			PreConfig: s.ResetJournal, Config: aliceKey("active = false\n  " + config), ConfigPlanChecks: plan,
			ConfigStateChecks: []statecheck.StateCheck{same.AddStateValue(testKey, tfjsonpath.New("expires_at"))},
			Check: func(*terraform.State) error {
				for _, path := range []string{expirePath, inactivityPath} {
					if n := s.requests(http.MethodPatch, path); n != 0 {
						return fmt.Errorf("%d changes were sent to %s", n, path)
					}
				}
				return nil
			},
		}
	}
	both, update := "expires_in_days = 60\n  inactivity_interval_days = 7", expectAction(plancheck.ResourceActionUpdate)
	moved := step(both, expectEmptyPlan())
	moved.PreConfig = func() {
		s.ResetJournal()
		s.change(func(key *h2ogptesim.Key) { *key.ExpiresAt = key.ExpiresAt.Add(-5 * day) })
	}
	moved.ConfigStateChecks = []statecheck.StateCheck{
		expectValue("expires_in_days", knownvalue.Int64Exact(60)), expectValue("expires_at", knownvalue.StringExact("2026-12-16T12:00:00Z")),
	}
	s.Run(
		step("expires_in_days = 30", expectAction(plancheck.ResourceActionCreate)),
		step("expires_in_days = 60", update),
		step("expires_in_days = 60", expectEmptyPlan()),
		step(both, update),
		step(both, expectEmptyPlan()),
		moved,
		resource.TestStep{Config: aliceKey("active = false"), ConfigPlanChecks: update},
		resource.TestStep{Config: aliceKey("active = false"), ConfigPlanChecks: expectEmptyPlan()},
	)
}

// TestAccAPIKeyResource_deactivatedSinceThePlan has somebody deactivate a key that a saved
// plan changes.
func TestAccAPIKeyResource_deactivatedSinceThePlan(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	d := s.Driver(aliceKey("expires_in_days = 30"))
	d.Must(d.Apply(driver.Options{}))
	d.Config = aliceKey("expires_in_days = 60")
	planned := d.Must(d.Plan(driver.Options{}))
	s.change(func(key *h2ogptesim.Key) { key.Inactive = true })
	text := d.Fails(d.ApplyPlan(planned.Plan))
	acctest.WantText(t, text, "Error: Unable to update h2oGPTe API key", 1)
	acctest.WantText(t, text, "It was deactivated since the plan was made.", 1)
	s.destroy(d)
}

func TestAccAPIKeyResource_reactivationWarning(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	d := s.Driver(aliceKey(""))
	d.Must(d.Apply(driver.Options{}))
	s.change(func(key *h2ogptesim.Key) { key.Inactive = true })
	planned := d.Must(d.Plan(driver.Options{}))
	acctest.WantText(t, planned.Text(), `Warning: h2oGPTe API key "ci" of "alice" is not active and will be replaced (id `+s.managed("ci").ID, 1)
	acctest.WantText(t, planned.Text(), "cannot be undone", 1)
	if got, want := planned.Plan.String(), testKey+": delete, create"; got != want {
		t.Errorf("the plan is %q, want %q", got, want)
	}
	s.destroy(d)
}

func TestAccAPIKeyResource_sameNameMakesTwoKeys(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	s.Run(resource.TestStep{
		Config: aliceKey("count = 2"),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.CompareValuePairs(testKey+"[0]", tfjsonpath.New("id"), testKey+"[1]", tfjsonpath.New("id"), compare.ValuesDiffer()),
			statecheck.CompareValuePairs(testKey+"[0]", tfjsonpath.New("secret_key"), testKey+"[1]", tfjsonpath.New("secret_key"), compare.ValuesDiffer()),
		},
	})
}
