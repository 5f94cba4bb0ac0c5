// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Run runs the tests of the basic behavior. Other tests have their own methods, for example RunRenewal and RunList.
func (s *Suite) Run(t *testing.T) {
	t.Helper()
	for name, test := range map[string]func(*testing.T){
		"life cycle": s.lifeCycle, "replaced": s.replaced, "equal": s.equal, "imports": s.imports, "failed refresh": s.failedRefresh, "deleted outside": s.deletedOutside,
		"deleted since the plan": s.deletedSince,
		"invalid":                s.invalid, "unknown values": s.unknownValues, "delete refused": s.deleteRefused, "own": s.own, "log-ins": s.logIns, "damaged": s.damaged, "faults": s.faults, "requests": s.requests, "canary": s.canary,
		"lost and adopted": s.adopted, "lost and uncertain": s.uncertain, "lost and unknown": s.unknown, "foreign equal": s.foreignEqual,
		"two configurations": s.twoConfigurations, "equal in two configurations": s.equalInTwo,
		"interrupt": s.interrupt, "lag": s.lag, "another endpoint": s.anotherEndpoint,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
}

// holds checks that the state has the secret of the only object that Terraform created.
func (s *Suite) holds(subject *Subject) Option {
	if s.Secret == "" {
		return func(*resource.TestStep) {}
	}
	return Check(func(state *terraform.State) error {
		return Holds(string(s.address()), s.Secret, subject.Secret(subject.OnlyCreated()))(state)
	})
}

// lifeCycle creates, replaces, imports, updates and destroys the resource, and deletes the object outside Terraform.
func (s *Suite) lifeCycle(t *testing.T) {
	t.Helper()
	subject, r := s.Start(t, Options{}), s.address()
	ids := statecheck.CompareValue(compare.ValuesDiffer())
	identity := State(statecheck.ExpectIdentityValueMatchesState(string(r), path(s.ID)))
	again := Step(s.config(), r.Replaces(), identity, s.holds(subject))
	again.Taint = []string{string(r)}
	created := Step(s.config(), r.Creates, identity, s.holds(subject))
	if !s.Unique {
		r.Compared(ids, s.ID)(&created)
		r.Compared(ids, s.ID)(&again)
	}
	if s.Secret != "" {
		r.Hides(s.Secret)(&created)
	}
	subject.RunFrom(tfversion.Version1_12_0,
		created,
		Step(s.config(), Unchanged),
		again,
		Import(string(r), func(step *resource.TestStep) {
			step.ImportStateId, step.ImportStateVerify, step.ImportStateVerifyIgnore = s.ImportID, s.ID == "id", s.Unread
		}),
		Import(string(r), func(step *resource.TestStep) { step.ImportStateKind = resource.ImportBlockWithResourceIdentity }),
		Step(s.Updated("test", ""), r.Updates, identity),
		Step(s.config(), Before(func() { subject.Remove(subject.OnlyCreated()) }), r.Creates, s.holds(subject)),
	)
}

// replaced changes attributes that cannot be changed in place.
func (s *Suite) replaced(t *testing.T) {
	t.Helper()
	for attribute, config := range s.Replacing {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			subject, r := s.Start(t, Options{}), s.address()
			secrets := statecheck.CompareValue(compare.ValuesDiffer())
			subject.Run(
				Step(s.config(), r.Compared(secrets, s.Secret)),
				Step(config, r.Replaces(attribute), r.Compared(secrets, s.Secret), s.holds(subject)),
			)
		})
	}
}

// Outside is a change outside Terraform, with a check of the next plan.
type Outside struct {
	Change func(*Subject)
	Plan   Option
}

// RunOutside applies the configuration, changes its resource outside Terraform, and checks the next plan.
func (s *Suite) RunOutside(t *testing.T, config string, changes map[string]Outside) {
	t.Helper()
	for name, outside := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			subject := s.Start(t, Options{})
			subject.Run(Step(config), Step(config, Before(func() { outside.Change(subject) }), outside.Plan))
		})
	}
}

// equal creates equal resources in one apply. The provider must not mistake one resource for another.
func (s *Suite) equal(t *testing.T) {
	t.Helper()
	if s.Unique {
		return
	}
	subject := s.Start(t, Options{})
	d := subject.Driver(s.Config("test", "count = 12"))
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "Warning:", 0)
	made := subject.Created()
	s.WantKeys(t, d, made...)
	if secrets := slices.Compact(Saved(d, s.Type, s.Secret)); len(made) != 12 || len(secrets) != 12 {
		t.Errorf("%d objects were created, with %d secrets, want 12", len(made), len(secrets))
	}
}

func (s *Suite) imports(t *testing.T) {
	t.Helper()
	subject := s.Start(t, Options{})
	if s.ImportAs != nil {
		d, id := subject.Driver(s.config()), subject.Issue()
		d.Must(d.Import(string(s.address()), s.ImportAs(id)))
		WantEmptyPlan(t, d)
		wantSorted(t, "the state has the secrets", Saved(d, s.Type, s.Secret), []string{subject.Secret(id)})
	}
	for id, want := range s.Imports {
		step := Import(string(s.address()), Fails(want))
		step.Config, step.ImportStateId = s.config(), id
		subject.Run(step)
	}
}

