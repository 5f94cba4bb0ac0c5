// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"

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
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// expiresIn sets the expiry of the key "ci" as if somebody else did.
func (s *service) expiresIn(d time.Duration) {
	s.T.Helper()
	end := s.Clock.Now().Add(d)
	s.change(func(key *h2ogptesim.Key) { key.ExpiresAt = &end })
}

// later is a step in which so much time has passed for everybody.
func (s *service) later(d time.Duration, step resource.TestStep) resource.TestStep {
	step.PreConfig = func() { s.Clock.Advance(d) }
	return step
}

func TestAccAPIKeyResource_expiryMovedOutside(t *testing.T) {
	t.Parallel()
	const ninety = "expires_in_days = 90"
	update := func(before, after string) resource.ConfigPlanChecks {
		return expectAction(plancheck.ResourceActionUpdate, changes("expires_in_days", before, after))
	}
	for name, test := range map[string]struct {
		config string
		move   func(*service)
		plan   resource.ConfigPlanChecks
		// want is the date that comes of it.
		want knownvalue.Check
	}{
		"sooner": {ninety, func(s *service) { s.expiresIn(12 * day) }, update("12", "90"), knownvalue.StringExact("2027-02-20T12:00:00Z")},
		"later": {
			ninety, func(s *service) { s.expiresIn(1000*day + time.Hour) }, update("1001", "90"),
			knownvalue.StringExact("2027-02-20T12:00:00Z"),
		},
		"into the past": {ninety, func(s *service) { s.expiresIn(-day) }, update("0", "90"), knownvalue.StringExact("2027-02-20T12:00:00Z")},
		"removed": {
			ninety, func(s *service) { s.change(func(key *h2ogptesim.Key) { key.ExpiresAt = nil }) },
			update("<nil>", "90"), knownvalue.StringExact("2027-02-20T12:00:00Z"),
		},
		"set": {"", func(s *service) { s.expiresIn(12 * day) }, update("12", "<nil>"), knownvalue.Null()},
		"by seconds": {
			ninety, func(s *service) { s.expiresIn(89*day + 59*time.Second) }, expectEmptyPlan(),
			knownvalue.StringExact("2027-02-19T12:00:00Z"),
		},
		"to what is asked for": {
			ninety, func(s *service) { s.expiresIn(90 * day) }, expectEmptyPlan(),
			knownvalue.StringExact("2027-02-20T12:00:00Z"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			same := statecheck.CompareValue(compare.ValuesSame())
			secret := func() statecheck.StateCheck { return same.AddStateValue(testKey, tfjsonpath.New("secret_key")) }
			s.Run(
				resource.TestStep{Config: aliceKey(test.config), ConfigStateChecks: []statecheck.StateCheck{secret()}},
				resource.TestStep{
					PreConfig: func() {
						s.Clock.Advance(day)
						test.move(s)
					},
					Config:            aliceKey(test.config),
					ConfigPlanChecks:  test.plan,
					ConfigStateChecks: []statecheck.StateCheck{secret(), expectValue("expires_at", test.want)},
				},
				resource.TestStep{Config: aliceKey(test.config), ConfigPlanChecks: expectEmptyPlan()},
			)
		})
	}
}

func TestAccAPIKeyResource_expiryOfTheSite(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{MaxExpiryDays: 90})
	s.Run(
		resource.TestStep{
			Config: aliceKey(""),
			ConfigStateChecks: []statecheck.StateCheck{
				expectValue("expires_in_days", knownvalue.Null()),
				expectValue("expires_at", knownvalue.StringExact("2027-02-19T12:00:00Z")),
			},
		},
		s.later(10*day, resource.TestStep{Config: aliceKey(""), ConfigPlanChecks: expectEmptyPlan()}),
	)
}

func TestAccAPIKeyResource_earlyRenewal(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	config := aliceKey("expires_in_days = 90\n  early_renewal_days = 14")
	ids, secrets := statecheck.CompareValue(compare.ValuesSame()), statecheck.CompareValue(compare.ValuesSame())
	checks := func(expiresAt string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			ids.AddStateValue(testKey, tfjsonpath.New("id")),
			secrets.AddStateValue(testKey, tfjsonpath.New("secret_key")),
			expectValue("expires_at", knownvalue.StringExact(expiresAt)),
			expectValue("ready_for_renewal", knownvalue.Bool(false)),
		}
	}
	s.Run(
		resource.TestStep{Config: config, ConfigStateChecks: checks("2027-02-19T12:00:00Z")},
		s.later(76*day-time.Second, resource.TestStep{Config: config, ConfigPlanChecks: expectEmptyPlan()}),
		s.later(time.Second, resource.TestStep{
			Config: config,
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate,
				plancheck.ExpectUnknownValue(testKey, tfjsonpath.New("expires_at")), changes("expires_in_days", "90", "90")),
			ConfigStateChecks: checks("2027-05-06T12:00:00Z"),
			Check:             s.holdsSecret,
		}),
		resource.TestStep{Config: config, ConfigPlanChecks: expectEmptyPlan()},
		// Expired, and still active.
		s.later(365*day, resource.TestStep{
			Config:            config,
			ConfigPlanChecks:  expectAction(plancheck.ResourceActionUpdate),
			ConfigStateChecks: checks("2028-05-05T12:00:00Z"),
		}),
	)
}

