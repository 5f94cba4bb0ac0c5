// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

// expiresIn changes the expiry of the key "ci" outside Terraform: the key expires after the duration d from now.
func (s *service) expiresIn(d time.Duration) {
	s.T.Helper()
	end := s.Clock.Now().Add(d)
	s.change(func(key *h2ogptesim.Key) { key.ExpiresAt = &end })
}

func TestAccAPIKeyResource_expiryMovedOutside(t *testing.T) {
	t.Parallel()
	const ninety = "expires_in_days = 90"
	update := func(before, after string) suite.Option {
		return suite.All(testKey.Updates, testKey.Changes("expires_in_days", before, after))
	}
	for name, test := range map[string]struct {
		config string
		move   func(*service)
		plan   suite.Option
		// want is expires_at after the apply.
		want any
	}{
		"sooner":        {ninety, func(s *service) { s.expiresIn(12 * day) }, update("12", "90"), "2027-02-20T12:00:00Z"},
		"later":         {ninety, func(s *service) { s.expiresIn(1000*day + time.Hour) }, update("1001", "90"), "2027-02-20T12:00:00Z"},
		"into the past": {ninety, func(s *service) { s.expiresIn(-day) }, update("0", "90"), "2027-02-20T12:00:00Z"},
		"removed": {
			ninety, func(s *service) { s.change(func(key *h2ogptesim.Key) { key.ExpiresAt = nil }) },
			update("<nil>", "90"), "2027-02-20T12:00:00Z",
		},
		"set":               {"", func(s *service) { s.expiresIn(12 * day) }, update("12", "<nil>"), nil},
		"by seconds":        {ninety, func(s *service) { s.expiresIn(89*day + 59*time.Second) }, suite.Unchanged, "2027-02-19T12:00:00Z"},
		"to the configured": {ninety, func(s *service) { s.expiresIn(90 * day) }, suite.Unchanged, "2027-02-20T12:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			same := statecheck.CompareValue(compare.ValuesSame())
			secret := func() suite.Option { return testKey.Compared(same, "secret_key") }
			s.Run(
				suite.Step(aliceKey(test.config), secret()),
				suite.Step(aliceKey(test.config), suite.Before(func() {
					s.Clock.Advance(day)
					test.move(s)
				}), test.plan, secret(), testKey.Has("expires_at", test.want)),
				suite.Step(aliceKey(test.config), suite.Unchanged),
			)
		})
	}
}

func TestAccAPIKeyResource_expiryOfTheSite(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{MaxExpiryDays: 90})
	s.Run(
		suite.Step(aliceKey(""), testKey.Has("expires_in_days", nil), testKey.Has("expires_at", "2027-02-19T12:00:00Z")),
		suite.Step(aliceKey(""), s.Later(10*day), suite.Unchanged),
	)
}

func TestAccAPIKeyResource_earlyRenewal(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	config := aliceKey("expires_in_days = 90\n  early_renewal_days = 14")
	ids, secrets := statecheck.CompareValue(compare.ValuesSame()), statecheck.CompareValue(compare.ValuesSame())
	checks := func(expiresAt string) suite.Option {
		return suite.All(testKey.Compared(ids, "id"), testKey.Compared(secrets, "secret_key"),
			testKey.Has("expires_at", expiresAt), testKey.Has("ready_for_renewal", false))
	}
	s.Run(
		suite.Step(config, checks("2027-02-19T12:00:00Z")),
		suite.Step(config, s.Later(76*day-time.Second), suite.Unchanged),
		suite.Step(config, s.Later(time.Second), testKey.Updates,
			suite.Plan(plancheck.ExpectUnknownValue(string(testKey), tfjsonpath.New("expires_at"))),
			testKey.Changes("expires_in_days", "90", "90"), checks("2027-05-06T12:00:00Z"), suite.Check(s.holdsSecret)),
		suite.Step(config, suite.Unchanged),
		// The key has expired, but is still active.
		suite.Step(config, s.Later(365*day), testKey.Updates, checks("2028-05-05T12:00:00Z")),
	)
}

