// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	adoptionWarning = "Warning: The response to the create of "
	uncertainCreate = "Error: A Search GAIA API key may have been created"
)

// late is a create that takes longer than a proxy waits: it is carried out when so many further requests have come.
func late(requests int) simulation.Fault {
	return simulation.Fault{Kind: simulation.FaultCommitLate, Status: http.StatusGatewayTimeout, Requests: requests}
}

// savedIDs are the ids of all keys that the state holds, sorted.
func savedIDs(d *driver.Driver) (ids []string) {
	for _, saved := range d.State().Values.RootModule.Resources {
		if id, ok := saved.AttributeValues["id"].(string); ok && saved.Type == "egs_gaia_api_key" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// wantKeys checks the keys that the state holds.
func wantKeys(t *testing.T, d *driver.Driver, ids ...string) {
	t.Helper()
	slices.Sort(ids)
	if got := savedIDs(d); !slices.Equal(got, ids) {
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

// TestAccAPIKeyResource_lostResponseIsAdopted loses the response of a create, which a list then shows: Terraform
// manages that key, and says so. The last list of four shows one that comes late.
func TestAccAPIKeyResource_lostResponseIsAdopted(t *testing.T) {
	t.Parallel()
	for _, fault := range append([]simulation.Fault{late(3)}, acctest.LostResponses...) {
		t.Run(acctest.FaultName(fault), func(t *testing.T) {
			t.Parallel()
			s := simulate(t, gaiasim.Options{})
			d := s.Driver(key("read", ""))
			s.fault(acctest.FaultsAt(fault, createKey)...)
			told := d.Must(d.Apply(driver.Options{})).Text()
			id := s.managed().ID
			acctest.WantText(t, told, adoptionWarning, 1)
			acctest.WantText(t, told, "Exactly one that is equal to it in everything appeared since, "+id, 1)
			wantKeys(t, d, id)
			if n := s.creates.Load(); n != 1 {
				t.Errorf("%d creates, want 1", n)
			}
			wantNoChanges(t, d)
			d.Must(d.Destroy())
			if err := s.left(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAccAPIKeyResource_slowCreateIsNotSentAgain has a create end without a response, and without a key in the lists
// that follow: one request is sent, the error says that a key may have been created, and the next apply creates one.
func TestAccAPIKeyResource_slowCreateIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for _, fault := range append([]simulation.Fault{late(4), late(5), late(100)}, acctest.UnknownOutcomes...) {
		s := simulate(t, gaiasim.Options{})
		d := s.Driver(key("read", ""))
		s.fault(acctest.FaultsAt(fault, createKey)...)
		told := d.Fails(d.Apply(driver.Options{}))
		acctest.WantText(t, told, uncertainCreate, 1)
		acctest.WantText(t, told, "look for the key in Search GAIA (data source egs_gaia_api_keys, or terraform query)", 1)
		if n := s.creates.Load(); n != 1 {
			t.Errorf("%v: %d creates, want 1", fault, n)
		}
		wantKeys(t, d)

		acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "Warning:", 0)
		if n, saved := s.creates.Load(), savedIDs(d); n != 2 || len(saved) != 1 {
			t.Errorf("%v: %d creates, want 2; the state holds %v", fault, n, saved)
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

// TestAccAPIKeyResource_foreignEqualKey has somebody else create an equal key beside a create that is lost before it
// reaches the service.
func TestAccAPIKeyResource_foreignEqualKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		// at is the create that comes while the other key is created, and before is how long before the one that is lost.
		at      int
		before  time.Duration
		adopted bool
	}{
		"seconds before":           {at: 1, before: 2 * time.Second},
		"within the age of a list": {at: 2, adopted: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, gaiasim.Options{})
			d := s.Driver(key("read", "depends_on = [egs_gaia_api_key.first]") + strings.Replace(key("write", ""), "test", "first", 1))
			var other string
			s.onCreate = func(n int) {
				if n == test.at {
					other, _ = s.issue(gaiasim.Key{Permissions: "read"})
					s.Clock.Advance(test.before)
				}
			}
			s.fault(append(acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDelay, DelayMS: 1}, createKey),
				acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDropBefore}, createKey)...)...)
			result := d.Apply(driver.Options{})
			first := s.managed().ID
			if test.adopted {
				// Nothing tells it from the key that was asked for. The user is told which it is.
				told := d.Must(result).Text()
				acctest.WantText(t, told, adoptionWarning, 1)
				acctest.WantText(t, told, other, 2) // In the summary, too: Terraform merges equal ones.
				wantKeys(t, d, first, other)
				return
			}
			acctest.WantText(t, d.Fails(result), uncertainCreate, 1)
			wantKeys(t, d, first)
			d.Must(d.Destroy())
			if s.Secret(other) == "" {
				t.Error("the key of somebody else was deleted")
			}
		})
	}
}

// TestAccAPIKeyResource_equalKeysOfTwoConfigurations creates two equal keys with two provider configurations, which
// know nothing of each other, and loses the response of one create: the state never holds one key twice.
func TestAccAPIKeyResource_equalKeysOfTwoConfigurations(t *testing.T) {
	t.Parallel()
	for _, lost := range []int{1, 2} {
		s := simulate(t, gaiasim.Options{})
		d := s.Driver(key("read", "") + strings.Replace(key("read", "provider = egs.b"), `"test"`, `"b"`, 1) + `
provider "egs" {
  alias = "b"
}`)
		// Both are under way before one is handled.
		both := make(chan struct{})
		s.onCreate = func(n int) {
			if n == 2 {
				close(both)
			}
			<-both
		}
		s.fault(acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDropAfterCommit, Times: lost}, createKey)...)
		result := d.Apply(driver.Options{})
		saved := savedIDs(d)
		if len(slices.Compact(slices.Clone(saved))) != len(saved) {
			t.Errorf("the state holds one key twice: %v", saved)
		}
		if made := len(s.Keys()) - len(s.foreign); made != 2 {
			t.Errorf("%d keys were created, want 2", made)
		}
		if err := result.Err(); err == nil && len(saved) != 2 {
			t.Errorf("the state holds %v", saved)
		} else if err != nil {
			acctest.WantText(t, err.Error(), "several that match it appeared since", 2-len(saved))
		}
	}
}

