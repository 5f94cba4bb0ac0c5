// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

const day = 24 * time.Hour

// redViewer is the configuration of a Viewer key of the workspace red without a
// date.
func redViewer(more string) string {
	return fmt.Sprintf(`
resource "egs_api_key" "test" {
  name           = "ci"
  role           = "Viewer"
  workspace_name = "red"
  %s
}`, more)
}

func expectValue(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(testKey, tfjsonpath.New(attribute), value)
}

// later is a step in which so much time has passed for everybody.
func (c *controller) later(d time.Duration, step resource.TestStep) resource.TestStep {
	step.PreConfig = func() { c.Clock.Advance(d) }
	return step
}

func TestAccAPIKeyResource_earlyRenewal(t *testing.T) {
	t.Parallel()
	config := redViewer("validity_period_days = 90\n  early_renewal_days = 14")
	c := simulate(t, egssim.Options{})
	ids := statecheck.CompareValue(compare.ValuesDiffer())
	c.Run(
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				expectValue("valid_until", knownvalue.StringExact("2027-02-19")),
				expectValue("ready_for_renewal", knownvalue.Bool(false)),
				ids.AddStateValue(testKey, tfjsonpath.New("id")),
			},
		},
		c.later(75*day, resource.TestStep{Config: config, ConfigPlanChecks: expectEmptyPlan()}),
		c.later(day, resource.TestStep{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(testKey, plancheck.ResourceActionReplace),
				replacedFor("ready_for_renewal"),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				expectValue("valid_until", knownvalue.StringExact("2027-05-06")),
				expectValue("ready_for_renewal", knownvalue.Bool(false)),
				ids.AddStateValue(testKey, tfjsonpath.New("id")),
			},
		}),
		resource.TestStep{Config: config, ConfigPlanChecks: expectEmptyPlan()},
	)
}

func TestAccAPIKeyResource_renewalAfterExpiry(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]egssim.Options{
		"listed": {},
		"hidden": {HideExpiredKeys: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, options)
			config := redViewer("validity_period_days = 30")
			action := plancheck.ResourceActionReplace
			if options.HideExpiredKeys {
				action = plancheck.ResourceActionCreate
			}
			c.Run(
				resource.TestStep{Config: config},
				c.later(30*day, resource.TestStep{Config: config, ConfigPlanChecks: expectEmptyPlan()}),
				resource.TestStep{
					PreConfig: func() {
						if options.HideExpiredKeys {
							// Nobody sees the expired key any more, nor could delete it.
							c.foreign[c.managed("ci").ID] = true
						}
						c.Clock.Advance(day)
					},
					Config:           config,
					ConfigPlanChecks: expectAction(action),
				},
			)
		})
	}
}

func TestAccAPIKeyResource_controllersTimeCounts(t *testing.T) {
	t.Parallel()
	config := redViewer("validity_period_days = 90\n  early_renewal_days = 14")
	for name, wrong := range map[string]time.Duration{"fast": 3650 * day, "slow": -3650 * day} {
		t.Run("a runner whose clock is "+name, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			right := c.Clock.Now()
			shift := func(d time.Duration) {
				right = right.Add(d)
				c.SetClock(right)
			}
			c.Clock.Advance(wrong)
			shift(0)
			c.Run(
				resource.TestStep{
					Config:            config,
					ConfigStateChecks: []statecheck.StateCheck{expectValue("valid_until", knownvalue.StringExact("2027-02-19"))},
				},
				resource.TestStep{
					PreConfig:        func() { shift(75 * day) },
					Config:           config,
					ConfigPlanChecks: expectEmptyPlan(),
				},
				resource.TestStep{
					PreConfig:        func() { shift(day) },
					Config:           config,
					ConfigPlanChecks: expectAction(plancheck.ResourceActionReplace),
				},
				resource.TestStep{
					// A date that is past for the runner only.
					Config:            redViewer(`valid_until = "2027-03-31"`),
					ConfigStateChecks: []statecheck.StateCheck{expectValue("valid_until", knownvalue.StringExact("2027-03-31"))},
				},
			)
		})
	}
}