func (s *Suite) invalid(t *testing.T) {
	t.Helper()
	subject := s.Start(t, Options{})
	for config, want := range s.Invalid {
		subject.Run(Step(config, FailsPlan(want)))
	}
}

// unknownValues tests arguments that are unknown in the plan of an update.
func (s *Suite) unknownValues(t *testing.T) {
	t.Helper()
	for due, all := range map[time.Duration][]acctest.UnknownValues{0: s.Unknown, 80 * Day: s.UnknownDue} {
		for _, values := range all {
			t.Run(fmt.Sprintf("%s after %s", values.Attribute, due), func(t *testing.T) {
				t.Parallel()
				subject := s.Start(t, Options{})
				values.Test(t, s.Type, subject.Driver(""), func() { subject.Clock.Advance(due) })
				subject.WantDestroyed()
			})
		}
	}
}

// failedRefresh checks that the resource stays in the state if the refresh fails.
func (s *Suite) failedRefresh(t *testing.T) {
	t.Helper()
	subject := s.Start(t, Options{})
	steps := []resource.TestStep{Step(s.config())}
	for _, fault := range []simulation.Fault{
		{Kind: simulation.FaultStatus, Status: 404, Body: "{}"},
		{Kind: simulation.FaultHTML, Status: 200},
		{Kind: simulation.FaultTruncate},
		{Kind: simulation.FaultStatus, Status: 200, Body: s.UnreadableList},
	} {
		fault.Times = 99
		steps = append(steps,
			Step(s.config(), Before(func() { subject.FailAt(fault, s.List) }), FailsPlan(`Unable to read `+s.Noun)),
			Step(s.config(), Before(func() { subject.Fail() }), Unchanged))
	}
	subject.Run(steps...)
}

// deletedOutside destroys an object that no longer exists, without a refresh. The service rejects the delete.
func (s *Suite) deletedOutside(t *testing.T) {
	t.Helper()
	subject := s.Start(t, Options{})
	d := subject.Applied(s.config())
	subject.Remove(subject.OnlyCreated())
	d.Must(d.Apply(driver.Options{Destroy: true, NoRefresh: true}))
	if n := subject.Requests(s.Delete); n == 0 {
		t.Error("no delete request was sent")
	}
}

// deletedSince plans changes of an object, deletes the object outside Terraform, and applies the plans.
func (s *Suite) deletedSince(t *testing.T) {
	t.Helper()
	subject := s.Start(t, Options{})
	d := subject.Applied(s.config())
	apply := func(options driver.Options) *driver.Result {
		t.Helper()
		plan := d.Must(d.Plan(options)).Plan
		subject.Remove(subject.OnlyCreated())
		return d.ApplyPlan(plan)
	}
	if s.Update != "" || s.Secret != "" { // Otherwise an update sends no request.
		d.Config = s.Updated("test", "")
		output := d.Fails(apply(driver.Options{}))
		acctest.WantText(t, output, "Error: Unable to update "+s.Noun, 1)
		acctest.WantText(t, output, "deleted after the plan was created. Run terraform apply again: the next plan recreates it.", 1)
		d.Must(d.Apply(driver.Options{}))
	}
	d.Must(apply(driver.Options{Replace: []string{string(s.address())}}))
	s.WantKeys(t, d, subject.OnlyCreated())
	subject.Destroy(d)
}

func (s *Suite) deleteRefused(t *testing.T) {
	t.Helper()
	subject := s.Start(t, Options{})
	d := subject.Applied(s.config())
	id := subject.OnlyCreated()
	subject.FailAt(simulation.Fault{Kind: simulation.FaultStatus, Status: 403}, s.Delete)
	output := d.Fails(d.Destroy())
	acctest.WantText(t, output, "Error: Unable to delete "+s.Noun, 1)
	acctest.WantText(t, output, cmp.Or(s.Name, id), 1)
	acctest.WantText(t, output, "HTTP 403", 1)
	s.WantKeys(t, d, id)
	subject.Destroy(d)
}

// own imports the provider's own key, and checks that the provider neither destroys nor replaces the key. The last step
// removes the key from the state.
func (s *Suite) own(t *testing.T) {
	t.Helper()
	if s.OwnKeyConfig == "" {
		return
	}
	subject, r := s.Start(t, Options{}), s.address()
	steps := []resource.TestStep{
		Step(ImportBlock(string(r), subject.site.IDs()[0])+s.OwnKeyConfig, r.Stays),
		Step(s.OwnKeyConfig, Destroys, Fails(`Unable to delete the provider's own `+s.Noun+`.*`+s.OwnKeyErrors[s.OwnKeyConfig])),
	}
	for config, want := range s.OwnKeyErrors {
		if config != s.OwnKeyConfig {
			steps = append(steps, Step(config, Fails(want)))
		}
	}
	subject.Run(append(steps, Step(Removed(string(r))))...)
	if !subject.Exists(subject.site.IDs()[0]) {
		t.Error("the provider's own key was deleted")
	}
}

