// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Routes, as the journal and faults name them.
const (
	keysPath   = "/es/api/v1/credentials/api_keys/"
	keyPath    = keysPath + "{api_key}"
	deletePath = keysPath + "delete/{api_key}"
)

// Requests, as faults name them.
const (
	listKeys  = "GET " + keysPath
	createKey = "POST " + keysPath
)

// service is a simulated Search GAIA of one test, and the Terraform that is pointed at it.
type service struct {
	*gaiasim.Simulator
	*acctest.Terraform
	url string
	// foreign are the keys that were there before Terraform came.
	foreign map[string]bool
	// onCreate is called with the number of each create, from 1, before it is handled; it may be nil.
	onCreate func(n int)
	creates  atomic.Int32
}

// simulate starts a service below a path, as a site's front may serve it.
func simulate(t *testing.T, options gaiasim.Options) *service {
	t.Helper()
	return simulateOn(t, nil, options)
}

// simulateOn is simulate with a service that is served on the network; nil means TCP.
func simulateOn(t *testing.T, network *simulation.Network, options gaiasim.Options) *service {
	t.Helper()
	s := &service{
		Terraform: &acctest.Terraform{T: t, Clock: acctest.NewClock(), Network: network},
		foreign:   map[string]bool{},
	}
	s.Left = s.left
	options.Now = s.Clock.Now
	s.Simulator = gaiasim.New(options)
	for _, key := range s.Keys() {
		s.foreign[key.ID] = true
	}
	handler := http.StripPrefix("/gaia", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == keysPath {
			if n := s.creates.Add(1); s.onCreate != nil {
				s.onCreate(int(n))
			}
		}
		s.ServeHTTP(w, r)
	}))
	if network == nil {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		s.url = server.URL + "/gaia"
	} else {
		base, stop := network.Serve(handler)
		t.Cleanup(stop)
		s.url = base.JoinPath("gaia").String()
	}
	s.Environment = map[string]string{"GAIA_ENDPOINT": s.url, "GAIA_API_KEY": s.AdminKey()}
	return s
}

// onSimulatedTime runs a test on the driver in a bubble in which pauses and timeouts take no
// time. The clock of the provider and of the service still stands.
func onSimulatedTime(t *testing.T, options gaiasim.Options, test func(*testing.T, *service)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(t, simulateOn(t, &simulation.Network{}, options))
	})
}

// forEachForm runs a test against services whose keys look different, and which do
// otherwise what is not known.
func forEachForm(t *testing.T, test func(*testing.T, *service)) {
	t.Helper()
	for name, options := range map[string]gaiasim.Options{
		"as documented": {},
		"otherwise": {
			KeyForm: gaiasim.KeyToEscape, UpdateMerges: true, ErrorForm: gaiasim.ErrorsEmpty, UnknownKeyStatus: http.StatusBadRequest,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, simulate(t, options))
		})
	}
}

// left is the error of keys that destroy left behind.
func (s *service) left() error {
	for _, key := range s.Keys() {
		if !s.foreign[key.ID] {
			return fmt.Errorf("destroy left the key %s behind", key.ID)
		}
	}
	return nil
}

// issue adds a key that somebody else made, and returns its id and itself.
func (s *service) issue(key gaiasim.Key) (id, secret string) {
	secret = s.AddKey(key)
	keys := s.Keys()
	id = keys[len(keys)-1].ID
	s.foreign[id] = true
	return id, secret
}

// managed returns the only key that Terraform made.
func (s *service) managed() gaiasim.ListedKey {
	s.T.Helper()
	var found []gaiasim.ListedKey
	for _, key := range s.Keys() {
		if !s.foreign[key.ID] {
			found = append(found, key)
		}
	}
	if len(found) != 1 {
		s.T.Fatalf("there are %d keys, want 1", len(found))
	}
	return found[0]
}

// change changes the managed key as if somebody else did.
func (s *service) change(members map[string]any) {
	s.T.Helper()
	if err := s.ChangeKey(s.managed().ID, members); err != nil {
		s.T.Fatal(err)
	}
}

// fault makes the service fail.
func (s *service) fault(faults ...simulation.Fault) {
	s.T.Helper()
	if err := s.SetFaults(faults); err != nil {
		s.T.Fatal(err)
	}
}

// wantRequests is a step's check that what was journaled since the last reset is so many
// lists, creates, updates and deletes.
func (s *service) wantRequests(lists, creates, updates, deletes int) resource.TestCheckFunc {
	return func(*terraform.State) error {
		count := func(method, path string) (n int) {
			for _, entry := range s.Journal() {
				if entry.Method == method && entry.Path == path {
					n++
				}
			}
			return n
		}
		got := [4]int{count("GET", keysPath), count("POST", keysPath), count("PUT", keyPath), count("DELETE", deletePath)}
		if want := [4]int{lists, creates, updates, deletes}; got != want {
			return fmt.Errorf("lists, creates, updates, deletes: got %v, want %v", got, want)
		}
		return nil
	}
}

// holds checks that the service holds the managed key with this config, and the state
// the key itself.
func (s *service) holds(config string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		key := s.managed()
		got, err := json.Marshal(key.Config)
		if err != nil {
			return err
		}
		if string(got) != config {
			return fmt.Errorf("the service has the config %s, want %s", got, config)
		}
		attributes := state.RootModule().Resources[testKey].Primary.Attributes
		if attributes["api_key"] != s.Secret(key.ID) || attributes["id"] != key.ID {
			return fmt.Errorf("the state holds another key than the service")
		}
		return nil
	}
}

const testKey = "egs_gaia_api_key.test"

// key is the configuration of a key with these permissions and more arguments.
func key(permissions, more string) string {
	return fmt.Sprintf(`
resource "egs_gaia_api_key" "test" {
  permissions = %q
  %s
}`, permissions, more)
}

func expectAction(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(testKey, action)}}
}

func expectEmptyPlan() resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
}
