// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
)

// Day is the unit of validity periods.
const Day = 24 * time.Hour

// Renewal has the data for the tests of a key that expires.
type Renewal struct {
	// Renewed is the configuration of a key "test" that is valid for 90 days and renewed 14 days before it expires. Renews
	// checks the plan of the renewal, and Renewals checks the new key.
	Renewed          string
	Renews, Renewals Option
	// Then has further steps that depend on the clock of the service.
	Then []resource.TestStep
	// Expiring is a configuration with the key of Suite.Config, which expires on 2027-03-31, and with keys that cause no warning.
	// Advice is the advice in the warning about the key that expires.
	Expiring, Advice string
}

// RunRenewal runs the tests of a key that expires.
func (s *Suite) RunRenewal(t *testing.T, r Renewal) {
	t.Helper()
	for name, wrong := range map[string]time.Duration{"fast": 3650 * Day, "slow": -3650 * Day} {
		t.Run("a service whose clock is "+name, func(t *testing.T) {
			t.Parallel()
			s.renewalBySkewedClock(t, r, wrong)
		})
		t.Run("a runner whose clock is "+name, func(t *testing.T) {
			t.Parallel()
			subject := s.Start(t, Options{})
			subject.Environment["EGS_MAX_CLOCK_SKEW"] = "0"
			right := subject.Clock.Now()
			shift := func(d time.Duration) Option {
				return Before(func() {
					right = right.Add(d)
					subject.site.Simulator.SetClock(right)
				})
			}
			subject.Clock.Advance(wrong)
			subject.Run(append([]resource.TestStep{
				Step(r.Renewed, shift(0)),
				Step(r.Renewed, shift(75*Day), Unchanged),
				Step(r.Renewed, shift(Day), r.Renews, r.Renewals),
			}, r.Then...)...)
		})
	}
	t.Run("warning", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		d := subject.Driver(r.Expiring)
		after := func(time time.Duration, warnings int, texts ...string) {
			t.Helper()
			subject.Clock.Advance(time)
			planned := d.Must(d.Plan(driver.Options{}))
			acctest.WantText(t, planned.Text(), "Warning: "+s.Noun, warnings)
			for _, text := range texts {
				acctest.WantText(t, planned.Text(), text, 1)
			}
			if warnings > 0 && !planned.Plan.Empty() && time == Day {
				t.Errorf("the plan with the warning is %s, want no changes", planned.Plan)
			}
		}
		acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "Warning:", 0)
		after(115*Day, 0) // 2027-03-16
		after(Day, 1, s.Noun+" "+s.Name+" expires on 2027-03-31", "in 14 days", r.Advice)
		after(17*Day, 1, s.Noun+" "+s.Name+" expired on 2027-03-31", "3 days ago")
		d.Config += "\nprovider \"egs\" {\n  expiry_warning_days = 0\n}"
		after(0, 0)
		subject.Destroy(d)
	})
}

// renewalBySkewedClock sets the service's clock to a wrong time. ready_for_renewal must keep its value, and the provider must
// not create, change or delete anything based on this clock, unless max_clock_skew is 0.
func (s *Suite) renewalBySkewedClock(t *testing.T, r Renewal, wrong time.Duration) {
	t.Helper()
	subject := s.Start(t, Options{})
	d := subject.Driver(r.Renewed)
	refused := func() {
		t.Helper()
		subject.site.Simulator.ResetJournal()
		subject.WantSkew(t, d.Fails(d.Apply(driver.Options{})), "Error: Unable to", 1)
		for _, request := range []string{s.Create, s.Update, s.Delete} {
			if request != "" && subject.Requests(request) != 0 {
				t.Errorf("%s was sent", request)
			}
		}
	}
	subject.Skew(wrong)
	refused() // create
	subject.Skew(0)
	d.Config += strings.Replace(s.Many(3, false), `"test"`, `"many"`, 1)
	d.Must(d.Apply(driver.Options{}))
	made := subject.Created()

	subject.Skew(wrong)
	kept := d.Must(d.Plan(driver.Options{}))
	// There is one warning for all keys, and no warning about their expiry.
	if subject.WantSkew(t, kept.Text(), "Warning:", 1); !kept.Plan.Empty() {
		t.Errorf("the plan is %s, want no changes", kept.Plan)
	}
	subject.Skew(0)
	subject.Clock.Advance(76 * Day)
	d.Must(d.Refresh())
	subject.Skew(wrong)
	refused() // renewal
	// If the replacement was planned while the clocks agreed, the apply fails before it deletes the key.
	subject.Skew(0)
	planned := d.Must(d.Plan(driver.Options{Replace: []string{string(s.address())}})).Plan
	subject.Skew(wrong)
	subject.WantSkew(t, d.Fails(d.ApplyPlan(planned)), "Error: Unable to replace "+s.Noun, 1)
	if !slices.Equal(subject.Created(), made) {
		t.Error("keys were replaced")
	}

	subject.Environment["EGS_MAX_CLOCK_SKEW"] = "0"
	trusted := d.Must(d.Plan(driver.Options{}))
	acctest.WantText(t, trusted.Text(), "The clocks", 0)
	if wrong > 0 && trusted.Plan.Empty() {
		t.Error("the plan is empty, want a renewal by the clock of the service")
	}
	delete(subject.Environment, "EGS_MAX_CLOCK_SKEW")
	subject.Skew(0)
	subject.Destroy(d)
}

// Skew sets the clock of the service ahead of the provider's clock.
func (s *Service) Skew(ahead time.Duration) { s.site.Simulator.SetClock(s.Clock.Now().Add(ahead)) }

// WantSkew checks that the output contains the text the given number of times. The provider's time, "max_clock_skew" and
// "EGS_MAX_CLOCK_SKEW" must each occur the same number of times.
func (s *Service) WantSkew(t *testing.T, output, text string, times int) {
	t.Helper()
	acctest.WantText(t, output, text, times)
	for _, part := range []string{
		"the clock of this machine shows " + s.Clock.Now().Format(time.RFC3339), "max_clock_skew", "EGS_MAX_CLOCK_SKEW",
	} {
		acctest.WantText(t, output, part, times)
	}
}
