// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const uncertainCreate = "Error: An h2oGPTe API key may have been created"

// late is a create that takes longer than a proxy waits: it is carried out when so many further requests have come.
func late(requests int) simulation.Fault {
	return simulation.Fault{Kind: simulation.FaultCommitLate, Status: http.StatusGatewayTimeout, Requests: requests}
}

// wantKeys checks the keys that the state holds.
func wantKeys(t *testing.T, d *driver.Driver, ids ...string) {
	t.Helper()
	var got []string
	for _, saved := range d.State().Values.RootModule.Resources {
		if id, ok := saved.AttributeValues["id"].(string); ok && saved.Type == "egs_h2ogpte_api_key" {
			got = append(got, id)
		}
	}
	slices.Sort(got)
	slices.Sort(ids)
	if !slices.Equal(got, ids) {
		t.Errorf("the state holds the keys %v, want %v", got, ids)
	}
}

// wantNoChanges checks that nothing is left to do.
func wantNoChanges(t *testing.T, d *driver.Driver) {
	t.Helper()
	if planned := d.Must(d.Plan(driver.Options{})); !planned.Plan.Empty() {
		t.Errorf("the plan is %s, want no changes", planned.Plan)
	}
}

// TestAccAPIKeyResource_slowCreateIsNotSentAgain has a create end without a response, and without a key in the lists
// that follow: one request is sent, the error says that a key may have been created, and the next apply creates one.
func TestAccAPIKeyResource_slowCreateIsNotSentAgain(t *testing.T) {
	t.Parallel()
	// A look is two requests: the second one proves that nothing follows.
	for _, fault := range append([]simulation.Fault{late(8), late(11), late(100)}, acctest.UnknownOutcomes...) {
		s := simulate(t, h2ogptesim.Options{})
		s.beforeCreate = func(int32) {}
		d := s.Driver(aliceKey(""))
		s.fault(acctest.FaultsAt(fault, createKey)...)
		told := d.Fails(d.Apply(driver.Options{}))
		acctest.WantText(t, told, uncertainCreate, 1)
		acctest.WantText(t, told, "look for it in h2oGPTe (data source egs_h2ogpte_api_keys, or terraform query)", 1)
		if n := s.creates.Load(); n != 1 {
			t.Errorf("%v: %d creates, want 1", fault, n)
		}
		wantKeys(t, d)

		acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "Warning:", 0)
		if n := s.creates.Load(); n != 2 {
			t.Errorf("%v: %d creates, want 2", fault, n)
		}
		wantNoChanges(t, d)
		want := 1
		if fault.Requests > 0 && fault.Requests < 100 {
			want = 2 // The late one too.
		}
		if got := len(s.Keys()) - len(s.foreign); got != want {
			t.Errorf("%v: %d keys were created, want %d", fault, got, want)
		}
	}
}

// TestAccAPIKeyResource_foreignEqualKey has somebody else create an equal key seconds before a create that is lost
// before it reaches h2oGPTe: that key is not taken for the lost one and deleted.
func TestAccAPIKeyResource_foreignEqualKey(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	d := s.Driver(aliceKey("depends_on = [egs_h2ogpte_api_key.first]") + `
resource "egs_h2ogpte_api_key" "first" {
  username = "alice"
  name     = "first"
}`)
	var other string
	s.beforeCreate = func(n int32) {
		if n == 1 {
			other = s.issue(h2ogptesim.Key{UserName: "alice", Name: "ci"})
			s.Clock.Advance(time.Second + time.Millisecond)
		}
	}
	s.fault(append(acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDelay, DelayMS: 1}, createKey),
		acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDropBefore}, createKey)...)...)
	acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), uncertainCreate, 1)
	wantKeys(t, d, s.managed("first").ID)
	if s.Secret(other) == "" {
		t.Error("the key of somebody else was deleted")
	}
}

