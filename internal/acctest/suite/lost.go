// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"cmp"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// AdoptionWarning is the beginning of the warning about an adopted object.
const AdoptionWarning = "Warning: The response to the create request for "

// ProviderB is the configuration of another provider instance, and InB is the argument of a resource that uses it.
const (
	ProviderB = "\nprovider \"egs\" {\n  alias = \"b\"\n}\n"
	InB       = "provider = egs.b\n  "
)

// lost drops the connection after the service has handled a create. unsent drops the connection before the service receives the
// create.
var (
	lost   = simulation.Fault{Kind: simulation.FaultDropAfterCommit}
	unsent = simulation.Fault{Kind: simulation.FaultDropBefore}
)

// late simulates a create that takes longer than the timeout of a proxy: the service handles the create after this number of
// further requests.
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

// adopted loses the response to a create. A later list shows the object. Terraform must manage the object, and the provider must
// warn about it. With late(s.AdoptedAfter), only the last list that the provider requests shows the object.
func (s *Suite) adopted(t *testing.T) {
	t.Helper()
	if !s.Adopts {
		return
	}
	for _, fault := range append([]simulation.Fault{late(s.AdoptedAfter)}, acctest.LostResponses...) {
		subject := s.Start(t, Options{})
		d := subject.Driver(s.config())
		subject.FailAt(fault, s.Create)
		output := d.Must(d.Apply(driver.Options{})).Text()
		id := subject.OnlyCreated()
		acctest.WantText(t, output, AdoptionWarning, 1)
		if !s.Unique {
			acctest.WantText(t, output, "exactly one object with the same values appeared, with the id "+id, 1)
		}
		s.WantKeys(t, d, id)
		if n := subject.Requests(s.Create); n != 1 {
			t.Errorf("%v: %d create requests, want 1", fault, n)
		}
		WantEmptyPlan(t, d)
		subject.Destroy(d)
	}
}

// uncertain loses the response to a create, and the provider does not adopt the object. The error names the object, and the next
// apply creates another object. The first object is neither managed nor deleted.
func (s *Suite) uncertain(t *testing.T) {
	t.Helper()
	for _, fault := range acctest.LostResponses {
		subject := s.Start(t, Options{Uncertain: true})
		d := subject.Driver(s.config())
		subject.FailAt(fault, s.Create)
		output := d.Fails(d.Apply(driver.Options{}))
		id := subject.OnlyCreated()
		acctest.WantText(t, output, s.mayExist(), 1)
		for _, text := range s.CandidateTexts {
			acctest.WantText(t, output, text, 1)
		}
		s.WantKeys(t, d)
		subject.Unmanaged[id] = true
		if s.Unique {
			subject.Remove(id)
		} else {
			acctest.WantText(t, output, "- "+id, 1)
			acctest.WantText(t, output, cmp.Or(s.Name, id), 1)
			acctest.WantText(t, output, "requested at 2026-11-21T12:00:00Z", 1)
		}
		d.Must(d.Apply(driver.Options{}))
		if n := subject.Requests(s.Create); n != 2 {
			t.Errorf("%v: %d create requests, want 2, one for each apply", fault, n)
		}
		subject.Destroy(d)
		if exists := subject.Exists(id); exists == s.Unique {
			t.Errorf("%v: the object in the error exists: %t, want %t", fault, exists, !s.Unique)
		}
	}
}

// unknown loses the response to a create, and the following lists do not show the object. The provider must send only one create
// request. The error must say that the object may have been created. The next apply must create another object.
func (s *Suite) unknown(t *testing.T) {
	t.Helper()
	faults := append([]simulation.Fault{late(100)}, acctest.UnknownOutcomes...)
	for _, requests := range []int{s.ListedAfter, s.UnlistedAfter} {
		if requests > 0 {
			faults = append(faults, late(requests))
		}
	}
	for _, fault := range faults {
		subject := s.Start(t, Options{})
		d := subject.Driver(s.config())
		subject.FailAt(fault, s.Create)
		output := d.Fails(d.Apply(driver.Options{}))
		acctest.WantText(t, output, s.NoCandidateAdvice, 1)
		if fault.Status == http.StatusInternalServerError {
			// The message begins with the service's reason, and does not mention a lost response.
			acctest.WantText(t, output, "Error: Unable to create "+s.Noun, 1)
			acctest.WantText(t, output, ": Internal Server Error. The object may have been created anyway", 1)
			acctest.WantText(t, output, "was lost", 0)
			acctest.WantText(t, output, "slow service", 0)
		} else {
			acctest.WantText(t, output, s.mayExist(), 1)
			acctest.WantText(t, output, "A slow service may still create the object", 1)
		}
		if n := subject.Requests(s.Create); n != 1 {
			t.Errorf("%v: %d create requests, want 1", fault, n)
		}
		s.WantKeys(t, d)

		seen := fault.Requests > 0 && fault.Requests == s.ListedAfter
		if seen && s.Unique {
			acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), s.Exists, 1)
			s.WantKeys(t, d)
			continue
		}
		output = d.Must(d.Apply(driver.Options{})).Text()
		saved := Saved(d, s.Type, s.ID)
		if n := subject.Requests(s.Create); n != 2 || len(saved) != 1 {
			t.Fatalf("%v: %d create requests, want 2; the state has %v, want one object", fault, n, saved)
		}
		made := subject.Created()
		if want := fault.Requests > 0 && fault.Requests < 100; want != (len(made) == 2) {
			t.Errorf("%v: %d objects exist; want 2: %t", fault, len(made), want)
		}
		warnings := 0
		if seen && s.Exists != "" {
			warnings = 1
			acctest.WantText(t, output, s.Exists, 1)
			for _, id := range made {
				if id != saved[0] {
					acctest.WantText(t, output, "- "+id, 1)
				}
			}
		}
		acctest.WantText(t, output, "Warning:", warnings)
		WantEmptyPlan(t, d)
	}
}

