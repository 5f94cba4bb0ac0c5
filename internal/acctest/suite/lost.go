// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// AdoptionWarning begins the warning of a lost create that is adopted.
const AdoptionWarning = "Warning: The response to the create of "

// ProviderB is another provider configuration, and InB is the argument of a resource of it.
const (
	ProviderB = "\nprovider \"egs\" {\n  alias = \"b\"\n}\n"
	InB       = "provider = egs.b\n  "
)

// lost carries a create out and loses its response, and unsent does not carry it out.
var (
	lost   = simulation.Fault{Kind: simulation.FaultDropAfterCommit}
	unsent = simulation.Fault{Kind: simulation.FaultDropBefore}
)

// late is a create that takes longer than a proxy waits: it is carried out when so many further requests have come.
func late(requests int) simulation.Fault {
	return simulation.Fault{Kind: simulation.FaultCommitLate, Status: http.StatusGatewayTimeout, Requests: requests}
}

func wantSorted(t *testing.T, what string, got, want []string) {
	t.Helper()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s %v, want %v", what, got, want)
	}
}

func (s *Suite) mayExist() string { return "Error: " + s.A + " " + s.Noun + " may have been created" }

// adopted loses the response of a create, which a list then shows: Terraform manages what was created, and says so. The last
// look shows what is created late.
func (s *Suite) adopted(t *testing.T) {
	t.Helper()
	if !s.Adopts {
		return
	}
	for _, fault := range append([]simulation.Fault{late(s.Adopted)}, acctest.LostResponses...) {
		subject := s.Start(t, Options{})
		d := subject.Driver(s.config())
		subject.FailAt(fault, s.Create)
		told := d.Must(d.Apply(driver.Options{})).Text()
		id := subject.Only()
		acctest.WantText(t, told, AdoptionWarning, 1)
		if !s.Unique {
			acctest.WantText(t, told, "exactly one object with the same values appeared, with the id "+id, 1)
		}
		s.WantKeys(t, d, id)
		if n := subject.Requests(s.Create); n != 1 {
			t.Errorf("%v: %d creates, want 1", fault, n)
		}
		WantEmptyPlan(t, d)
		subject.Destroy(d)
	}
}

// uncertain loses the response of a create that is not adopted: the error names it, it is left alone, and the next apply
// creates another one.
func (s *Suite) uncertain(t *testing.T) {
	t.Helper()
	for _, fault := range acctest.LostResponses {
		subject := s.Start(t, Options{Uncertain: true})
		d := subject.Driver(s.config())
		subject.FailAt(fault, s.Create)
		told := d.Fails(d.Apply(driver.Options{}))
		id := subject.Only()
		acctest.WantText(t, told, s.mayExist(), 1)
		for _, text := range s.Named {
			acctest.WantText(t, told, text, 1)
		}
		s.WantKeys(t, d)
		subject.Foreign[id] = true
		if s.Unique {
			subject.Remove(id)
		} else {
			acctest.WantText(t, told, "- "+id, 1)
			acctest.WantText(t, told, cmp.Or(s.Name, id), 1)
			acctest.WantText(t, told, "requested at 2026-11-21T12:00:00Z", 1)
		}
		d.Must(d.Apply(driver.Options{}))
		if n := subject.Requests(s.Create); n != 2 {
			t.Errorf("%v: %d creates, want one of each apply", fault, n)
		}
		subject.Destroy(d)
		if exists := subject.Exists(id); exists == s.Unique {
			t.Errorf("%v: what the error named exists: %t", fault, exists)
		}
	}
}

// unknown has a create end without a response, and without anything in the lists that follow: one request is sent, the
// error says that the resource may have been created, and the next apply creates one.
func (s *Suite) unknown(t *testing.T) {
	t.Helper()
	faults := append([]simulation.Fault{late(100)}, acctest.UnknownOutcomes...)
	for _, requests := range []int{s.Seen, s.Unseen} {
		if requests > 0 {
			faults = append(faults, late(requests))
		}
	}
	for _, fault := range faults {
		subject := s.Start(t, Options{})
		d := subject.Driver(s.config())
		subject.FailAt(fault, s.Create)
		told := d.Fails(d.Apply(driver.Options{}))
		acctest.WantText(t, told, s.Look, 1)
		if fault.Status == http.StatusInternalServerError {
			// The service's reason comes first, and nothing says that its response was lost.
			acctest.WantText(t, told, "Error: Unable to create "+s.Noun, 1)
			acctest.WantText(t, told, ": Internal Server Error. This does not prove that nothing was created", 1)
			acctest.WantText(t, told, "was lost", 0)
			acctest.WantText(t, told, "slow service", 0)
		} else {
			acctest.WantText(t, told, s.mayExist(), 1)
			acctest.WantText(t, told, "A slow service may still create it", 1)
		}
		if n := subject.Requests(s.Create); n != 1 {
			t.Errorf("%v: %d creates, want 1", fault, n)
		}
		s.WantKeys(t, d)

		seen := fault.Requests > 0 && fault.Requests == s.Seen
		if seen && s.Unique {
			acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), s.Exists, 1)
			s.WantKeys(t, d)
			continue
		}
		told = d.Must(d.Apply(driver.Options{})).Text()
		saved := Saved(d, s.Type, s.ID)
		if n := subject.Requests(s.Create); n != 2 || len(saved) != 1 {
			t.Fatalf("%v: %d creates, want 2; the state holds %v", fault, n, saved)
		}
		made := subject.Made()
		if want := fault.Requests > 0 && fault.Requests < 100; want != (len(made) == 2) {
			t.Errorf("%v: %d exist", fault, len(made))
		}
		warnings := 0
		if seen && s.Exists != "" {
			warnings = 1
			acctest.WantText(t, told, s.Exists, 1)
			for _, id := range made {
				if id != saved[0] {
					acctest.WantText(t, told, "- "+id, 1)
				}
			}
		}
		acctest.WantText(t, told, "Warning:", warnings)
		WantEmptyPlan(t, d)
	}
}