func TestAccAPIKeyResource_expired(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options h2ogptesim.Options
		config  string
		action  plancheck.ResourceActionType
	}{
		"active, with renewal":        {h2ogptesim.Options{}, "early_renewal_days = 0", plancheck.ResourceActionUpdate},
		"active":                      {h2ogptesim.Options{}, "", plancheck.ResourceActionNoop},
		"deactivated, with renewal":   {h2ogptesim.Options{ExpiryDeactivates: true}, "early_renewal_days = 0", plancheck.ResourceActionReplace},
		"deactivated":                 {h2ogptesim.Options{ExpiryDeactivates: true}, "", plancheck.ResourceActionReplace},
		"not used, and active":        {h2ogptesim.Options{}, "inactivity_interval_days = 7", plancheck.ResourceActionNoop},
		"not used, and deactivated":   {h2ogptesim.Options{InactivityDeactivates: true}, "inactivity_interval_days = 7", plancheck.ResourceActionReplace},
		"deactivated, and configured": {h2ogptesim.Options{ExpiryDeactivates: true}, "active = false", plancheck.ResourceActionNoop},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, test.options)
			config := aliceKey("expires_in_days = 30\n  " + test.config)
			s.Run(
				suite.Step(config),
				suite.Step(config, s.Later(30*day), testKey.Plans(test.action)),
				suite.Step(config, suite.Unchanged),
			)
		})
	}
}

func TestAccAPIKeyResource_changesOfEarlyRenewal(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	same := statecheck.CompareValue(compare.ValuesSame())
	step := func(config string) resource.TestStep {
		return suite.Step(aliceKey("expires_in_days = 30\n  "+config), s.Without(setExpiry), testKey.Updates, testKey.Compared(same, "expires_at"))
	}
	s.Run(
		suite.Step(aliceKey("expires_in_days = 30")),
		step("early_renewal_days = 7"),
		step("early_renewal_days = 8"),
		step(""),
	)
}

func TestAccAPIKeyResource_notReadBack(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	d := s.Applied(aliceKey("expires_in_days = 30"))
	d.Config = aliceKey("")
	planned := d.Must(d.Plan(driver.Options{}))
	// The apply requests only one list: after the update, to read the expiry. The list request fails.
	s.FailAt(suite.Status(http.StatusForbidden), listKeys)
	acctest.WantText(t, d.Must(d.ApplyPlan(planned.Plan)).Text(), "Warning: Expiry of h2oGPTe API key removed, but not read back", 1)
	s.Fail()
	suite.WantEmptyPlan(t, d)
	s.Destroy(d)
}

// TestAccAPIKeyResource_clocksDiffer uses a proxy that sends a wrong Date header. The provider computes the new expiry from this
// header. If the listed expiry differs, the provider does not treat the difference as a change outside Terraform.
func TestAccAPIKeyResource_clocksDiffer(t *testing.T) {
	t.Parallel()
	for wrong, allowed := range map[time.Duration]string{
		-20 * time.Minute: "30m", 20 * time.Minute: "30m", -5 * time.Hour: "", 5 * time.Hour: "", -day: "", day: "", 3 * day: "72h", -400 * day: "0",
	} {
		t.Run(wrong.String(), func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			s.DateAhead, s.Environment["EGS_MAX_CLOCK_SKEW"] = wrong, allowed
			s.Run(
				suite.Step(aliceKey("expires_in_days = 30")),
				suite.Step(aliceKey("expires_in_days = 60"), testKey.Updates),
				suite.Step(aliceKey("expires_in_days = 60"), suite.Unchanged, testKey.Has("expires_at", "2027-01-20T12:00:00Z")),
			)
		})
	}
}

// The service's time is wrong from the response to the update on. So the update fails. When the time is right again, the next
// plan contains the update again.
func TestAccAPIKeyResource_clockSkewInUpdate(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	d := s.Applied(aliceKey("expires_in_days = 30"))
	d.Config = aliceKey("expires_in_days = 60")
	planned := d.Must(d.Plan(driver.Options{}))
	s.Skew(3650 * day)
	s.WantSkew(t, d.Fails(d.ApplyPlan(planned.Plan)), "Error: Unable to update h2oGPTe API key", 1)
	s.Skew(0)
	suite.WantPlan(t, d, string(testKey)+": update")
	d.Must(d.Apply(driver.Options{}))
	if end := s.managed("ci").ExpiresAt; !end.Equal(s.Clock.Now().Add(60 * day)) {
		t.Errorf("the key expires at %s", end)
	}
	s.Destroy(d)
}

// The key is due for renewal. Then early_renewal_days becomes smaller, and the key is no longer due. So the provider does not
// extend the expiry.
func TestAccAPIKeyResource_earlyRenewalOfDueKey(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	expiry := testKey.Has("expires_at", "2027-02-19T12:00:00Z")
	s.Run(
		suite.Step(aliceKey("expires_in_days = 90\n  early_renewal_days = 14"), expiry),
		suite.Step(aliceKey("expires_in_days = 90\n  early_renewal_days = 7"), s.Later(80*day), testKey.Updates, expiry),
	)
}
