// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestAccAPIKeyResource_duplicateWarning(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	other, _ := c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "Admin", Validity: "2030-01-01"})
	c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "blue", Validity: "2030-01-01"})
	d := c.Driver(viewerKey(""))

	output := d.Must(d.Apply(driver.Options{})).Text()
	acctest.WantText(t, output, duplicateWarning, 1)
	acctest.WantText(t, output, "- "+other, 1)
	acctest.WantText(t, output, "import it by its id", 1)
	acctest.WantText(t, output, "was not created by this run", 1)
	acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), duplicateWarning, 0)

	c.DeleteKey(other)
	// A replaced key causes no warning about a duplicate, whether or not its secret is in the state.
	d.Config = strings.ReplaceAll(d.Config, "\"2027-03-31\"", "\"2027-03-31\"\n  store_api_key = false")
	d.Must(d.Apply(driver.Options{}))
	acctest.WantText(t, d.Must(d.Apply(driver.Options{Replace: []string{string(testKey)}})).Text(), duplicateWarning, 0)
	d.Config = strings.ReplaceAll(d.Config, "2027-03-31", "2027-04-30")
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), duplicateWarning, 0)
}

// TestAccAPIKeyResource_leftToExpire checks that neither a replacement nor a destroy deletes a key with delete_on_destroy =
// false. The old key causes no warning about a duplicate.
func TestAccAPIKeyResource_leftToExpire(t *testing.T) {
	t.Parallel()
	const left = "EGS API key \"ci\" of workspace \"red\" was not deleted"
	c := simulate(t, egssim.Options{})
	d := c.Applied(viewerKey("delete_on_destroy = false\n  rotate_when_changed = { quarter = \"Q1\" }"))
	d.Config = strings.ReplaceAll(d.Config, "Q1", "Q2")
	output := d.Must(d.Apply(driver.Options{})).Text()
	acctest.WantText(t, output, left, 1)
	acctest.WantText(t, output, duplicateWarning, 0)

	c.ResetJournal()
	acctest.WantText(t, d.Must(d.Destroy()).Text(), left, 1)
	if n := len(c.Created()); n != 2 || c.Requests(deleteKey) > 0 || c.Requests(createKey) > 0 {
		t.Errorf("%d keys are left, want 2", n)
	}
}

const day = suite.Day

// invalidKeys maps invalid configurations to the expected errors.
func invalidKeys() map[string]string {
	const unknownDate = "resource \"terraform_data\" \"unknown\" {\n  input = \"2027-03-31\"\n}\n"
	invalid := map[string]string{
		strings.Replace(viewerKey(""), "Viewer", "owner", 1):                                                                         `role.*"Owner" "Editor" "Viewer"`,
		strings.Replace(viewerKey(""), `workspace_name = "red"`, "", 1):                                                              `Missing workspace.*Viewer.*workspace_name`,
		strings.NewReplacer(`workspace_name = "red"`, "", "Viewer", "Editor").Replace(viewerKey("")):                                 `Missing workspace.*Editor.*workspace_name`,
		strings.Replace(viewerKey(""), "2027-03-31", "2026-11-20", 1):                                                                `valid_until is in the past.*valid_until.*2026-11-20.*2026-11-21`,
		unknownDate + redViewer(""):                                                                                                  `Exactly one of\s+valid_until\s+and\s+validity_period_days.*Neither`,
		unknownDate + redViewer("validity_period_days = 0"):                                                                          `validity_period_days.*between 1 and 36500`,
		unknownDate + redViewer("validity_period_days = 9\n  early_renewal_days = 9"):                                                `Early renewal is too early.*early_renewal_days is 9`,
		unknownDate + redViewer("valid_until = \"2027-03-31\"\n  early_renewal_days = 9"):                                            `early_renewal_days\s+requires\s+validity_period_days`,
		unknownDate + redViewer("valid_until = terraform_data.unknown.output\n  early_renewal_days = 9"):                             `early_renewal_days\s+requires\s+validity_period_days`,
		unknownDate + redViewer("valid_until = terraform_data.unknown.output\n  validity_period_days = 9\n  early_renewal_days = 9"): `Early renewal is too early`,
		unknownDate + redViewer("valid_until = \"2027-03-31\"\n  validity_period_days = 90"):                                         `Exactly one of\s+valid_until.*Both`,
		unknownDate + redViewer("validity_period_days = 90\n  early_renewal_days = -1"):                                              `early_renewal_days.*at least 0`,
		unknownDate + redViewer("validity_period_days = 90\n  rotate_when_changed = \"monday\""):                                     `rotate_when_changed`,
	}
	for _, date := range []string{"31.03.2027", "2027-02-30", "2027-3-1", "2027-03-31T00:00:00Z", ""} {
		invalid[strings.Replace(viewerKey(""), "2027-03-31", date, 1)] = `Invalid date.*valid_until`
	}
	return invalid
}

