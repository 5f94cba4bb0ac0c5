// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	day = 24 * time.Hour

	usersPath      = "/api/v1/users"
	keysPath       = "/api/v1/admin/api_keys"
	keyPath        = keysPath + "/{key_id}"
	expirePath     = keysPath + "/expire/{key_id}"
	inactivityPath = keysPath + "/inactivity_interval/{key_id}"
	deactivatePath = keysPath + "/deactivate/{key_id}"

	// Requests, as faults name them.
	listUsers = "GET " + usersPath
	listKeys  = "GET " + keysPath
	createKey = "POST " + keysPath
)

// service is a simulated h2oGPTe of one test, and the Terraform that is pointed at it.
// Nothing else is configured: EGS is not there.
type service struct {
	*h2ogptesim.Simulator
	*acctest.Terraform
	url string
	// foreign are the keys that were there before Terraform came.
	foreign map[string]bool
	// beforeCreate is called when the nth create has come and before it is handled; it may be nil.
	beforeCreate func(n int32)
	creates      atomic.Int32
	// date is what the headers tell, where it is not the service's own time.
	date func() time.Time
}

// simulate starts a service at noon of 2026-11-21.
func simulate(t *testing.T, options h2ogptesim.Options) *service {
	t.Helper()
	return simulateOn(t, nil, options)
}

// onSimulatedTime runs a test on the driver in a bubble in which pauses and timeouts take no
// time. The clock of the provider and of the service still stands.
func onSimulatedTime(t *testing.T, options h2ogptesim.Options, test func(*testing.T, *service)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(t, simulateOn(t, &simulation.Network{}, options))
	})
}

// simulateOn is simulate with a service that is served on the network; nil means TCP.
func simulateOn(t *testing.T, network *simulation.Network, options h2ogptesim.Options) *service {
	t.Helper()
	clock := acctest.NewClock()
	options.Now = clock.Now
	s := &service{Simulator: h2ogptesim.New(options), foreign: map[string]bool{}}
	for _, key := range s.Keys() {
		s.foreign[key.ID] = true
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == keysPath && s.beforeCreate != nil {
			s.beforeCreate(s.creates.Add(1))
		}
		if s.date != nil {
			w = otherDate{w, s.date()}
		}
		s.ServeHTTP(w, r)
	})
	if network == nil {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		s.url = server.URL + "/api/v1"
	} else {
		base, stop := network.Serve(handler)
		t.Cleanup(stop)
		s.url = base.JoinPath("api/v1").String()
	}
	s.Terraform = &acctest.Terraform{
		T:       t,
		Clock:   clock,
		Network: network,
		Environment: map[string]string{
			"H2OGPTE_ENDPOINT": s.url,
			"H2OGPTE_API_KEY":  s.AdminKey(),
		},
		Left: s.left,
	}
	return s
}

// otherDate answers with another time.
type otherDate struct {
	http.ResponseWriter
	date time.Time
}

func (w otherDate) WriteHeader(status int) {
	w.Header().Set("Date", w.date.UTC().Format(http.TimeFormat))
	w.ResponseWriter.WriteHeader(status)
}

// left is the error of keys that destroy left behind.
func (s *service) left() error {
	for _, key := range s.Keys() {
		if !s.foreign[key.ID] {
			return fmt.Errorf("destroy left the key %s (%s) behind", key.Name, key.ID)
		}
	}
	return nil
}

// destroy destroys all with the driver, and checks that no key is left.
func (s *service) destroy(d *driver.Driver) {
	s.T.Helper()
	d.Must(d.Destroy())
	if err := s.left(); err != nil {
		s.T.Error(err)
	}
}

// issue adds a key that somebody else made, and returns its id.
func (s *service) issue(key h2ogptesim.Key) string {
	id, _ := s.AddKey(key)
	s.foreign[id] = true
	return id
}

// managed returns the only key of the name.
func (s *service) managed(name string) h2ogptesim.Key {
	s.T.Helper()
	var found []h2ogptesim.Key
	for _, key := range s.Keys() {
		if key.Name == name {
			found = append(found, key)
		}
	}
	if len(found) != 1 {
		s.T.Fatalf("there are %d keys of the name %q, want 1", len(found), name)
	}
	return found[0]
}

// change changes the key "ci" as if somebody else did.
func (s *service) change(change func(*h2ogptesim.Key)) {
	s.T.Helper()
	s.ChangeKey(s.managed("ci").ID, change)
}

// fault makes the service fail.
func (s *service) fault(faults ...simulation.Fault) {
	s.T.Helper()
	if err := s.SetFaults(faults); err != nil {
		s.T.Fatal(err)
	}
}

// requests counts the journal's requests of the method and path.
func (s *service) requests(method, path string) int {
	n := 0
	for _, entry := range s.Journal() {
		if entry.Method == method && entry.Path == path {
			n++
		}
	}
	return n
}

// counts are numbers of requests.
type counts struct{ users, lists, creates, changes, deletes int }

// wantRequests is a step's check of what was journaled since the last reset.
func (s *service) wantRequests(want counts) func(*terraform.State) error {
	return func(*terraform.State) error {
		got := counts{
			users:   s.requests(http.MethodGet, usersPath),
			lists:   s.requests(http.MethodGet, keysPath),
			creates: s.requests(http.MethodPost, keysPath),
			changes: s.requests(http.MethodPatch, expirePath) + s.requests(http.MethodPatch, inactivityPath) +
				s.requests(http.MethodPost, deactivatePath),
			deletes: s.requests(http.MethodDelete, keyPath),
		}
		if got != want {
			return fmt.Errorf("requests: got %+v, want %+v", got, want)
		}
		return nil
	}
}

// holdsSecret checks that the state holds the secret of the key, which is the only one
// of its name.
func (s *service) holdsSecret(state *terraform.State) error {
	attributes := state.RootModule().Resources[testKey].Primary.Attributes
	key := s.managed(attributes["name"])
	if attributes["id"] != key.ID || attributes["secret_key"] != s.Secret(key.ID) {
		return fmt.Errorf("the state does not hold the secret of the key %s", key.ID)
	}
	return nil
}

// idOf is the id of a user.
func (s *service) idOf(name string) string {
	s.T.Helper()
	users := s.Users()
	i := slices.IndexFunc(users, func(user h2ogptesim.User) bool { return user.UserName == name })
	if i < 0 {
		s.T.Fatalf("there is no user %q", name)
	}
	return users[i].ID
}