// foreignEqual has another client create an equal resource beside a create that is lost before it reaches the service.
func (s *Suite) foreignEqual(t *testing.T) {
	t.Helper()
	if s.Unique {
		return
	}
	for _, test := range []struct {
		// at is the create that comes while the other one is created, and before is how long before the one that is lost.
		at     int
		before time.Duration
	}{{at: 1, before: 2 * time.Second}, {at: 2}} {
		subject := s.Start(t, Options{})
		d := subject.Driver(s.Config("test", "depends_on = ["+s.Type+".first]") + s.Other("first", ""))
		var other string
		subject.OnCreate = func(n int) {
			if n == test.at {
				other = subject.Issue()
				subject.Clock.Advance(test.before)
			}
		}
		subject.Fail(acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDelay, DelayMS: 1}, s.Create)[0], acctest.FaultsAt(unsent, s.Create)[0])
		result := d.Apply(driver.Options{})
		first := subject.Only()
		if s.Adopts && test.before == 0 {
			// Nothing tells it from the one that was asked for. The user is told which it is.
			told := d.Must(result).Text()
			acctest.WantText(t, told, AdoptionWarning, 1)
			acctest.WantText(t, told, other, 2) // In the summary, too: Terraform merges equal ones.
			s.WantKeys(t, d, first, other)
			continue
		}
		acctest.WantText(t, d.Fails(result), s.mayExist(), 1)
		s.WantKeys(t, d, first)
		d.Must(d.Destroy())
		if !subject.Exists(other) {
			t.Error("what somebody else created was deleted")
		}
	}
}

// equalInTwo creates two equal resources with two provider configurations, which know nothing of each other, and loses the
// response of one create or of both: the state never holds one twice, and what it holds exists.
func (s *Suite) equalInTwo(t *testing.T) {
	t.Helper()
	if s.Unique {
		return
	}
	for _, times := range []int{1, 2} {
		subject := s.Start(t, Options{})
		d := subject.Driver(s.config() + s.Config("b", InB) + ProviderB)
		// Both are under way before one is handled.
		both := make(chan struct{})
		subject.OnCreate = func(n int) {
			if n == 2 {
				close(both)
			}
			<-both
		}
		fault := lost
		fault.Times = times
		subject.FailAt(fault, s.Create)
		err := d.Apply(driver.Options{}).Err()
		saved := Saved(d, s.Type, s.ID)
		if len(slices.Compact(slices.Clone(saved))) != len(saved) {
			t.Errorf("the state holds one twice: %v", saved)
		}
		for _, id := range saved {
			if !subject.Exists(id) {
				t.Errorf("the state holds %s, which does not exist", id)
			}
		}
		if made := subject.Made(); len(made) != 2 {
			t.Errorf("%v were created, want 2", made)
		}
		switch {
		case !s.Adopts:
			if len(saved) != 2-times || err == nil {
				t.Errorf("the state holds %v, want %d: %v", saved, 2-times, err)
			}
		case err == nil && len(saved) != 2:
			t.Errorf("the state holds %v", saved)
		case err != nil:
			acctest.WantText(t, err.Error(), "several that match it appeared since", 2-len(saved))
		}
	}
}

// twoConfigurations has what one provider configuration creates or deletes be seen by another one in the same run, within
// the age of a list and after it, also where lists lag.
func (s *Suite) twoConfigurations(t *testing.T) {
	t.Helper()
	for _, lag := range []time.Duration{0, time.Second, 5 * time.Second} {
		OnSimulatedTime(t, func(t *testing.T, network *simulation.Network) {
			t.Helper()
			subject := s.Start(t, Options{Network: network, ListLag: lag})
			config := s.Other("a", "") + s.Config("b", InB+"depends_on = ["+s.Type+".a]") + ProviderB
			if s.Lookup != nil {
				config += s.Lookup(s.Type + ".b." + s.ID)
			}
			d := subject.Applied(config)
			s.WantKeys(t, d, subject.Made()...)
			WantEmptyPlan(t, d)
			subject.Destroy(d)
		})
	}
}