// TestAccAPIKeyResource_equalKeysOfTwoConfigurations creates two equal keys with two provider configurations, which
// know nothing of each other, and loses the response of one create: the other key is not deleted.
func TestAccAPIKeyResource_equalKeysOfTwoConfigurations(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	d := s.Driver(aliceKey("") + strings.Replace(aliceKey("provider = egs.b"), `"test"`, `"b"`, 1) + `
provider "egs" {
  alias = "b"
}`)
	// Both are under way before one is handled.
	both := make(chan struct{})
	s.beforeCreate = func(n int32) {
		if n == 2 {
			close(both)
		}
		<-both
	}
	s.fault(acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDropAfterCommit}, createKey)...)
	d.Fails(d.Apply(driver.Options{}))
	saved := d.State().Values.RootModule.Resources
	if len(saved) != 1 {
		t.Fatalf("the state holds %d keys, want 1", len(saved))
	}
	id, _ := saved[0].AttributeValues["id"].(string)
	if s.Secret(id) == "" || s.Secret(id) != saved[0].AttributeValues["secret_key"] {
		t.Errorf("the key %s in the state does not exist any more", id)
	}
}

// TestAccAPIKeyResource_interruptWhileCreating interrupts Terraform while a create is under way. It ends with the
// create: a key whose response is received is saved with its secret, and nothing is listed.
func TestAccAPIKeyResource_interruptWhileCreating(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		faults []simulation.Fault
		want   string
		saved  bool
	}{
		"response received": {nil, "execution halted", true},
		"response lost": {
			acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDropAfterCommit}, createKey), "and the operation was interrupted", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			d := s.Driver(aliceKey(""))
			lists := 0
			s.beforeCreate = func(int32) {
				lists = s.requests(http.MethodGet, keysPath)
				d.Interrupt()
			}
			s.fault(test.faults...)
			acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), test.want, 1)
			if got := s.requests(http.MethodGet, keysPath); got != lists || s.creates.Load() != 1 {
				t.Errorf("%d creates, and %d lists after the interrupt", s.creates.Load(), got-lists)
			}
			if !test.saved {
				wantKeys(t, d)
				return
			}
			id := s.managed("ci").ID
			wantKeys(t, d, id)
			if got := d.State().Values.RootModule.Resources[0].AttributeValues["secret_key"]; got != s.Secret(id) {
				t.Error("the state does not hold the secret")
			}
		})
	}
}

// TestAccAPIKeyResource_laggingList has lists lag: nothing is created twice, a lost create is found, and what was deleted
// does not matter.
func TestAccAPIKeyResource_laggingList(t *testing.T) {
	t.Parallel()
	for _, lost := range []bool{false, true} {
		onSimulatedTime(t, h2ogptesim.Options{Options: simulation.Options{ListLag: time.Second}}, func(t *testing.T, s *service) {
			t.Helper()
			d := s.Driver(aliceKey("expires_in_days = 30"))
			if lost {
				s.fault(acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDropAfterCommit}, createKey)...)
				told := d.Fails(d.Apply(driver.Options{}))
				found := s.managed("ci").ID
				acctest.WantText(t, told, "- "+found, 1)
				s.DeleteKey(found)
			}
			d.Must(d.Apply(driver.Options{}))
			id := s.managed("ci").ID
			wantKeys(t, d, id)
			wantNoChanges(t, d)
			d.Config = aliceKey("expires_in_days = 60")
			d.Must(d.Apply(driver.Options{}))
			wantKeys(t, d, id)
			d.Must(d.Apply(driver.Options{Replace: []string{testKey}}))
			wantKeys(t, d, s.managed("ci").ID)
			s.destroy(d)
		})
	}
}

// TestAccDeactivateAPIKeysAction_keyOfAnotherConfiguration deactivates a key that another provider configuration has
// just created, also where lists lag. It is not taken for one that does not exist.
func TestAccDeactivateAPIKeysAction_keyOfAnotherConfiguration(t *testing.T) {
	t.Parallel()
	for _, lag := range []time.Duration{0, time.Second} {
		onSimulatedTime(t, h2ogptesim.Options{Options: simulation.Options{ListLag: lag}}, func(t *testing.T, s *service) {
			t.Helper()
			d := s.Driver(`
provider "egs" {
  alias = "b"
}
data "egs_h2ogpte_api_keys" "before" {}
` + aliceKey("provider = egs.b\n  depends_on = [data.egs_h2ogpte_api_keys.before]") + `
action "egs_deactivate_h2ogpte_api_keys" "test" {
  config {
    ids = [egs_h2ogpte_api_key.test.id, "00000000-0000-4000-8000-000000000000"]
  }
}
resource "terraform_data" "deactivate" {
  input = egs_h2ogpte_api_key.test.id
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.egs_deactivate_h2ogpte_api_keys.test]
    }
  }
}`)
			progress := strings.Join(d.Must(d.Apply(driver.Options{})).Progress, "\n")
			acctest.WantText(t, progress, "Deactivated:", 1)
			acctest.WantText(t, progress, "Gone already: 00000000-0000-4000-8000-000000000000", 1)
			if !s.managed("ci").Inactive {
				t.Error("the key is still active")
			}
		})
	}
}