// foreignEqual loses a create request before the service receives it, while another client creates an equal object.
func (s *Suite) foreignEqual(t *testing.T) {
	t.Helper()
	if s.Unique {
		return
	}
	for _, test := range []struct {
		// The field at is the number of the create request during which the other client creates its object. The field before is
		// the time between this creation and the lost request.
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
		first := subject.OnlyCreated()
		if s.Adopts && test.before == 0 {
			// The provider cannot tell whether its own request created the object, so it adopts the object. The warning names
			// the object.
			output := d.Must(result).Text()
			acctest.WantText(t, output, AdoptionWarning, 1)
			acctest.WantText(t, output, other, 2) // In summary and detail: Terraform merges warnings with the same summary.
			s.WantKeys(t, d, first, other)
			continue
		}
		acctest.WantText(t, d.Fails(result), s.mayExist(), 1)
		s.WantKeys(t, d, first)
		d.Must(d.Destroy())
		if !subject.Exists(other) {
			t.Error("the object of the other client was deleted")
		}
	}
}

// equalInTwo creates two equal objects with two independent provider configurations, and loses the response to one or both
// creates. The state must not contain an object twice, and all objects in the state must exist in the service.
func (s *Suite) equalInTwo(t *testing.T) {
	t.Helper()
	if s.Unique {
		return
	}
	for _, times := range []int{1, 2} {
		subject := s.Start(t, Options{})
		d := subject.Driver(s.config() + s.Config("b", InB) + ProviderB)
		// The service handles the creates after it has received both.
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
			t.Errorf("the state has an object twice: %v", saved)
		}
		for _, id := range saved {
			if !subject.Exists(id) {
				t.Errorf("the state has %s, which does not exist", id)
			}
		}
		if made := subject.Created(); len(made) != 2 {
			t.Errorf("%v were created, want two objects", made)
		}
		switch {
		case !s.Adopts:
			if len(saved) != 2-times || err == nil {
				t.Errorf("the state has %v, want %d objects: %v", saved, 2-times, err)
			}
		case err == nil && len(saved) != 2:
			t.Errorf("the state has %v, want two objects", saved)
		case err != nil:
			acctest.WantText(t, err.Error(), "the list shows several new objects that may match", 2-len(saved))
		}
	}
}

// twoConfigurations checks that a provider configuration finds the objects that another configuration has created or deleted in
// the same run, even if lists show changes late.
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
			s.WantKeys(t, d, subject.Created()...)
			WantEmptyPlan(t, d)
			subject.Destroy(d)
		})
	}
}

// interrupt interrupts Terraform during a create. If the provider receives the response, the state must have the object. The
// provider must request no list after the interrupt.
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
		subject.site.CreateRequest = s.Create
		subject.OnCreate = func(int) {
			lists = subject.Requests(s.List)
			d.Interrupt()
		}
		subject.Fail(test.faults...)
		output := d.Fails(d.Apply(driver.Options{}))
		acctest.WantText(t, output, test.want, 1)
		acctest.WantText(t, output, s.mayExist(), 1-test.saved)
		if got := subject.Requests(s.List); got != lists || subject.Requests(s.Create) != 1 {
			t.Errorf("%d create requests, want 1; %d list requests after the interrupt, want 0", subject.Requests(s.Create), got-lists)
		}
		id := subject.OnlyCreated()
		if test.saved == 0 {
			s.WantKeys(t, d)
			continue
		}
		s.WantKeys(t, d, id)
		if got := Saved(d, s.Type, s.Secret); s.Secret != "" && !slices.Equal(got, []string{subject.Secret(id)}) {
			t.Error("the state does not have the secret")
		}
		WantEmptyPlan(t, d)
	}
}

// lag tests with lists that show changes late. No object may be created twice. The provider must find the object of a create
// whose response was lost. A list that still shows a deleted object must have no effect.
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
					output := d.Fails(d.Apply(driver.Options{}))
					id := subject.OnlyCreated()
					acctest.WantText(t, output, "- "+id, 1)
					subject.Remove(id)
				}
			}
			acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), AdoptionWarning, warnings)
			id := subject.OnlyCreated()
			s.WantKeys(t, d, id)
			WantEmptyPlan(t, d)
			d.Config = s.Updated("test", "")
			d.Must(d.Apply(driver.Options{}))
			s.WantKeys(t, d, id)
			d.Must(d.Apply(driver.Options{Replace: []string{string(s.address())}}))
			if s.WantKeys(t, d, subject.OnlyCreated()); !s.Unique && subject.OnlyCreated() == id {
				t.Error("the object was not replaced")
			}
			WantEmptyPlan(t, d)
			subject.Destroy(d)
		})
	}
}