// RunOwnReplaced tests the warning about a plan that replaces the provider's own key. The parameter config creates the key. Each
// of the changes leads to the replacement of the key.
func (s *Suite) RunOwnReplaced(t *testing.T, config string, changes map[string]func(*Subject, *driver.Driver)) {
	t.Helper()
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			subject := s.Start(t, Options{})
			d := subject.Driver(config)
			warned := func(times int) {
				t.Helper()
				output := d.Must(d.Plan(driver.Options{})).Text()
				acctest.WantText(t, output, "Warning: The provider's own "+s.Noun+" will be replaced", times)
			}
			d.Must(d.Apply(driver.Options{}))
			for setting := range subject.site.Settings {
				subject.Environment[setting] = subject.Secret(subject.OnlyCreated())
			}
			warned(0)
			change(subject, d)
			warned(1)
			subject.Use(subject.Service)
			warned(0)
			subject.Destroy(d)
		})
	}
}

// faults injects each fault once into each kind of request. Creates get only the faults that do not make a create fail.
// Create, update, replacement and destroy must succeed, and no object may remain.
func (s *Suite) faults(t *testing.T) {
	t.Helper()
	passing := append([]simulation.Fault{{Kind: simulation.FaultExpireToken}}, acctest.HarmlessFaults...)
	if s.LogIn == "" {
		passing = passing[1:]
	}
	harmless := len(passing)
	if s.Adopts {
		harmless += len(acctest.LostResponses)
	}
	for i, fault := range append(append(passing, acctest.LostResponses...), acctest.UnknownOutcomes...) {
		t.Run(fmt.Sprintf("%s %d", fault.Kind, fault.Status), func(t *testing.T) {
			t.Parallel()
			subject := s.Start(t, Options{Escaped: true})
			requests := append([]string{s.List, s.Delete}, s.Further...)
			for request, used := range map[string]bool{s.LogIn: true, s.Creation: true, s.Update: true, s.Create: i < harmless} {
				if used && request != "" {
					requests = append(requests, request)
				}
			}
			everywhere := Before(func() { subject.FailAt(fault, requests...) })
			steps := []resource.TestStep{
				Step(s.config(), everywhere, s.holds(subject)),
				Step(s.Updated("test", ""), everywhere, s.address().Updates),
			}
			last := s.Updated("test", "")
			if s.Replaced != nil {
				last = s.Replaced("test", "")
				steps = append(steps, Step(last, everywhere, s.address().Replaces(), s.holds(subject)))
			}
			subject.Run(append(steps, Step(last, everywhere, Destroys))...)
			subject.WantDestroyed()
		})
	}
}

// requests counts the requests of commands. Additional resources must add only write requests. The commands apply and destroy
// have two walks, plan and apply, with one provider process each. The plan of a create sends no request.
func (s *Suite) requests(t *testing.T) {
	t.Helper()
	for _, test := range []struct{ existing, created int }{{0, 5}, {149, 40}} {
		subject := s.Start(t, Options{Existing: test.existing})
		pages := func(n int) int {
			if s.Pages == nil {
				return 1
			}
			return s.Pages(n)
		}
		d := subject.Driver(s.Many(test.created, false))
		run := func(command string, do func() *driver.Result, want map[string]int) {
			t.Helper()
			subject.site.Simulator.ResetJournal()
			if result := d.Must(do()); command == "plan" && !result.Plan.Empty() {
				t.Errorf("the plan is %s, want no changes", result.Plan)
			}
			if want[s.LogIn] == 0 {
				want[s.LogIn] = 1
			}
			if !s.Waits || command == "plan" || command == "refresh" {
				subject.WantCost(command, want)
			}
		}
		apply := func() *driver.Result { return d.Apply(driver.Options{}) }
		before := len(subject.site.IDs())
		// The only list precedes the creates, so its number of pages depends on the objects that existed before.
		run("apply", apply, map[string]int{s.List: pages(before), s.Create: test.created, s.Creation: 1, s.Result: test.created})
		lists := pages(before + test.created)
		run("plan", func() *driver.Result { return d.Plan(driver.Options{}) }, map[string]int{s.List: lists})
		run("refresh", d.Refresh, map[string]int{s.List: lists})
		if s.Update != "" {
			d.Config = s.Many(test.created, true)
			run("update", apply, map[string]int{s.LogIn: 2, s.List: lists, s.Update: test.created, s.Result: test.created, s.Shown: test.created})
			run("plan", func() *driver.Result { return d.Plan(driver.Options{}) }, map[string]int{s.List: lists})
		}
		run("destroy", d.Destroy, map[string]int{s.LogIn: 2, s.List: lists, s.Delete: test.created})
	}
}