// redViewer returns the configuration of a Viewer key of the workspace red without an expiry date. The parameter more adds
// arguments.
func redViewer(more string) string {
	return fmt.Sprintf(`
resource "egs_api_key" "test" {
  name           = "ci"
  role           = "Viewer"
  workspace_name = "red"
  %s
}`, more)
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
				suite.Step(config),
				suite.Step(config, c.Later(30*day), suite.Unchanged),
				suite.Step(config, suite.Before(func() {
					if options.HideExpiredKeys {
						// Lists no longer show the expired key, so the provider cannot delete it.
						c.Unmanaged[c.managed("ci").ID] = true
					}
					c.Clock.Advance(day)
				}), testKey.Plans(action)),
			)
		})
	}
}

func TestAccAPIKeyResource_changesOfTheWindow(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	same := statecheck.CompareValue(compare.ValuesSame())
	step := func(config string, options ...suite.Option) resource.TestStep {
		return suite.Step(redViewer(config), suite.All(options...), testKey.Compared(same, "id"))
	}
	update := suite.All(testKey.Updates, testKey.Has("valid_until", "2027-03-31"), c.Without(createKey, deleteKey))
	c.Run(
		step(`valid_until = "2027-03-31"`),
		// If the configuration replaces valid_until with validity_period_days, the key keeps its expiry date.
		step("validity_period_days = 150", update),
		step("validity_period_days = 150\n  early_renewal_days = 7", update),
		step("validity_period_days = 150\n  early_renewal_days = 8", update),
		step("validity_period_days = 150", update),
		step("validity_period_days = 180", update),
		step("validity_period_days = 129", update), // Shorter than the remaining 130 days.
		step(`valid_until = "2027-03-31"`, update),
	)
}

func TestAccAPIKeyResource_shortenedPeriod(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Driver(redViewer("validity_period_days = 90"))
	d.Must(d.Apply(driver.Options{}))
	before := c.managed("ci").ID

	d.Config = redViewer("validity_period_days = 30")
	output := d.Must(d.Plan(driver.Options{})).Text()
	acctest.WantText(t, output, "is valid longer than the new period", 1)
	acctest.WantText(t, output, "valid until 2027-02-19, which is more than 30 days away", 1)
	d.Config = redViewer("validity_period_days = 30\n  description = \"replaces the key\"")
	acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), "valid longer", 0)
	d.Config = redViewer("validity_period_days = 30")
	d.Must(d.Apply(driver.Options{}))
	if id := c.managed("ci").ID; id != before {
		t.Errorf("the change of the period replaced key %s by %s", before, id)
	}
	// The refresh finds the key due for renewal. Until the next apply, the change of the period can still be reverted.
	d.Must(d.Refresh())
	d.Config = redViewer("validity_period_days = 90")
	suite.WantPlan(t, d, "egs_api_key.test: update")
	d.Config = redViewer("validity_period_days = 30")
	d.Must(d.Apply(driver.Options{}))
	if key := c.managed("ci"); key.ID == before || key.Validity != "2026-12-21" {
		t.Errorf("the next apply left key %s, valid until %s; want another one, valid until 2026-12-21", key.ID, key.Validity)
	}
	acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), "valid longer", 0)
}