// interrupt interrupts Terraform while a create is under way. It ends with the create: what was created is saved if its
// response is received, and nothing is listed.
func (s *Suite) interrupt(t *testing.T) {
	t.Helper()
	for _, test := range []struct {
		faults []simulation.Fault
		want   string
		saved  int
	}{
		{nil, "execution halted", 1},
		{acctest.FaultsAt(lost, s.Create), "and the operation was interrupted", 0},
	} {
		subject := s.Start(t, Options{})
		d := subject.Driver(s.config())
		lists := 0
		subject.site.Creates = s.Create
		subject.OnCreate = func(int) {
			lists = subject.Requests(s.List)
			d.Interrupt()
		}
		subject.Fail(test.faults...)
		told := d.Fails(d.Apply(driver.Options{}))
		acctest.WantText(t, told, test.want, 1)
		acctest.WantText(t, told, s.mayExist(), 1-test.saved)
		if got := subject.Requests(s.List); got != lists || subject.Requests(s.Create) != 1 {
			t.Errorf("%d creates, and %d lists after the interrupt", subject.Requests(s.Create), got-lists)
		}
		id := subject.Only()
		if test.saved == 0 {
			s.WantKeys(t, d)
			continue
		}
		s.WantKeys(t, d, id)
		if got := Saved(d, s.Type, s.Secret); s.Secret != "" && !slices.Equal(got, []string{subject.Secret(id)}) {
			t.Error("the state does not hold the secret")
		}
		WantEmptyPlan(t, d)
	}
}

// lag has lists lag: nothing is created twice, a lost create is found, and what was deleted is no obstacle.
func (s *Suite) lag(t *testing.T) {
	t.Helper()
	for _, fault := range []simulation.Fault{{}, lost} {
		OnSimulatedTime(t, func(t *testing.T, network *simulation.Network) {
			t.Helper()
			subject := s.Start(t, Options{Network: network, ListLag: time.Second})
			d := subject.Driver(s.config())
			warnings := 0
			if fault.Kind != "" {
				subject.FailAt(fault, s.Create)
				if warnings = 1; !s.Adopts {
					warnings = 0
					told := d.Fails(d.Apply(driver.Options{}))
					id := subject.Only()
					acctest.WantText(t, told, "- "+id, 1)
					subject.Remove(id)
				}
			}
			acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), AdoptionWarning, warnings)
			id := subject.Only()
			s.WantKeys(t, d, id)
			WantEmptyPlan(t, d)
			d.Config = s.Updated("test", "")
			d.Must(d.Apply(driver.Options{}))
			s.WantKeys(t, d, id)
			d.Must(d.Apply(driver.Options{Replace: []string{string(s.address())}}))
			if s.WantKeys(t, d, subject.Only()); !s.Unique && subject.Only() == id {
				t.Error("it was not replaced")
			}
			WantEmptyPlan(t, d)
			subject.Destroy(d)
		})
	}
}

// anotherEndpoint runs commands against a service that does not have the resource: it is not created there, and stays in the
// state, and nothing but lists is sent. Where it is found, that address is remembered.
func (s *Suite) anotherEndpoint(t *testing.T) {
	t.Helper()
	subject, other := s.Start(t, Options{}), s.Start(t, Options{})
	d := subject.Applied(s.Updated("test", ""))
	id := subject.Only()
	want := func(verb string, result *driver.Result) {
		t.Helper()
		told := d.Fails(result)
		acctest.WantText(t, told, "Error: Unable to "+verb+" "+s.Noun, 1)
		acctest.WantText(t, told, "does not exist at "+other.URL, 1)
		acctest.WantText(t, told, "last seen at "+subject.URL, 1)
		s.WantKeys(t, d, id)
	}
	withoutRefresh := driver.Options{Destroy: true, NoRefresh: true}
	subject.Use(other.Service)
	want("find", d.Plan(driver.Options{}))
	want("find", d.Apply(driver.Options{}))
	want("find", d.Refresh())
	want("find", d.Destroy())
	want("delete", d.Apply(withoutRefresh))
	d.Config = s.config()
	if s.Update != "" || s.Secret != "" {
		want("update", d.Apply(driver.Options{NoRefresh: true}))
	}
	subject.Use(subject.Service)
	d.Must(d.Apply(driver.Options{}))
	subject.Use(other.Service)
	want("delete", d.Apply(withoutRefresh))
	for request := range other.counts() {
		if !strings.HasPrefix(request, http.MethodGet) && request != s.LogIn {
			t.Errorf("%s was sent to another service", request)
		}
	}
	wantSorted(t, "the other service has", other.Made(), nil)

	// The service moves. A change without a refresh finds the resource.
	subject.Move("/moved")
	for _, config := range []string{s.Updated("test", ""), s.config()} {
		d.Config = config
		d.Must(d.Apply(driver.Options{NoRefresh: true}))
	}
	WantEmptyPlan(t, d)
	d.Must(d.Refresh())
	subject.Remove(id)
	WantPlan(t, d, string(s.address())+": create")
	d.Must(d.Apply(driver.Options{}))
	d.Must(d.Apply(withoutRefresh))
	subject.NothingLeft()
}