func TestAccAPIKeyResource_changesOfTheWindow(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	same := statecheck.CompareValue(compare.ValuesSame())
	step := func(config string, plan resource.ConfigPlanChecks, checks ...statecheck.StateCheck) resource.TestStep {
		return resource.TestStep{
			Config: redViewer(config), ConfigPlanChecks: plan,
			ConfigStateChecks: append(checks, same.AddStateValue(testKey, tfjsonpath.New("id"))),
		}
	}
	update := expectAction(plancheck.ResourceActionUpdate)
	c.Run(
		step(`valid_until = "2027-03-31"`, resource.ConfigPlanChecks{}),
		// A key with a fixed date takes a period on, and keeps its date.
		step("validity_period_days = 30", update, expectValue("valid_until", knownvalue.StringExact("2027-03-31"))),
		step("validity_period_days = 30\n  early_renewal_days = 7", update),
		step("validity_period_days = 30\n  early_renewal_days = 8", update),
		step("validity_period_days = 30", update),
		step(`valid_until = "2027-03-31"`, update),
		resource.TestStep{Config: redViewer("validity_period_days = 30")},
		resource.TestStep{
			Config: redViewer("validity_period_days = 31"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(testKey, plancheck.ResourceActionReplace),
				replacedFor("validity_period_days"),
			}},
			ConfigStateChecks: []statecheck.StateCheck{expectValue("valid_until", knownvalue.StringExact("2026-12-22"))},
		},
	)
}

func TestAccAPIKeyResource_earlyRenewalChangesWithoutARequest(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.Run(
		resource.TestStep{Config: redViewer("validity_period_days = 30\n  early_renewal_days = 7")},
		resource.TestStep{
			PreConfig: c.ResetJournal,
			Config:    redViewer("validity_period_days = 30\n  early_renewal_days = 8"),
			// The plan refreshes before it and after it; the apply itself asks nothing.
			Check: c.wantNoWrites,
		},
	)
}

func TestAccAPIKeyResource_windowFaults(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	for config, want := range map[string]string{
		"":                         `(?s)Exactly one of\s+valid_until\s+and\s+validity_period_days.*Neither`,
		"validity_period_days = 0": `(?s)validity_period_days.*between 1 and 36500`,
		"validity_period_days = 9\n  early_renewal_days = 9":                                                `(?s)Early renewal is too early.*early_renewal_days is 9`,
		"valid_until = \"2027-03-31\"\n  early_renewal_days = 9":                                            `(?s)early_renewal_days needs\s+validity_period_days`,
		"valid_until = terraform_data.unknown.output\n  early_renewal_days = 9":                             `(?s)early_renewal_days needs\s+validity_period_days`,
		"valid_until = terraform_data.unknown.output\n  validity_period_days = 9\n  early_renewal_days = 9": `(?s)Early renewal is too early`,
		"valid_until = \"2027-03-31\"\n  validity_period_days = 90":                                         `(?s)Exactly one of\s+valid_until.*Both`,
		"validity_period_days = 90\n  early_renewal_days = -1":                                              `(?s)early_renewal_days.*at least 0`,
		"validity_period_days = 90\n  rotate_when_changed = \"monday\"":                                     `(?s)rotate_when_changed`,
	} {
		config = "resource \"terraform_data\" \"unknown\" {\n  input = \"2027-03-31\"\n}\n" + redViewer(config)
		c.Run(resource.TestStep{Config: config, PlanOnly: true, ExpectError: regexp.MustCompile(want)})
	}
}

func TestAccAPIKeyResource_rotateWhenChanged(t *testing.T) {
	t.Parallel()
	fixed := `valid_until = "2027-03-31"` + "\n  "
	c := simulate(t, egssim.Options{})
	c.Run(
		resource.TestStep{Config: redViewer(fixed)},
		resource.TestStep{
			Config:           redViewer(fixed + `rotate_when_changed = {}`),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
		},
		resource.TestStep{
			Config:           redViewer(fixed + `rotate_when_changed = { quarter = "Q1" }`),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
		},
		resource.TestStep{
			Config: redViewer(fixed + `rotate_when_changed = { quarter = "Q2" }`),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(testKey, plancheck.ResourceActionReplace),
				replacedFor("rotate_when_changed"),
			}},
		},
		resource.TestStep{
			Config:           redViewer(fixed),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
		},
	)
}

func TestAccAPIKeyResource_overlap(t *testing.T) {
	t.Parallel()
	rotated := func(quarter string) string {
		return redViewer(fmt.Sprintf(`valid_until = "2027-03-31"
  delete_on_destroy   = false
  rotate_when_changed = { quarter = %q }
  lifecycle { create_before_destroy = true }`, quarter))
	}
	c := simulate(t, egssim.Options{})
	var first string
	c.Run(
		resource.TestStep{Config: rotated("Q1")},
		resource.TestStep{
			PreConfig: func() {
				first = c.managed("ci").ID
				// Left to expire on purpose.
				c.foreign[first] = true
			},
			Config: rotated("Q2"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(testKey, plancheck.ResourceActionCreateBeforeDestroy),
			}},
		},
		resource.TestStep{
			Config: redViewer(`valid_until = "2027-03-31"` + "\n  rotate_when_changed = { quarter = \"Q2\" }"),
		},
	)
	if c.Secret(first) == "" {
		t.Error("the old key was deleted, want it left to expire")
	}
}
