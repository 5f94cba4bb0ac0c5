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

// Options are what tests need of a simulator.
type Options struct {
	// Network serves it in memory; nil means TCP.
	Network *simulation.Network
	// ListLag is how long lists lag.
	ListLag time.Duration
	// LogInsUntilKnown is how often a new key is refused before it is known.
	LogInsUntilKnown int
	// StoredName is the name that a key gets which is created with this one; nil is the same.
	StoredName func(string) string
	// There is how many things exist at the start, where a service can have many.
	There int
	// Uncertain has the service differ such that no create whose response is lost is adopted.
	Uncertain bool
	// Opaque has the provider log in with what is no key, where a service lets it.
	Opaque bool
	// Escaped has secrets hold characters that are escaped in URLs and JSON, where a service may have such.
	Escaped bool
}

// Subject is a resource at a simulated service of one test.
type Subject struct {
	*Service
	// Issue has another client create what is equal to the resource of Suite.Config, and Remove removes what has the id.
	Issue  func() (id string)
	Remove func(id string)
	// Secret is the secret of what has the id, and "" where there is none.
	Secret func(id string) string
}

// Config is the configuration of a resource with a label, as "test", and more arguments.
type Config = func(label, more string) string

// Suite has the tests that every resource runs.
type Suite struct {
	// Type is that of the resource, ID is the attribute that identifies it, and Secret is that of its secret, if it has one.
	Type, ID, Secret string
	// A is the article of Noun, Noun is the resource as in "EGS API key", and Name tells which it is in messages. Without a Name,
	// messages hold the id.
	A, Noun, Name string
	Start         func(t *testing.T, options Options) *Subject

	// Config is the resource, Updated is the same after a change in place, Replaced is one that replaces it, and may be nil, and
	// Other is another resource. Many are so many resources.
	Config, Updated, Replaced, Other Config
	Many                             func(n int, updated bool) string
	// Waits says that an apply waits for what it creates and deletes, so that only a plan has a fixed number of requests.
	Waits bool
	// Lookup is a data source or ephemeral resource "found" that reads what is identified by an expression; it may be nil.
	Lookup func(id string) string
	// Unread are the attributes that an import does not set.
	Unread []string
	// ImportID is what an import takes; "" means the value of ID.
	ImportID string
	// Imports are errors of imports, by id.
	Imports map[string]string
	// ImportAs is another import id of what has the id; it may be nil.
	ImportAs func(id string) string
	// Invalid are errors of plans, by configuration.
	Invalid map[string]string
	// Replacing are configurations that replace the resource, by the attribute that is the reason.
	Replacing map[string]string
	// Unknown are values that may be unknown at the plan of an update, and UnknownDue the same while the key is due.
	Unknown, UnknownDue []acctest.UnknownValues
	// Own is the provider's own key, where it is such a resource, and Spared are changes of it with their errors. LogsIn is
	// the argument of a provider that logs in with such a key, %s.
	Own    string
	LogsIn string
	// Recovers is the advice about a state with the secret of another key, where the service deletes by the secret; else "".
	Recovers string
	Spared   map[string]string

	// Requests, as "METHOD /path". Update is "" if an update sends none. Further are other requests.
	List, Create, Update, Delete string
	Further                      []string
	// Result is a request that follows each create and update, and Shown is one that precedes each update; they may be "".
	Result, Shown string
	// LogIn is a request that each walk sends once, and Creation is one that an apply with creates sends once; they may be "".
	LogIn, Creation string
	// Pages is how many requests a list of so many takes; nil means one.
	Pages func(n int) int
	// Recognized says that secrets have a form, so that the client masks also one that it does not know.
	Recognized bool
	// Marker begins each secret, also of what was deleted, with Options.Escaped; it may be "".
	Marker string
	// Odd is a list of which an entry cannot be read, and Echo is a refusal that tells a secret.
	Odd  string
	Echo func(secret string) string

	// Adopts says whether a lost create may be adopted, and Unique whether the service refuses equal resources.
	Adopts, Unique bool
	// Named are texts of the error of a lost create that names candidates, and Look is what that without candidates advises.
	Named []string
	Look  string
	// Adopted, Seen and Unseen are how many requests after a create it is carried out, such that the last look finds it, the
	// next apply lists it before it creates, and the next apply does not list it. 0 means that there is no such number.
	Adopted, Seen, Unseen int
	// Exists is what the next apply says about what it lists.
	Exists string
}

func (s *Suite) address() Resource { return Resource(s.Type + ".test") }

func (s *Suite) config() string { return s.Config("test", "") }

