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

// Options are the options of a simulator in a test.
type Options struct {
	// Network serves the simulator in memory. If Network is nil, the simulator is served over TCP.
	Network *simulation.Network
	// ListLag is the time until a list shows a change.
	ListLag time.Duration
	// LogInsUntilAccepted is the number of log-ins that the simulator refuses before it accepts a new key.
	LogInsUntilAccepted int
	// StoredName returns the name that the service stores for a requested name. If StoredName is nil, the service stores the
	// requested name.
	StoredName func(string) string
	// Existing is the number of objects that exist at the start. For egs_workspace, 0 means no workspaces, and any other number
	// means the simulator's default workspaces.
	Existing int
	// Uncertain selects a variant of the service. With this variant, the provider adopts no object after the response to a create
	// was lost.
	Uncertain bool
	// OtherCredentials makes the provider log in with credentials other than a key. It has no effect if the service supports only
	// keys.
	OtherCredentials bool
	// Escaped makes secrets contain characters that URLs and JSON escape. It has no effect if the service does not allow such
	// characters in secrets.
	Escaped bool
}

// Subject is the simulated service of one test, with the resource under test.
type Subject struct {
	*Service
	// Issue creates an object outside Terraform that is equal to the resource of Suite.Config. Remove deletes an object outside
	// Terraform.
	Issue  func() (id string)
	Remove func(id string)
	// Secret returns the secret of an object, or "" if it has none or does not exist.
	Secret func(id string) string
}

// Config returns the configuration of a resource with a label, such as "test", and more arguments.
type Config = func(label, more string) string

// Suite describes a resource, and runs the tests that all resources share.
type Suite struct {
	// Type is the type of the resource, and ID is the attribute with its id. Secret is the attribute with its secret, or "" if
	// the resource has no secret.
	Type, ID, Secret string
	// Noun names the resource type in messages, such as "EGS API key", and A is the article of Noun. Name identifies the
	// resource of Config in messages; if Name is "", messages contain the id instead.
	A, Noun, Name string
	Start         func(t *testing.T, options Options) *Subject

	// Config returns the configuration of the resource. Updated returns this configuration with a change that Terraform makes in
	// place. Replaced returns it with a change that replaces the resource. Replaced can be nil. Other returns the configuration
	// of another resource. Many returns the configuration of n resources.
	Config, Updated, Replaced, Other Config
	Many                             func(n int, updated bool) string
	// Waits reports whether an apply waits until its creates and deletes are complete. The number of requests of such an apply
	// varies.
	Waits bool
	// Lookup returns a data source or ephemeral resource "found" that reads the object with the id. The parameter id is an
	// expression. Lookup can be nil.
	Lookup func(id string) string
	// Unread has the attributes that an import does not set.
	Unread []string
	// ImportID is the id for an import. If ImportID is "", an import uses the value of the attribute ID.
	ImportID string
	// Imports maps each invalid import id to its expected error.
	Imports map[string]string
	// ImportAs returns another form of the import id of an object. If ImportAs is nil, no other form is tested.
	ImportAs func(id string) string
	// Invalid maps each invalid configuration to the expected error of its plan.
	Invalid map[string]string
	// Replacing maps each attribute that requires a replacement to a configuration that replaces the resource.
	Replacing map[string]string
	// Unknown has values that can be unknown in the plan of an update. UnknownDue has values that can be unknown in the plan of
	// an update while the key is due for renewal.
	Unknown, UnknownDue []acctest.UnknownValues
	// OwnKeyConfig is the configuration of the provider's own key, or "" if the resource is not a key. LogsIn is an argument of a
	// provider block. In LogsIn, %s stands for the key with which the provider logs in.
	OwnKeyConfig string
	LogsIn       string
	// Recovers is the advice in the error about a state that contains the secret of another key. It is "" if the service does
	// not delete keys by secret.
	Recovers string
	// OwnKeyErrors maps a configuration that changes the provider's own key to the expected error.
	OwnKeyErrors map[string]string

	// List, Create, Update, Delete and the requests below have the form "METHOD /path". Update is "" if an update sends no
	// request. Further has more requests in which the tests inject faults.
	List, Create, Update, Delete string
	Further                      []string
	// Result is the request that follows each create and update. Shown is the request that precedes each update. A field is "" if
	// there is no such request.
	Result, Shown string
	// LogIn is a request that each walk sends once. Creation is a request that an apply sends once if it creates objects. A field
	// is "" if there is no such request.
	LogIn, Creation string
	// Pages returns the number of requests for a list of n objects. If Pages is nil, a list takes one request.
	Pages func(n int) int
	// Recognized reports whether secrets have a fixed form. The client then hides all secrets in this form, even secrets that it
	// has never received.
	Recognized bool
	// Marker is the prefix of all secrets if Options.Escaped is set, including the secrets of deleted keys. Marker is "" if there
	// is no such prefix.
	Marker string
	// UnreadableList is a response to a list request, with an unreadable entry. Echo returns an error response that contains
	// the secret.
	UnreadableList string
	Echo           func(secret string) string

	// Adopts reports whether the provider can adopt an object after the response to its create was lost. Unique reports whether
	// the service rejects equal objects.
	Adopts, Unique bool
	// Candidates are objects that possibly come from a create whose response was lost. CandidateTexts has texts of the error if
	// there are candidates. NoCandidateAdvice has the advice in the error if there are no candidates.
	CandidateTexts    []string
	NoCandidateAdvice string
	// AdoptedAfter, ListedAfter and UnlistedAfter are arguments of the function late, that is, numbers of requests after which
	// the service handles the create. With AdoptedAfter, the last list that the provider requests after the create shows the
	// object. With ListedAfter, the first list of the next apply shows the object. With UnlistedAfter, neither of these lists
	// shows the object. A field is 0 if no number of requests has this effect.
	AdoptedAfter, ListedAfter, UnlistedAfter int
	// Exists is the message of the next apply if its list shows the object of a late create.
	Exists string
}

func (s *Suite) address() Resource { return Resource(s.Type + ".test") }

func (s *Suite) config() string { return s.Config("test", "") }

// WantKeys checks the ids in the state.
func (s *Suite) WantKeys(t *testing.T, d *driver.Driver, ids ...string) {
	t.Helper()
	wantSorted(t, "the state has", Saved(d, s.Type, s.ID), ids)
}

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
