// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// rotating returns the configuration of a key with a trigger and an overlap of 7 days.
func (s *Suite) rotating(trigger string) string {
	return s.Config("test", fmt.Sprintf("rotate_when_changed = { v = %q }\n  overlap_days = 7", trigger))
}

// pair returns the ids of the current and the previous key in the state, or "" for a missing key. It checks the secrets of the
// keys and the identity.
func (s *Suite) pair(subject *Subject, d *driver.Driver) (current, previous string) {
	for _, saved := range d.State().Values.RootModule.Resources {
		values := saved.AttributeValues
		if saved.Address != string(s.address()) {
			continue
		}
		check := func(values map[string]any) string {
			id, _ := values[s.ID].(string)
			if secret := values[s.Secret]; subject.Exists(id) && secret != nil && secret != subject.Secret(id) {
				subject.T.Errorf("the state has a wrong secret of %s", id)
			}
			return id
		}
		current = check(values)
		if identity := saved.IdentityValues[s.ID]; identity != current {
			subject.T.Errorf("the identity is %v, want the current key %s", identity, current)
		}
		if before, ok := values["previous"].(map[string]any); ok {
			previous = check(before)
		}
	}
	return current, previous
}

// wantPair checks that the state has these keys, and that no other key created by Terraform exists.
func (s *Suite) wantPair(subject *Subject, d *driver.Driver, current, previous string) {
	subject.T.Helper()
	if gotCurrent, gotPrevious := s.pair(subject, d); gotCurrent != current || gotPrevious != previous {
		subject.T.Errorf("the state has the current key %q and the previous key %q, want %q and %q", gotCurrent, gotPrevious, current, previous)
	}
	wantSorted(subject.T, "the service has", subject.Created(), slices.DeleteFunc([]string{current, previous}, func(id string) bool { return id == "" }))
}

// rotated creates a key and rotates it once. It returns the driver and the ids of both keys.
func (s *Suite) rotated(subject *Subject) (d *driver.Driver, current, previous string) {
	subject.T.Helper()
	d = subject.Applied(s.rotating("1"))
	previous = subject.OnlyCreated()
	s.wantPair(subject, d, previous, "")
	d.Config = s.rotating("2")
	WantPlan(subject.T, d, string(s.address())+": update")
	acctest.WantText(subject.T, d.Must(d.Apply(driver.Options{})).Text(), "Warning:", 0)
	current, _ = s.pair(subject, d)
	if current == previous {
		subject.T.Fatal("the key was not rotated")
	}
	s.wantPair(subject, d, current, previous)
	return d, current, previous
}