// The plan of a renewal shows a warning. The warning says how to postpone the renewal.
func TestAccAPIKeyResource_postponedRenewal(t *testing.T) {
	t.Parallel()
	const warning = `Warning: Renewal replaces EGS API key "ci" of workspace "red"`
	c := simulate(t, egssim.Options{})
	d := c.Applied(redViewer("validity_period_days = 90\n  early_renewal_days = 14"))
	key := c.managed("ci")
	c.Clock.Advance(80 * day)
	output := d.Must(d.Plan(driver.Options{})).Text()
	acctest.WantText(t, output, warning, 1)
	advice := fmt.Sprintf("valid_until = %q", key.Validity)
	acctest.WantText(t, output, "with "+advice, 1)

	d.Config = redViewer(advice)
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), warning, 0)
	if id := c.managed("ci").ID; id != key.ID {
		t.Error("the key was replaced")
	}
	suite.WantEmptyPlan(t, d)
}

func TestAccAPIKeyResource_rotateWhenChanged(t *testing.T) {
	t.Parallel()
	fixed := `valid_until = "2027-03-31"` + "\n  "
	c := simulate(t, egssim.Options{})
	c.Run(
		suite.Step(redViewer(fixed)),
		suite.Step(redViewer(fixed+`rotate_when_changed = {}`), testKey.Updates),
		suite.Step(redViewer(fixed+`rotate_when_changed = { quarter = "Q1" }`), testKey.Updates),
		suite.Step(redViewer(fixed+`rotate_when_changed = { quarter = "Q2" }`), testKey.Replaces("rotate_when_changed")),
		suite.Step(redViewer(fixed), testKey.Updates),
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
		suite.Step(rotated("Q1")),
		suite.Step(rotated("Q2"), suite.Before(func() {
			first = c.managed("ci").ID
			// With delete_on_destroy = false, the replacement does not delete this key.
			c.Unmanaged[first] = true
		}), testKey.Plans(plancheck.ResourceActionCreateBeforeDestroy)),
		suite.Step(redViewer(`valid_until = "2027-03-31"`+"\n  rotate_when_changed = { quarter = \"Q2\" }")),
	)
	if c.Secret(first) == "" {
		t.Error("the old key was deleted, want it left to expire")
	}
}

func TestAccAPIKeyResource_ownKeyIsReplaced(t *testing.T) {
	t.Parallel()
	const config = "resource \"egs_api_key\" \"test\" {\n  name = \"own\"\n  role = \"Owner\"\n" +
		"  validity_period_days = 90\n  early_renewal_days = 14\n}"
	apiKeys.RunOwnReplaced(t, config, map[string]func(*suite.Subject, *driver.Driver){
		"changed": func(_ *suite.Subject, d *driver.Driver) { d.Config = strings.Replace(config, `"own"`, `"renamed"`, 1) },
		"due":     func(s *suite.Subject, _ *driver.Driver) { s.Clock.Advance(80 * day) },
	})
}

// If rotate_when_changed gets its first value, the key is not rotated, and the plan shows a warning.
func TestAccAPIKeyResource_firstTriggers(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Applied(viewerKey(""))
	d.Config = viewerKey(`rotate_when_changed = { incident = "1" }`)
	acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), `Warning: EGS API key "ci" of workspace "red" is not rotated yet`, 1)
	d.Must(d.Apply(driver.Options{}))
	d.Config = viewerKey(`rotate_when_changed = { incident = "2" }`)
	acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), "is not rotated yet", 0)
	d.Must(d.Destroy())
}

// If the Date header is ten years ahead, for example because of a proxy, the provider does not treat valid_until as past.
func TestAccAPIKeyResource_fixedDateWhereClocksDiffer(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.DateAhead = 3650 * day
	c.Run(suite.Step(viewerKey(""), testKey.Has("ready_for_renewal", false)), suite.Step(viewerKey(""), suite.Unchanged))
}

// An expired key is due for renewal, even if early_renewal_days is removed from the configuration.
func TestAccAPIKeyResource_windowOfAnExpiredKey(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Applied(redViewer("validity_period_days = 90\n  early_renewal_days = 14"))
	c.Clock.Advance(100 * suite.Day)
	d.Config = redViewer("validity_period_days = 90")
	suite.WantPlan(t, d, "egs_api_key.test: delete, create")
}
