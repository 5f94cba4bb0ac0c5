// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Main runs the tests without the logs of net/http: it quotes responses that it cannot read, which may hold secrets.
// The provider does the same (provider.Serve).
func Main(m *testing.M) {
	log.SetOutput(io.Discard)
	os.Exit(m.Run())
}

// Simulator is what all simulators have.
type Simulator interface {
	http.Handler
	SetFaults(faults []simulation.Fault) error
	Journal() []simulation.Entry
	ResetJournal()
	SetClock(now time.Time)
}

// Site says how a simulator is served.
type Site struct {
	Simulator Simulator
	// Clock is the simulator's and the provider's.
	Clock *acctest.Clock
	// Network serves the simulator in memory; nil means TCP.
	Network *simulation.Network
	// Below and Path are what stands in the endpoint before and after the paths that the simulator strips and knows.
	Below, Path string
	// Endpoint is the environment variable of the endpoint, and Settings are all others.
	Endpoint string
	Settings map[string]string
	// Creates is the request of a create whose number OnCreate gets.
	Creates string
	// IDs are the ids of all that exists.
	IDs func() []string
}

// Service is a simulated service of one test, and the Terraform that is pointed at it.
type Service struct {
	*acctest.Terraform
	// URL is the endpoint.
	URL string
	// Foreign are the ids of what Terraform does not manage. All that exists at the start is foreign.
	Foreign map[string]bool
	// OnCreate is called with the number of each create, from 1, before it is handled; it may be nil.
	OnCreate func(n int)
	// Creates counts creates.
	Creates atomic.Int32
	// DateAhead is by how much the Date headers are ahead of the service's clock, as those of a proxy.
	DateAhead time.Duration

	site Site
}

// otherDate responds with another time.
type otherDate struct {
	http.ResponseWriter
	ahead time.Duration
}

// WriteHeader implements http.ResponseWriter.
func (w otherDate) WriteHeader(status int) {
	if date, err := http.ParseTime(w.Header().Get("Date")); err == nil {
		w.Header().Set("Date", date.Add(w.ahead).Format(http.TimeFormat))
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w otherDate) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// IDs are the ids of what a simulator has.
func IDs[Thing any](all []Thing, id func(Thing) string) []string {
	ids := make([]string, len(all))
	for i, thing := range all {
		ids[i] = id(thing)
	}
	return ids
}

// One is the only thing of a simulator that has an attribute of a value, as a name.
func One[Thing any](t *testing.T, all []Thing, attribute func(Thing) string, value string) Thing {
	t.Helper()
	found := slices.DeleteFunc(slices.Clone(all), func(thing Thing) bool { return attribute(thing) != value })
	if len(found) != 1 {
		t.Fatalf("there are %d of %q, want 1", len(found), value)
	}
	return found[0]
}

// Serve serves a simulator until the test ends.
func Serve(t *testing.T, site Site) *Service {
	t.Helper()
	s := &Service{
		Terraform: &acctest.Terraform{T: t, Clock: site.Clock, Network: site.Network, Environment: map[string]string{}},
		Foreign:   map[string]bool{}, site: site,
	}
	s.Left = func() error {
		if left := s.Made(); len(left) > 0 {
			return fmt.Errorf("%v were left behind", left)
		}
		return nil
	}
	for _, id := range site.IDs() {
		s.Foreign[id] = true
	}
	handler := http.StripPrefix(site.Below, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method+" "+r.URL.Path == s.site.Creates {
			if n := s.Creates.Add(1); s.OnCreate != nil {
				s.OnCreate(int(n))
			}
		}
		site.Simulator.ServeHTTP(otherDate{w, s.DateAhead}, r)
	}))
	if site.Network == nil {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		s.URL = server.URL + site.Below + site.Path
	} else {
		base, stop := site.Network.Serve(handler)
		t.Cleanup(stop)
		s.URL = base.JoinPath(site.Below, site.Path).String()
	}
	s.Use(s)
	return s
}

// Simulator is what is served.
func (s *Service) Simulator() Simulator { return s.site.Simulator }

// OnSimulatedTime runs a test on the driver in a bubble in which pauses and timeouts take no time. The clock of the
// provider and of the simulator still stands.
func OnSimulatedTime(t *testing.T, test func(*testing.T, *simulation.Network)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, &simulation.Network{}) })
}

// Hold has creates wait, from the number first on, until release is called. ready is closed when the number last has come.
func (s *Service) Hold(first, last int) (ready <-chan struct{}, release func()) {
	came, released := make(chan struct{}), make(chan struct{})
	s.OnCreate = func(n int) {
		if n == last {
			close(came)
		}
		if n >= first {
			<-released
		}
	}
	return came, func() { close(released) }
}

// Use points the provider at a service, which may be this one.
func (s *Service) Use(other *Service) {
	maps.Copy(s.Environment, other.site.Settings)
	s.Environment[s.site.Endpoint] = other.URL
}