// RunRotation runs the tests of the rotation of a key.
func (s *Suite) RunRotation(t *testing.T) {
	t.Helper()
	update := string(s.address()) + ": update"
	for name, test := range map[string]func(t *testing.T, subject *Subject){
		"without an overlap": func(t *testing.T, subject *Subject) {
			t.Helper()
			trigger := func(value string) string {
				return s.Config("test", fmt.Sprintf("rotate_when_changed = { v = %q }", value))
			}
			d := subject.Applied(trigger("1"))
			before := subject.OnlyCreated()
			d.Config = trigger("2")
			d.Must(d.Apply(driver.Options{}))
			if subject.OnlyCreated() == before {
				t.Error("the key was not replaced")
			}
			WantEmptyPlan(t, d)
		},
		"overlap ends": func(t *testing.T, subject *Subject) {
			t.Helper()
			d, current, previous := s.rotated(subject)
			subject.Clock.Advance(7*Day - 2*time.Hour)
			WantEmptyPlan(t, d)
			s.wantPair(subject, d, current, previous)
			subject.Clock.Advance(time.Hour)
			planned := d.Must(d.Plan(driver.Options{})).Plan
			s.wantOverlapEnds(t, planned)
			d.Must(d.ApplyPlan(planned))
			s.wantPair(subject, d, current, "")
			WantEmptyPlan(t, d)
		},
		"overlap with clocks that differ": func(t *testing.T, subject *Subject) {
			t.Helper()
			d, current, previous := s.rotated(subject)
			subject.Skew(30 * Day)
			WantEmptyPlan(t, d)
			s.wantPair(subject, d, current, previous)
			subject.Skew(0)
			subject.Clock.Advance(7 * Day)
			d.Must(d.Refresh())
			subject.Skew(-30 * Day)
			s.wantOverlapEnds(t, d.Must(d.Plan(driver.Options{})).Plan)
			subject.Skew(0)
			d.Must(d.Apply(driver.Options{}))
			s.wantPair(subject, d, current, "")
		},
		"overlap removed": func(t *testing.T, subject *Subject) {
			t.Helper()
			d, current, _ := s.rotated(subject)
			d.Config = s.Config("test", `rotate_when_changed = { v = "2" }`)
			WantPlan(t, d, update)
			d.Must(d.Apply(driver.Options{}))
			s.wantPair(subject, d, current, "")
			WantEmptyPlan(t, d)
		},
		"overlap changed": func(t *testing.T, subject *Subject) {
			t.Helper()
			d, current, previous := s.rotated(subject)
			subject.Clock.Advance(8 * Day)
			d.Must(d.Refresh())
			d.Config = strings.Replace(d.Config, "overlap_days = 7", "overlap_days = 10", 1)
			d.Must(d.Apply(driver.Options{}))
			s.wantPair(subject, d, current, previous)
			d.Config = strings.Replace(d.Config, "overlap_days = 10", "overlap_days = 5", 1)
			d.Must(d.Apply(driver.Options{}))
			s.wantPair(subject, d, current, previous)
			WantPlan(t, d, update)
		},
		"rotated again within the overlap": func(t *testing.T, subject *Subject) {
			t.Helper()
			d, current, previous := s.rotated(subject)
			d.Config = s.rotating("3")
			output := d.Must(d.Plan(driver.Options{})).Text()
			acctest.WantText(t, output, "is deleted early (id "+previous+")", 1)
			d.Must(d.Apply(driver.Options{}))
			latest, _ := s.pair(subject, d)
			s.wantPair(subject, d, latest, current)
		},
		"previous key deleted outside Terraform": func(t *testing.T, subject *Subject) {
			t.Helper()
			d, current, previous := s.rotated(subject)
			subject.Remove(previous)
			WantEmptyPlan(t, d)
			d.Must(d.Apply(driver.Options{}))
			s.wantPair(subject, d, current, "")
		},
		"current key deleted outside Terraform": s.currentDeleted,
		"current key deleted outside Terraform, with lists that hide secrets": func(t *testing.T, _ *Subject) {
			t.Helper()
			s.currentDeleted(t, s.Start(t, Options{Uncertain: true}))
		},
		"unknown days": func(t *testing.T, subject *Subject) {
			t.Helper()
			d, current, previous := s.rotated(subject)
			unknown := func(days, trigger string) {
				d.Config = fmt.Sprintf("resource \"terraform_data\" \"days\" {\n  input = %s\n}\n", days) +
					strings.Replace(s.rotating(trigger), "= 7", "= terraform_data.days.output", 1)
			}
			unknown("5", "3")
			acctest.WantText(t, d.Fails(d.Plan(driver.Options{})), "Error: Overlap is not known", 1)
			for _, after := range []time.Duration{0, 8 * Day} {
				subject.Clock.Advance(after)
				d.Config = s.rotating("2")
				d.Must(d.Refresh())
				for _, days := range []string{"9", "10"} {
					unknown(days, "2")
					d.Must(d.Apply(driver.Options{}))
					s.wantPair(subject, d, current, previous)
				}
			}
			unknown("null", "2")
			d.Must(d.Apply(driver.Options{}))
			s.wantPair(subject, d, current, "")
			WantEmptyPlan(t, d)
		},
		"both keys deleted outside Terraform": func(t *testing.T, subject *Subject) {
			t.Helper()
			d, current, previous := s.rotated(subject)
			subject.Remove(current)
			subject.Remove(previous)
			WantPlan(t, d, string(s.address())+": create")
		},
		"replaced": func(t *testing.T, subject *Subject) {
			t.Helper()
			d, current, _ := s.rotated(subject)
			d.Must(d.Apply(driver.Options{Replace: []string{string(s.address())}}))
			if subject.OnlyCreated() == current {
				t.Error("the key was not replaced")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			subject := s.Start(t, Options{})
			test(t, subject)
		})
	}
	t.Run("faults", s.rotationFaults)
	t.Run("chaos", s.rotationChaos)
}

// wantOverlapEnds checks that the only change in the plan is the end of an overlap.
func (s *Suite) wantOverlapEnds(t *testing.T, plan *driver.Plan) {
	t.Helper()
	var checked plancheck.CheckPlanResponse
	planned{string(s.address()), func(change map[string][2]any, _ []string) error {
		for name, values := range change {
			before, _ := values[0].(map[string]any)
			if ends := name == "previous" && before["overlap_ended"] == true && values[1] == nil; !ends && !reflect.DeepEqual(values[0], values[1]) {
				return fmt.Errorf("%s changes from %v to %v", name, values[0], values[1])
			}
		}
		if len(plan.JSON().ResourceChanges) != 1 || plan.Empty() {
			return fmt.Errorf("the plan is %s", plan)
		}
		return nil
	}}.CheckPlan(t.Context(), plancheck.CheckPlanRequest{Plan: plan.JSON()}, &checked)
	if checked.Error != nil {
		t.Error(checked.Error)
	}
}

// currentDeleted deletes the current key outside Terraform: the previous key becomes the current key, and the next apply
// creates a new current key.
func (s *Suite) currentDeleted(t *testing.T, subject *Subject) {
	t.Helper()
	d, current, previous := s.rotated(subject)
	subject.Remove(current)
	acctest.WantText(t, d.Must(d.Refresh()).Text(), "The current key of "+s.Noun, 1)
	s.wantPair(subject, d, previous, "")
	WantPlan(t, d, string(s.address())+": update")
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "Warning:", 0)
	current, _ = s.pair(subject, d)
	s.wantPair(subject, d, current, previous)
	WantEmptyPlan(t, d)
	subject.Destroy(d)
}