func TestAccAPIKeyResource_renewalWhenItIsOver(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options h2ogptesim.Options
		config  string
		action  plancheck.ResourceActionType
	}{
		"still active, and renewed":     {h2ogptesim.Options{}, "early_renewal_days = 0", plancheck.ResourceActionUpdate},
		"still active":                  {h2ogptesim.Options{}, "", plancheck.ResourceActionNoop},
		"deactivated, and renewed":      {h2ogptesim.Options{ExpiryDeactivates: true}, "early_renewal_days = 0", plancheck.ResourceActionReplace},
		"deactivated":                   {h2ogptesim.Options{ExpiryDeactivates: true}, "", plancheck.ResourceActionReplace},
		"deactivated, and wanted to be": {h2ogptesim.Options{ExpiryDeactivates: true}, "active = false", plancheck.ResourceActionNoop},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, test.options)
			config := aliceKey("expires_in_days = 30\n  " + test.config)
			s.Run(
				resource.TestStep{Config: config},
				s.later(30*day, resource.TestStep{Config: config, ConfigPlanChecks: expectAction(test.action)}),
				resource.TestStep{Config: config, ConfigPlanChecks: expectEmptyPlan()},
			)
		})
	}
}

func TestAccAPIKeyResource_servicesTimeCounts(t *testing.T) {
	t.Parallel()
	config := aliceKey("expires_in_days = 90\n  early_renewal_days = 14")
	for name, wrong := range map[string]time.Duration{"fast": 3650 * day, "slow": -3650 * day} {
		t.Run("a runner whose clock is "+name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			right := s.Clock.Now()
			shift := func(d time.Duration) {
				right = right.Add(d)
				s.SetClock(right)
			}
			s.Clock.Advance(wrong)
			shift(0)
			s.Run(
				resource.TestStep{Config: config},
				resource.TestStep{PreConfig: func() { shift(75 * day) }, Config: config, ConfigPlanChecks: expectEmptyPlan()},
				resource.TestStep{
					PreConfig: func() { shift(day) }, Config: config, ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
					ConfigStateChecks: []statecheck.StateCheck{expectValue("expires_at", knownvalue.StringExact("2027-05-06T12:00:00Z"))},
				},
			)
		})
	}
}