// TestAccAPIKeyResource_anotherService runs commands against a service that does not have the key: it is not created
// there, and stays in the state.
func TestAccAPIKeyResource_anotherService(t *testing.T) {
	t.Parallel()
	s, other := simulate(t, h2ogptesim.Options{}), simulate(t, h2ogptesim.Options{})
	d := s.Driver(aliceKey("expires_in_days = 30"))
	d.Must(d.Apply(driver.Options{}))
	id := s.managed("ci").ID
	s.Environment["H2OGPTE_ENDPOINT"], s.Environment["H2OGPTE_API_KEY"] = other.url, other.AdminKey()
	want := func(summary string, result *driver.Result) {
		t.Helper()
		told := d.Fails(result)
		acctest.WantText(t, told, "Error: "+summary, 1)
		acctest.WantText(t, told, "does not exist at "+other.url, 1)
		acctest.WantText(t, told, "last seen at "+s.url, 1)
		wantKeys(t, d, id)
	}
	const unable = "Unable to find h2oGPTe API key"
	want(unable, d.Plan(driver.Options{}))
	want(unable, d.Apply(driver.Options{}))
	want(unable, d.Destroy())
	want("Unable to delete h2oGPTe API key", d.Apply(driver.Options{Destroy: true, NoRefresh: true}))
	d.Config = aliceKey("expires_in_days = 60")
	want("Unable to update h2oGPTe API key", d.Apply(driver.Options{NoRefresh: true}))
	for _, entry := range other.Journal() {
		if entry.Method != http.MethodGet {
			t.Errorf("%s %s was sent to another service", entry.Method, entry.Path)
		}
	}

	// The service moves: where the key is found, that address is remembered.
	moved := httptest.NewServer(http.StripPrefix("/moved", s.Simulator))
	t.Cleanup(moved.Close)
	s.Environment["H2OGPTE_ENDPOINT"], s.Environment["H2OGPTE_API_KEY"] = moved.URL+"/moved/api/v1", s.AdminKey()
	d.Must(d.Apply(driver.Options{NoRefresh: true}))
	s.DeleteKey(id)
	if got := d.Must(d.Plan(driver.Options{})).Plan.String(); got != testKey+": create" {
		t.Errorf("the plan is %q", got)
	}
}

// temporary is a temporary key.
const temporary = `
ephemeral "egs_h2ogpte_temporary_api_key" "test" {
  username = "alice"
  name     = "smoke-test"
}`

// TestAccTemporaryAPIKeyEphemeral_afterAnError has something behind a temporary key fail: Terraform does not close it,
// and the provider deletes it when its process ends.
func TestAccTemporaryAPIKeyEphemeral_afterAnError(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	d := s.Driver(temporary + `
resource "egs_h2ogpte_api_key" "test" {
  username   = "nobody"
  name       = "x"
  depends_on = [ephemeral.egs_h2ogpte_temporary_api_key.test]
}`)
	for range 2 {
		s.ResetJournal()
		d.Fails(d.Apply(driver.Options{}))
		if creates := s.requests(http.MethodPost, keysPath); creates == 0 {
			t.Error("no temporary key was created")
		}
		if err := s.left(); err != nil {
			t.Error(err)
		}
	}
}

// TestAccTemporaryAPIKeyEphemeral_interrupt interrupts an apply: the temporary key is deleted at once, and the key
// that is being created is saved.
func TestAccTemporaryAPIKeyEphemeral_interrupt(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	d := s.Driver(temporary + aliceKey("depends_on = [ephemeral.egs_h2ogpte_temporary_api_key.test]"))
	s.beforeCreate = func(n int32) {
		if n != 3 { // The first is the temporary key of the plan, the second that of the apply.
			return
		}
		d.Interrupt()
		if deletes := s.requests(http.MethodDelete, keyPath); deletes != 2 {
			t.Errorf("%d keys were deleted when the interrupt was over, want both temporary ones", deletes)
		}
	}
	acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), "execution halted", 1)
	id := s.managed("ci").ID
	wantKeys(t, d, id)
	s.foreign[id] = true
	if err := s.left(); err != nil {
		t.Error(err)
	}
}