// TestAccAPIKeyResource_interruptWhileCreating interrupts Terraform while a create is under way. It ends with the
// create: a key whose response is received is saved, and nothing is listed.
func TestAccAPIKeyResource_interruptWhileCreating(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		faults []simulation.Fault
		want   string
		saved  int
	}{
		"response received": {nil, "execution halted", 1},
		"response lost": {
			acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDropAfterCommit}, createKey), "and the operation was interrupted", 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, gaiasim.Options{})
			d := s.Driver(key("read", ""))
			s.onCreate = func(int) { d.Interrupt() }
			s.fault(test.faults...)
			told := d.Fails(d.Apply(driver.Options{}))
			acctest.WantText(t, told, test.want, 1)
			acctest.WantText(t, told, uncertainCreate, 1-test.saved)
			if err := s.wantRequests(1, 1, 0, 0)(nil); err != nil {
				t.Error(err)
			}
			if got := savedIDs(d); len(got) != test.saved || (test.saved == 1 && got[0] != s.managed().ID) {
				t.Errorf("the state holds %v, want %d keys", got, test.saved)
			}
		})
	}
}

// TestAccAPIKeyResource_laggingList has lists lag: nothing is created twice, also where a response was lost, and what
// was deleted stands in nobody's way.
func TestAccAPIKeyResource_laggingList(t *testing.T) {
	t.Parallel()
	for _, lost := range []bool{false, true} {
		onSimulatedTime(t, gaiasim.Options{Options: simulation.Options{ListLag: time.Second}}, func(t *testing.T, s *service) {
			t.Helper()
			d := s.Driver(key("read", ""))
			warnings := 0
			if lost {
				s.fault(acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDropAfterCommit}, createKey)...)
				warnings = 1
			}
			acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), adoptionWarning, warnings)
			wantKeys(t, d, s.managed().ID)
			wantNoChanges(t, d)
			d.Must(d.Apply(driver.Options{Replace: []string{testKey}}))
			wantKeys(t, d, s.managed().ID)
			wantNoChanges(t, d)
			d.Must(d.Destroy())
			if err := s.left(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAccAPIKeyEphemeral_keyOfAnotherConfiguration looks up a key that another provider configuration has just
// created, also where lists lag.
func TestAccAPIKeyEphemeral_keyOfAnotherConfiguration(t *testing.T) {
	t.Parallel()
	for _, lag := range []time.Duration{0, time.Second} {
		onSimulatedTime(t, gaiasim.Options{Options: simulation.Options{ListLag: lag}}, func(t *testing.T, s *service) {
			t.Helper()
			d := s.Driver(`
provider "egs" {
  alias = "b"
}
data "egs_gaia_api_keys" "before" {}
` + key("read", "provider = egs.b\n  depends_on = [data.egs_gaia_api_keys.before]") + `
ephemeral "egs_gaia_api_key" "test" {
  id = egs_gaia_api_key.test.id
}
provider "echo" {
  data = ephemeral.egs_gaia_api_key.test
}
resource "echo" "test" {}`)
			d.Must(d.Apply(driver.Options{}))
			wantKeys(t, d, s.managed().ID)
		})
	}
}

// TestAccAPIKeyResource_anotherService runs commands against a service that does not have the key: it is not created
// there, stays in the state, and no request holds its secret.
func TestAccAPIKeyResource_anotherService(t *testing.T) {
	t.Parallel()
	s, other := simulate(t, gaiasim.Options{}), simulate(t, gaiasim.Options{})
	d := s.Driver(key("read", ""))
	d.Must(d.Apply(driver.Options{}))
	id := s.managed().ID
	s.Environment["GAIA_ENDPOINT"], s.Environment["GAIA_API_KEY"] = other.url, other.AdminKey()
	want := func(summary string, result *driver.Result) {
		t.Helper()
		told := d.Fails(result)
		acctest.WantText(t, told, "Error: "+summary, 1)
		acctest.WantText(t, told, "does not exist at "+other.url, 1)
		acctest.WantText(t, told, "last seen at "+s.url, 1)
		wantKeys(t, d, id)
	}
	const unable = "Unable to find Search GAIA API key"
	want(unable, d.Plan(driver.Options{}))
	want(unable, d.Apply(driver.Options{}))
	want(unable, d.Destroy())
	want("Unable to delete Search GAIA API key", d.Apply(driver.Options{Destroy: true, NoRefresh: true}))
	d.Config = key("write", "")
	want("Unable to update Search GAIA API key", d.Apply(driver.Options{NoRefresh: true}))
	for _, entry := range other.Journal() {
		if entry.Method != http.MethodGet {
			t.Errorf("%s %s was sent to another service", entry.Method, entry.Path)
		}
	}

	// The service moves: where the key is found, that address is remembered.
	moved := httptest.NewServer(http.StripPrefix("/moved", s.Simulator))
	t.Cleanup(moved.Close)
	s.Environment["GAIA_ENDPOINT"], s.Environment["GAIA_API_KEY"] = moved.URL+"/moved", s.AdminKey()
	d.Must(d.Apply(driver.Options{NoRefresh: true}))
	s.DeleteKey(id)
	if got := d.Must(d.Plan(driver.Options{})).Plan.String(); got != testKey+": create" {
		t.Errorf("the plan is %q", got)
	}
}