func TestAccAPIKeyResource_changesOfTheWindow(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	same := statecheck.CompareValue(compare.ValuesSame())
	step := func(config string) resource.TestStep {
		return resource.TestStep{
			PreConfig:         s.ResetJournal,
			Config:            aliceKey("expires_in_days = 30\n  " + config),
			ConfigPlanChecks:  expectAction(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{same.AddStateValue(testKey, tfjsonpath.New("expires_at"))},
			// Nothing but lists.
			Check: func(*terraform.State) error {
				if n := s.requests(http.MethodPatch, expirePath); n != 0 {
					return fmt.Errorf("%d changes were sent", n)
				}
				return nil
			},
		}
	}
	s.Run(
		resource.TestStep{Config: aliceKey("expires_in_days = 30")},
		step("early_renewal_days = 7"),
		step("early_renewal_days = 8"),
		step(""),
	)
}

func TestAccAPIKeyResource_windowFaults(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	for config, want := range map[string]string{
		"expires_in_days = 0":                              `(?s)expires_in_days.*between 1 and 36500`,
		"expires_in_days = 36501":                          `(?s)expires_in_days.*between 1 and 36500`,
		"expires_in_days = 9\n  early_renewal_days = 9":    `(?s)Early renewal is too early.*early_renewal_days is 9`,
		"early_renewal_days = 9":                           `(?s)early_renewal_days needs\s+expires_in_days`,
		"expires_in_days = 90\n  early_renewal_days = -1":  `(?s)early_renewal_days.*at least 0`,
		"inactivity_interval_days = 0":                     `(?s)inactivity_interval_days.*between 1 and 36500`,
		"collection_id = \"\"":                             `(?s)collection_id.*at least 1`,
		"expires_in_days = 90\n  active = \"perhaps\"":     `(?s)active`,
		"expires_in_days = 90\n  ready_for_renewal = true": `(?s)ready_for_renewal`,
	} {
		s.Run(resource.TestStep{Config: aliceKey(config), PlanOnly: true, ExpectError: regexp.MustCompile(want)})
	}
}

func TestAccAPIKeyResource_expiryWarning(t *testing.T) {
	t.Parallel()
	const warning = "Warning: h2oGPTe API key"
	s := simulate(t, h2ogptesim.Options{})
	d := s.Driver(aliceKey("expires_in_days = 130") + `
resource "egs_h2ogpte_api_key" "renewed" {
  username           = "alice"
  name               = "renewed"
  expires_in_days    = 130
  early_renewal_days = 0
}
resource "egs_h2ogpte_api_key" "never" {
  username = "alice"
  name     = "never"
}
resource "egs_h2ogpte_api_key" "inactive" {
  username        = "alice"
  name            = "inactive"
  expires_in_days = 130
  active          = false
}`)
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), warning, 0)
	plan := func() *driver.Result { return d.Must(d.Plan(driver.Options{})) }

	s.Clock.Advance(115 * day) // 2027-03-16
	acctest.WantText(t, plan().Text(), warning, 0)
	s.Clock.Advance(day) // 14 days before the end
	planned := plan()
	acctest.WantText(t, planned.Text(), `h2oGPTe API key "ci" of "alice" expires on 2027-03-31 (id `+s.managed("ci").ID, 1)
	acctest.WantText(t, planned.Text(), "in 14 days", 1)
	acctest.WantText(t, planned.Text(), "Set expires_in_days to another number", 1)
	acctest.WantText(t, planned.Text(), warning, 1)
	if !planned.Plan.Empty() {
		t.Errorf("the plan is %s, want no changes", planned.Plan)
	}

	s.Clock.Advance(17 * day)
	text := plan().Text()
	acctest.WantText(t, text, `h2oGPTe API key "ci" of "alice" expired on 2027-03-31`, 1)
	acctest.WantText(t, text, "3 days ago", 1)
	acctest.WantText(t, text, warning, 1)

	d.Config += "\nprovider \"egs\" {\n  expiry_warning_days = 0\n}"
	acctest.WantText(t, plan().Text(), warning, 0)
	s.destroy(d)
}

func TestAccAPIKeyResource_notReadBack(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	d := s.Driver(aliceKey("expires_in_days = 30"))
	d.Must(d.Apply(driver.Options{}))
	d.Config = aliceKey("")
	planned := d.Must(d.Plan(driver.Options{}))
	// The plan that is applied reads the list once, after the change.
	s.fault(simulation.Fault{Method: http.MethodGet, Path: keysPath, Kind: simulation.FaultStatus, Status: http.StatusForbidden, Times: 9})
	acctest.WantText(t, d.Must(d.ApplyPlan(planned.Plan)).Text(), "Warning: Expiry of h2oGPTe API key removed, but not read back", 1)
	s.fault()
	if planned := d.Must(d.Plan(driver.Options{})); !planned.Plan.Empty() {
		t.Errorf("the plan is %s, want no changes", planned.Plan)
	}
	s.destroy(d)
}

// TestAccAPIKeyResource_clocksDiffer has a proxy whose clock is wrong tell the time: the
// expiry that an update deduces from it is not taken for one that somebody moved.
func TestAccAPIKeyResource_clocksDiffer(t *testing.T) {
	t.Parallel()
	for _, wrong := range []time.Duration{-20 * time.Minute, 20 * time.Minute} {
		t.Run(wrong.String(), func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			s.date = func() time.Time { return s.Now().Add(wrong) }
			s.Run(
				resource.TestStep{Config: aliceKey("expires_in_days = 30")},
				resource.TestStep{Config: aliceKey("expires_in_days = 60"), ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate)},
				resource.TestStep{RefreshState: true},
				resource.TestStep{
					Config: aliceKey("expires_in_days = 60"), ConfigPlanChecks: expectEmptyPlan(),
					ConfigStateChecks: []statecheck.StateCheck{expectValue("expires_at", knownvalue.StringExact("2027-01-20T12:00:00Z"))},
				},
			)
		})
	}
}

// A key that is due, and is not with another window, is not extended.
func TestAccAPIKeyResource_windowOfADueKey(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	expiry := expectValue("expires_at", knownvalue.StringExact("2027-02-19T12:00:00Z"))
	s.Run(
		resource.TestStep{
			Config:            aliceKey("expires_in_days = 90\n  early_renewal_days = 14"),
			ConfigStateChecks: []statecheck.StateCheck{expiry},
		},
		s.later(80*day, resource.TestStep{
			Config:            aliceKey("expires_in_days = 90\n  early_renewal_days = 7"),
			ConfigPlanChecks:  expectAction(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{expiry},
		}),
	)
}