// WantKeys checks what the state holds.
func (s *Suite) WantKeys(t *testing.T, d *driver.Driver, ids ...string) {
	t.Helper()
	wantSorted(t, "the state holds", Saved(d, s.Type, s.ID), ids)
}

// Run runs all tests.
func (s *Suite) Run(t *testing.T) {
	t.Helper()
	for name, test := range map[string]func(*testing.T){
		"life cycle": s.lifeCycle, "replaced": s.replaced, "equal": s.equal, "imports": s.imports, "absence": s.absence, "deleted outside": s.deletedOutside,
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

// holds checks that the state holds the secret of the only thing there is.
func (s *Suite) holds(subject *Subject) Option {
	if s.Secret == "" {
		return func(*resource.TestStep) {}
	}
	return Check(func(state *terraform.State) error {
		return Holds(string(s.address()), s.Secret, subject.Secret(subject.Only()))(state)
	})
}

// lifeCycle creates, replaces, imports and destroys, and has another client delete.
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
		Step(s.config(), Before(func() { subject.Remove(subject.Only()) }), r.Creates, s.holds(subject)),
	)
}

// replaced changes what cannot be changed in place.
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

// Outside is what changes a resource outside Terraform, and what the next plan is then.
type Outside struct {
	Change func(*Subject)
	Plan   Option
}

// RunOutside has the resource of a configuration be changed outside Terraform.
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

// equal creates equal resources, which are no duplicates of each other.
func (s *Suite) equal(t *testing.T) {
	t.Helper()
	if s.Unique {
		return
	}
	subject := s.Start(t, Options{})
	d := subject.Driver(s.Config("test", "count = 12"))
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "Warning:", 0)
	made := subject.Made()
	s.WantKeys(t, d, made...)
	if secrets := slices.Compact(Saved(d, s.Type, s.Secret)); len(made) != 12 || len(secrets) != 12 {
		t.Errorf("%d were created, with %d secrets, want 12", len(made), len(secrets))
	}
}