// rotationFaults injects each fault into each kind of request during a rotation, at the end of its overlap, and during a
// destroy. All existing keys must be in the state or reported in an error, and the next apply must complete the rotation.
func (s *Suite) rotationFaults(t *testing.T) {
	t.Parallel()
	faults := slices.Concat(acctest.LostResponses, acctest.UnknownOutcomes, []simulation.Fault{{Kind: simulation.FaultStatus, Status: 403}})
	for _, request := range []string{s.Create, s.Delete, s.List} {
		for _, fault := range faults {
			OnSimulatedTime(t, func(t *testing.T, network *simulation.Network) {
				t.Helper()
				s.rotateWith(t, s.Start(t, Options{Network: network, Uncertain: request == s.Create}), request, fault)
			})
		}
	}
}

func (s *Suite) rotateWith(t *testing.T, subject *Subject, request string, fault simulation.Fault) {
	t.Helper()
	d, current, _ := s.rotated(subject)
	reported := 0
	fail := func(run func() *driver.Result) {
		t.Helper()
		subject.FailAt(fault, request)
		s.wantKnown(subject, d, run(), &reported)
		subject.Fail()
	}
	apply := func() *driver.Result { return d.Apply(driver.Options{}) }
	// Before the third key is created, the oldest key is deleted.
	d.Config = s.rotating("3")
	fail(apply)
	s.wantKnown(subject, d, d.Must(apply()), &reported)
	latest, previous := s.pair(subject, d)
	if latest == current || !subject.Exists(latest) {
		t.Errorf("%s at %s: the next apply did not rotate the key", fault.Kind, request)
	}
	s.wantPair(subject, d, latest, previous)
	subject.Clock.Advance(7 * Day)
	fail(apply)
	s.wantKnown(subject, d, d.Must(apply()), &reported)
	s.wantPair(subject, d, latest, "")
	WantEmptyPlan(t, d)
	fail(d.Destroy)
	d.Must(d.Destroy())
	subject.WantDestroyed()
}

// wantKnown checks that each existing key is in the state or comes from a create that an error reported as uncertain. The
// parameter reported counts the uncertain creates whose key was not found yet. If wantKnown finds such a key, it adds the key to
// Unmanaged.
func (s *Suite) wantKnown(subject *Subject, d *driver.Driver, result *driver.Result, reported *int) {
	subject.T.Helper()
	if result.Err() != nil {
		*reported += strings.Count(result.Text(), s.mayExist())
	}
	current, previous := s.pair(subject, d)
	delete(subject.Unmanaged, current) // The provider sometimes adopts a key of an earlier uncertain create.
	for _, id := range subject.Created() {
		if id == current || id == previous {
			continue
		}
		subject.Unmanaged[id] = true
		if *reported--; *reported < 0 {
			subject.T.Errorf("the key %s is neither in the state nor reported:\n%s", id, result.Text())
		}
	}
}

// rotationChaos rotates keys with random faults, interrupts and deletes outside Terraform: each existing key must be in the
// state or reported in an error.
func (s *Suite) rotationChaos(t *testing.T) {
	t.Parallel()
	faults := slices.Concat(acctest.LostResponses, acctest.UnknownOutcomes, acctest.HarmlessFaults)
	for seed := range uint64(5) {
		OnSimulatedTime(t, func(t *testing.T, network *simulation.Network) {
			t.Helper()
			r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // G404: the tests need reproducible numbers.
			subject := s.Start(t, Options{Network: network, ListLag: time.Duration(r.IntN(2)) * time.Second})
			d := subject.Applied(s.rotating("0"))
			reported := 0
			for step := range 12 {
				if r.IntN(2) == 0 {
					subject.FailAt(faults[r.IntN(len(faults))], []string{s.Create, s.Delete, s.List}[r.IntN(3)])
				}
				run := func() *driver.Result { return d.Apply(driver.Options{NoRefresh: r.IntN(4) == 0}) }
				switch r.IntN(6) {
				case 0:
					time.Sleep(time.Minute)
					subject.Clock.Advance(time.Duration(r.IntN(10)) * Day)
				case 1:
					run = d.Refresh
				case 2:
					if made := subject.Created(); len(made) > 0 {
						subject.Remove(made[r.IntN(len(made))])
					}
				case 3:
					subject.OnCreate = func(int) { d.Interrupt() }
					d.Config = s.rotating(fmt.Sprint(step))
				default:
					d.Config = s.rotating(fmt.Sprint(step))
				}
				s.wantKnown(subject, d, run(), &reported)
				subject.Fail()
				subject.OnCreate = nil
			}
			for _, passed := range []time.Duration{0, 7 * Day} {
				time.Sleep(time.Minute) // Afterwards, lists show all changes.
				subject.Clock.Advance(passed)
				s.wantKnown(subject, d, d.Must(d.Apply(driver.Options{})), &reported)
			}
			current, _ := s.pair(subject, d)
			s.wantPair(subject, d, current, "")
			subject.Destroy(d)
		})
	}
}