// Move serves the service below another path, and points the provider there.
func (s *Service) Move(below string) {
	server := httptest.NewServer(http.StripPrefix(below, s.site.Simulator))
	s.T.Cleanup(server.Close)
	s.Use(s)
	s.Environment[s.site.Endpoint] = server.URL + below + s.site.Path
}

// Made are the ids of all that Terraform made, sorted.
func (s *Service) Made() (ids []string) {
	for _, id := range s.site.IDs() {
		if !s.Foreign[id] {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Only is the id of the only thing that Terraform made.
func (s *Service) Only() string {
	s.T.Helper()
	made := s.Made()
	if len(made) != 1 {
		s.T.Fatalf("Terraform made %v, want one", made)
	}
	return made[0]
}

// Exists says whether there is something of the id.
func (s *Service) Exists(id string) bool { return slices.Contains(s.site.IDs(), id) }

// NothingLeft checks that destroy left nothing behind.
func (s *Service) NothingLeft() {
	s.T.Helper()
	if err := s.Left(); err != nil {
		s.T.Error(err)
	}
}

// Applied is a driver that has applied the configuration.
func (s *Service) Applied(config string) *driver.Driver {
	s.T.Helper()
	d := s.Driver(config)
	d.Must(d.Apply(driver.Options{}))
	return d
}

// Destroy destroys all with the driver, and checks that nothing is left.
func (s *Service) Destroy(d *driver.Driver) {
	s.T.Helper()
	d.Must(d.Destroy())
	s.NothingLeft()
}

// Fail replaces the faults.
func (s *Service) Fail(faults ...simulation.Fault) {
	s.T.Helper()
	if err := s.site.Simulator.SetFaults(faults); err != nil {
		s.T.Fatal(err)
	}
}

// FailAt replaces the faults by one fault of each of the requests, which are written as "METHOD /path".
func (s *Service) FailAt(fault simulation.Fault, requests ...string) {
	s.T.Helper()
	s.Fail(acctest.FaultsAt(fault, requests...)...)
}

// Failing is FailAt before a step. Without requests nothing fails any more.
func (s *Service) Failing(fault simulation.Fault, requests ...string) Option {
	return Before(func() { s.FailAt(fault, requests...) })
}

// Without checks that a step sends none of the requests.
func (s *Service) Without(requests ...string) Option {
	return All(Before(s.site.Simulator.ResetJournal), That(func() error {
		for _, request := range requests {
			if n := s.Requests(request); n != 0 {
				return fmt.Errorf("%s was sent %d times", request, n)
			}
		}
		return nil
	}))
}

// Later has so much time pass for everybody before a step.
func (s *Service) Later(d time.Duration) Option { return Before(func() { s.Clock.Advance(d) }) }

// Status is a response of this status to many requests.
func Status(status int) simulation.Fault {
	return simulation.Fault{Kind: simulation.FaultStatus, Status: status, Times: 99}
}

// Requests counts the requests since the journal was reset.
func (s *Service) Requests(request string) int { return s.counts()[request] }

func (s *Service) counts() map[string]int {
	counts := map[string]int{}
	for _, entry := range s.site.Simulator.Journal() {
		counts[entry.Method+" "+entry.Path]++
	}
	return counts
}

// WantCost checks which requests a command sent, and how many of each, and resets the journal.
func (s *Service) WantCost(command string, want map[string]int) {
	s.T.Helper()
	maps.DeleteFunc(want, func(request string, n int) bool { return n == 0 || request == "" })
	if got := s.counts(); !maps.Equal(got, want) {
		s.T.Errorf("%s: got the requests %v, want %v", command, got, want)
	}
	s.site.Simulator.ResetJournal()
}

// Holds checks that an attribute of a resource in the state has a value.
func Holds(address, attribute, want string) func(*terraform.State) error {
	return func(state *terraform.State) error {
		if got := state.RootModule().Resources[address].Primary.Attributes[attribute]; got != want || want == "" {
			return errors.New(address + " does not hold the right " + attribute)
		}
		return nil
	}
}

// Saved are the values of an attribute of all managed resources of a type in the state, sorted.
func Saved(d *driver.Driver, typeName, attribute string) (values []string) {
	for _, saved := range d.State().Values.RootModule.Resources {
		if value, ok := saved.AttributeValues[attribute].(string); ok && saved.Type == typeName && saved.Mode == "managed" {
			values = append(values, value)
		}
	}
	slices.Sort(values)
	return values
}

// WantEmptyPlan checks that nothing is left to do.
func WantEmptyPlan(t *testing.T, d *driver.Driver) {
	t.Helper()
	if planned := d.Must(d.Plan(driver.Options{})); !planned.Plan.Empty() {
		t.Errorf("the plan is %s, want no changes", planned.Plan)
	}
}

// WantPlan checks what is left to do.
func WantPlan(t *testing.T, d *driver.Driver, want string) {
	t.Helper()
	if got := d.Must(d.Plan(driver.Options{})).Plan.String(); got != want {
		t.Errorf("the plan is %q, want %q", got, want)
	}
}