func (s *Suite) imports(t *testing.T) {
	t.Helper()
	subject := s.Start(t, Options{})
	if s.ImportAs != nil {
		d, id := subject.Driver(s.config()), subject.Issue()
		d.Must(d.Import(string(s.address()), s.ImportAs(id)))
		WantEmptyPlan(t, d)
		wantSorted(t, "the state holds the secrets", Saved(d, s.Type, s.Secret), []string{subject.Secret(id)})
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

// unknownValues has each argument be unknown at the plan of an update.
func (s *Suite) unknownValues(t *testing.T) {
	t.Helper()
	for due, all := range map[time.Duration][]acctest.UnknownValues{0: s.Unknown, 80 * Day: s.UnknownDue} {
		for _, values := range all {
			t.Run(fmt.Sprintf("%s after %s", values.Attribute, due), func(t *testing.T) {
				t.Parallel()
				subject := s.Start(t, Options{})
				values.Test(t, s.Type, subject.Driver(""), func() { subject.Clock.Advance(due) })
				subject.NothingLeft()
			})
		}
	}
}

// absence has refreshes fail: the resource stays in the state.
func (s *Suite) absence(t *testing.T) {
	t.Helper()
	subject := s.Start(t, Options{})
	steps := []resource.TestStep{Step(s.config())}
	for _, fault := range []simulation.Fault{
		{Kind: simulation.FaultStatus, Status: 404, Body: "{}"},
		{Kind: simulation.FaultHTML, Status: 200},
		{Kind: simulation.FaultTruncate},
		{Kind: simulation.FaultStatus, Status: 200, Body: s.Odd},
	} {
		fault.Times = 99
		steps = append(steps,
			Step(s.config(), Before(func() { subject.FailAt(fault, s.List) }), FailsPlan(`Unable to read `+s.Noun)),
			Step(s.config(), Before(func() { subject.Fail() }), Unchanged))
	}
	subject.Run(steps...)
}

// deletedOutside destroys without a refresh what no longer exists, which the service refuses.
func (s *Suite) deletedOutside(t *testing.T) {
	t.Helper()
	subject := s.Start(t, Options{})
	d := subject.Applied(s.config())
	subject.Remove(subject.Only())
	d.Must(d.Apply(driver.Options{Destroy: true, NoRefresh: true}))
	if n := subject.Requests(s.Delete); n == 0 {
		t.Error("no delete was sent")
	}
}

// deletedSince applies plans of what was deleted since they were made.
func (s *Suite) deletedSince(t *testing.T) {
	t.Helper()
	subject := s.Start(t, Options{})
	d := subject.Applied(s.config())
	apply := func(options driver.Options) *driver.Result {
		t.Helper()
		plan := d.Must(d.Plan(options)).Plan
		subject.Remove(subject.Only())
		return d.ApplyPlan(plan)
	}
	if s.Update != "" || s.Secret != "" { // No other update sends a request.
		d.Config = s.Updated("test", "")
		told := d.Fails(apply(driver.Options{}))
		acctest.WantText(t, told, "Error: Unable to update "+s.Noun, 1)
		acctest.WantText(t, told, "deleted after the plan was created. Run terraform apply again: the next plan recreates it.", 1)
		d.Must(d.Apply(driver.Options{}))
	}
	d.Must(apply(driver.Options{Replace: []string{string(s.address())}}))
	s.WantKeys(t, d, subject.Only())
	subject.Destroy(d)
}

func (s *Suite) deleteRefused(t *testing.T) {
	t.Helper()
	subject := s.Start(t, Options{})
	d := subject.Applied(s.config())
	id := subject.Only()
	subject.FailAt(simulation.Fault{Kind: simulation.FaultStatus, Status: 403}, s.Delete)
	told := d.Fails(d.Destroy())
	acctest.WantText(t, told, "Error: Unable to delete "+s.Noun, 1)
	acctest.WantText(t, told, cmp.Or(s.Name, id), 1)
	acctest.WantText(t, told, "HTTP 403", 1)
	s.WantKeys(t, d, id)
	subject.Destroy(d)
}

// own imports the provider's own key, which is neither destroyed nor replaced, and takes it out of the state.
func (s *Suite) own(t *testing.T) {
	t.Helper()
	if s.Own == "" {
		return
	}
	subject, r := s.Start(t, Options{}), s.address()
	steps := []resource.TestStep{
		Step(ImportBlock(string(r), subject.site.IDs()[0])+s.Own, r.Stays),
		Step(s.Own, Destroys, Fails(`Unable to delete the provider's own `+s.Noun+`.*`+s.Spared[s.Own])),
	}
	for config, want := range s.Spared {
		if config != s.Own {
			steps = append(steps, Step(config, Fails(want)))
		}
	}
	subject.Run(append(steps, Step(Removed(string(r))))...)
	if !subject.Exists(subject.site.IDs()[0]) {
		t.Error("the provider's own key was deleted")
	}
}

// RunOwnReplaced has plans replace what became the provider's own key, which they warn of. It is created as config says.
func (s *Suite) RunOwnReplaced(t *testing.T, config string, changes map[string]func(*Subject, *driver.Driver)) {
	t.Helper()
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			subject := s.Start(t, Options{})
			d := subject.Driver(config)
			warned := func(times int) {
				t.Helper()
				told := d.Must(d.Plan(driver.Options{})).Text()
				acctest.WantText(t, told, "Warning: The provider's own "+s.Noun+" will be replaced", times)
			}
			d.Must(d.Apply(driver.Options{}))
			for setting := range subject.site.Settings {
				subject.Environment[setting] = subject.Secret(subject.Only())
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

// faults has each fault once in each kind of request: an apply, a change and a destroy come through, and nothing is left over.
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
			subject.NothingLeft()
		})
	}
}

// requests counts what commands cost: with more resources there are more writes, and nothing else. A command walks
// twice, to plan and to apply, and each walk is a provider of its own. To plan what does not exist takes no request.
func (s *Suite) requests(t *testing.T) {
	t.Helper()
	for _, test := range []struct{ there, made int }{{0, 5}, {149, 40}} {
		subject := s.Start(t, Options{There: test.there})
		pages := func(n int) int {
			if s.Pages == nil {
				return 1
			}
			return s.Pages(n)
		}
		d := subject.Driver(s.Many(test.made, false))
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
		// The list tells what existed before. Nothing is listed after a create.
		run("apply", apply, map[string]int{s.List: pages(before), s.Create: test.made, s.Creation: 1, s.Result: test.made})
		lists := pages(before + test.made)
		run("plan", func() *driver.Result { return d.Plan(driver.Options{}) }, map[string]int{s.List: lists})
		run("refresh", d.Refresh, map[string]int{s.List: lists})
		if s.Update != "" {
			d.Config = s.Many(test.made, true)
			run("update", apply, map[string]int{s.LogIn: 2, s.List: lists, s.Update: test.made, s.Result: test.made, s.Shown: test.made})
			run("plan", func() *driver.Result { return d.Plan(driver.Options{}) }, map[string]int{s.List: lists})
		}
		run("destroy", d.Destroy, map[string]int{s.LogIn: 2, s.List: lists, s.Delete: test.made})
	}
}
