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

// Main runs the tests. Like provider.Serve, it discards the logs of net/http. These logs quote malformed responses, and malformed
// responses can contain secrets.
func Main(m *testing.M) {
	log.SetOutput(io.Discard)
	os.Exit(m.Run())
}

// Simulator has the methods that all simulators have in common.
type Simulator interface {
	http.Handler
	SetFaults(faults []simulation.Fault) error
	Journal() []simulation.Entry
	ResetJournal()
	SetClock(now time.Time)
}

// Site describes a simulator and how to serve it.
type Site struct {
	Simulator Simulator
	// Clock is the clock of the simulator and the provider.
	Clock *acctest.Clock
	// Network serves the simulator in memory. If Network is nil, the simulator is served over TCP.
	Network *simulation.Network
	// Below is the path prefix at which the simulator is served. The simulator receives paths without this prefix. Path is the
	// rest of the endpoint's path. All paths of the simulator's API begin with Path.
	Below, Path string
	// Endpoint is the environment variable of the endpoint. Settings has the names and values of the other environment variables.
	Endpoint string
	Settings map[string]string
	// CreateRequest is the create request that Service.CreateCount counts, as "METHOD /path".
	CreateRequest string
	// IDs returns the ids of all existing objects.
	IDs func() []string
}

// Service is the simulated service of one test, and the Terraform that runs against it.
type Service struct {
	*acctest.Terraform
	// URL is the endpoint.
	URL string
	// Unmanaged has the ids of objects that Terraform does not manage, such as all objects that exist at the start.
	Unmanaged map[string]bool
	// OnCreate, if not nil, is called before the simulator handles a create request. The parameter n is the number of the create
	// request, from 1.
	OnCreate func(n int)
	// CreateCount is the number of create requests.
	CreateCount atomic.Int32
	// DateAhead is how far Date headers are ahead of the service's clock. It simulates a proxy that sets Date headers.
	DateAhead time.Duration

	site Site
}

// otherDate shifts the Date header of a response.
type otherDate struct {
	http.ResponseWriter
	ahead time.Duration
}

func (w otherDate) WriteHeader(status int) {
	if date, err := http.ParseTime(w.Header().Get("Date")); err == nil {
		w.Header().Set("Date", date.Add(w.ahead).Format(http.TimeFormat))
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap returns the original writer, for http.ResponseController.
func (w otherDate) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// IDs returns the ids of the objects.
func IDs[Thing any](all []Thing, id func(Thing) string) []string {
	ids := make([]string, len(all))
	for i, thing := range all {
		ids[i] = id(thing)
	}
	return ids
}

// One returns the only object whose attribute, such as the name, has the value. It fails the test if there is not exactly one.
func One[Thing any](t *testing.T, all []Thing, attribute func(Thing) string, value string) Thing {
	t.Helper()
	found := slices.DeleteFunc(slices.Clone(all), func(thing Thing) bool { return attribute(thing) != value })
	if len(found) != 1 {
		t.Fatalf("found %d objects %q, want 1", len(found), value)
	}
	return found[0]
}

// Serve serves a simulator until the test ends.
func Serve(t *testing.T, site Site) *Service {
	t.Helper()
	s := &Service{
		Terraform: &acctest.Terraform{T: t, Clock: site.Clock, Network: site.Network, Environment: map[string]string{}},
		Unmanaged: map[string]bool{}, site: site,
	}
	s.CheckDestroy = func() error {
		if left := s.Created(); len(left) > 0 {
			return fmt.Errorf("%v still exist after the destroy", left)
		}
		return nil
	}
	for _, id := range site.IDs() {
		s.Unmanaged[id] = true
	}
	handler := http.StripPrefix(site.Below, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method+" "+r.URL.Path == s.site.CreateRequest {
			if n := s.CreateCount.Add(1); s.OnCreate != nil {
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

// Simulator returns the simulator of the service.
func (s *Service) Simulator() Simulator { return s.site.Simulator }

// OnSimulatedTime runs a test on the driver in a testing/synctest bubble. Pauses and timeouts take no real time there, and do not
// advance Service.Clock.
func OnSimulatedTime(t *testing.T, test func(*testing.T, *simulation.Network)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, &simulation.Network{}) })
}

// Hold blocks create requests until the function release is called. The parameter first is the number of the first request that
// it blocks. Hold closes the channel ready when the service receives the request with the number in the parameter last.
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

// Use makes the provider use the endpoint and the settings of the parameter other. s.Use(s) restores the endpoint and the
// settings of s.
func (s *Service) Use(other *Service) {
	maps.Copy(s.Environment, other.site.Settings)
	s.Environment[s.site.Endpoint] = other.URL
}

// Move serves the service at another path, and makes the provider use the endpoint with this path.
func (s *Service) Move(below string) {
	server := httptest.NewServer(http.StripPrefix(below, s.site.Simulator))
	s.T.Cleanup(server.Close)
	s.Use(s)
	s.Environment[s.site.Endpoint] = server.URL + below + s.site.Path
}

// Created returns the ids of the existing objects that Terraform created, sorted.
func (s *Service) Created() (ids []string) {
	for _, id := range s.site.IDs() {
		if !s.Unmanaged[id] {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// OnlyCreated returns the id of the only existing object that Terraform created. It fails the test if there is not exactly one.
func (s *Service) OnlyCreated() string {
	s.T.Helper()
	created := s.Created()
	if len(created) != 1 {
		s.T.Fatalf("Terraform created %v, want one object", created)
	}
	return created[0]
}

// Exists reports whether an object has the id.
func (s *Service) Exists(id string) bool { return slices.Contains(s.site.IDs(), id) }

// WantDestroyed checks that no object that Terraform created still exists.
func (s *Service) WantDestroyed() {
	s.T.Helper()
	if err := s.CheckDestroy(); err != nil {
		s.T.Error(err)
	}
}

// Applied returns a driver that has applied the configuration.
func (s *Service) Applied(config string) *driver.Driver {
	s.T.Helper()
	d := s.Driver(config)
	d.Must(d.Apply(driver.Options{}))
	return d
}

// Destroy destroys all resources of the driver, and calls WantDestroyed.
func (s *Service) Destroy(d *driver.Driver) {
	s.T.Helper()
	d.Must(d.Destroy())
	s.WantDestroyed()
}

// Fail replaces the faults of the simulator.
func (s *Service) Fail(faults ...simulation.Fault) {
	s.T.Helper()
	if err := s.site.Simulator.SetFaults(faults); err != nil {
		s.T.Fatal(err)
	}
}

// FailAt replaces the faults of the simulator. Each of the requests, in the form "METHOD /path", gets the given fault.
func (s *Service) FailAt(fault simulation.Fault, requests ...string) {
	s.T.Helper()
	s.Fail(acctest.FaultsAt(fault, requests...)...)
}

// Failing calls FailAt before a step. Without requests, it removes the faults.
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

// Later advances the clock before a step.
func (s *Service) Later(d time.Duration) Option { return Before(func() { s.Clock.Advance(d) }) }

// Status returns a fault that responds to the next 99 requests with this status.
func Status(status int) simulation.Fault {
	return simulation.Fault{Kind: simulation.FaultStatus, Status: status, Times: 99}
}

// Requests returns how many times a request, in the form "METHOD /path", was sent since the journal was reset.
func (s *Service) Requests(request string) int { return s.counts()[request] }

func (s *Service) counts() map[string]int {
	counts := map[string]int{}
	for _, entry := range s.site.Simulator.Journal() {
		counts[entry.Method+" "+entry.Path]++
	}
	return counts
}

// WantCost checks how often the command sent each request, and resets the journal. The keys of want have the form "METHOD /path".
func (s *Service) WantCost(command string, want map[string]int) {
	s.T.Helper()
	maps.DeleteFunc(want, func(request string, n int) bool { return n == 0 || request == "" })
	if got := s.counts(); !maps.Equal(got, want) {
		s.T.Errorf("%s: got the requests %v, want %v", command, got, want)
	}
	s.site.Simulator.ResetJournal()
}

// Holds checks that an attribute of a resource in the state has the value want. The check fails if want is "".
func Holds(address, attribute, want string) func(*terraform.State) error {
	return func(state *terraform.State) error {
		if got := state.RootModule().Resources[address].Primary.Attributes[attribute]; got != want || want == "" {
			return errors.New(address + " has a wrong " + attribute)
		}
		return nil
	}
}

// Saved returns the values of an attribute of all managed resources of a type in the state, sorted.
func Saved(d *driver.Driver, typeName, attribute string) (values []string) {
	for _, saved := range d.State().Values.RootModule.Resources {
		if value, ok := saved.AttributeValues[attribute].(string); ok && saved.Type == typeName && saved.Mode == "managed" {
			values = append(values, value)
		}
	}
	slices.Sort(values)
	return values
}

// WantEmptyPlan checks that the plan has no changes.
func WantEmptyPlan(t *testing.T, d *driver.Driver) {
	t.Helper()
	if planned := d.Must(d.Plan(driver.Options{})); !planned.Plan.Empty() {
		t.Errorf("the plan is %s, want no changes", planned.Plan)
	}
}

// WantPlan checks the planned actions, in the format of driver.Plan.String.
func WantPlan(t *testing.T, d *driver.Driver, want string) {
	t.Helper()
	if got := d.Must(d.Plan(driver.Options{})).Plan.String(); got != want {
		t.Errorf("the plan is %q, want %q", got, want)
	}
}
