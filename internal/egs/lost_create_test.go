// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	adoptionWarning = "Warning: The response to the create of "
	uncertainCreate = "Error: An EGS API key may have been created"
)

// late is a create that takes longer than a proxy waits: it is carried out when so many further requests have come.
func late(requests int) simulation.Fault {
	return simulation.Fault{Kind: simulation.FaultCommitLate, Status: http.StatusGatewayTimeout, Requests: requests}
}

// wantKeys checks the keys that the state holds.
func (c *controller) wantKeys(d *driver.Driver, ids ...string) {
	c.T.Helper()
	got := savedIDs(d)
	slices.Sort(got)
	slices.Sort(ids)
	if !slices.Equal(got, ids) {
		c.T.Errorf("the state holds the keys %v, want %v", got, ids)
	}
}

// wantEmptyPlan checks that nothing is left to do.
func wantEmptyPlan(t *testing.T, d *driver.Driver) {
	t.Helper()
	if planned := d.Must(d.Plan(driver.Options{})); !planned.Plan.Empty() {
		t.Errorf("the plan is %s, want no changes", planned.Plan)
	}
}

// TestAccAPIKeyResource_lostResponseIsAdopted loses the response of a create, which a list then shows: Terraform
// manages that key, and says so.
// The last list of four shows one that comes late.
func TestAccAPIKeyResource_lostResponseIsAdopted(t *testing.T) {
	t.Parallel()
	for _, fault := range append([]simulation.Fault{late(3)}, acctest.LostResponses...) {
		t.Run(acctest.FaultName(fault), func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			d := c.Driver(viewerKey(""))
			c.fault(acctest.FaultsAt(fault, createKey)...)
			told := d.Must(d.Apply(driver.Options{})).Text()
			id := c.managed("ci").ID
			acctest.WantText(t, told, adoptionWarning, 1)
			acctest.WantText(t, told, "Exactly one that is equal to it in everything appeared since, "+id, 1)
			c.wantKeys(d, id)
			if n := c.requests(http.MethodPost, "/api/v1/api-key"); n != 1 {
				t.Errorf("%d creates, want 1", n)
			}
			wantEmptyPlan(t, d)
			d.Must(d.Destroy())
			if err := c.left(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAccAPIKeyResource_slowCreateIsNotSentAgain has a create end without a response, and without a key in the lists
// that follow: one request is sent, the error says that a key may have been created, and the next apply creates one.
func TestAccAPIKeyResource_slowCreateIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulation.Fault
		// made says that the key was created after all, and told that the next apply sees it.
		made, told bool
	}{
		"never":                           {fault: simulation.Fault{Kind: simulation.FaultDropBefore}},
		"never, HTML":                     {fault: simulation.Fault{Kind: simulation.FaultHTML}},
		"never, 500":                      {fault: simulation.Fault{Kind: simulation.FaultStatus, Status: http.StatusInternalServerError}},
		"never, 504":                      {fault: simulation.Fault{Kind: simulation.FaultStatus, Status: http.StatusGatewayTimeout}},
		"before the next apply lists":     {fault: late(5), made: true, told: true},
		"after the next apply has listed": {fault: late(6), made: true},
		"later than all":                  {fault: late(100)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			d := c.Driver(viewerKey(""))
			c.fault(acctest.FaultsAt(test.fault, createKey)...)
			told := d.Fails(d.Apply(driver.Options{}))
			acctest.WantText(t, told, uncertainCreate, 1)
			acctest.WantText(t, told, "asked for at 2026-11-21T12:00:00Z", 1)
			acctest.WantText(t, told, "look for the key in EGS (data source egs_api_keys, or terraform query)", 1)
			if n := c.requests(http.MethodPost, "/api/v1/api-key"); n != 1 || len(savedIDs(d)) != 0 {
				t.Errorf("%d creates, want 1; the state holds %v", n, savedIDs(d))
			}

			told = d.Must(d.Apply(driver.Options{})).Text()
			saved := savedIDs(d)
			if n := c.requests(http.MethodPost, "/api/v1/api-key"); n != 2 || len(saved) != 1 {
				t.Fatalf("%d creates, want 2; the state holds %v", n, saved)
			}
			warnings, others := 0, 0
			for _, key := range c.Keys() {
				if c.foreign[key.ID] || key.ID == saved[0] {
					continue
				}
				others++
				if test.told {
					warnings = 1
					acctest.WantText(t, told, duplicateWarning, 1)
					acctest.WantText(t, told, "- "+key.ID, 1)
				}
			}
			acctest.WantText(t, told, "Warning:", warnings)
			if made := others == 1; made != test.made {
				t.Errorf("%d keys beside the one in the state", others)
			}
			wantEmptyPlan(t, d)
		})
	}
}

// TestAccAPIKeyResource_foreignEqualKey has somebody else create an equal key beside a create that is lost before it
// reaches EGS.
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
			c := simulate(t, egssim.Options{})
			d := c.Driver(viewerKey("depends_on = [egs_api_key.first]") + `
resource "egs_api_key" "first" {
  name           = "first"
  role           = "Viewer"
  workspace_name = "red"
  valid_until    = "2027-03-31"
}`)
			var other string
			c.onCreate = func(n int) {
				if n == test.at {
					other, _ = c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "admin", Validity: "2027-03-31"})
					c.Clock.Advance(test.before)
				}
			}
			c.fault(append(acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDelay, DelayMS: 1}, createKey),
				acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDropBefore}, createKey)...)...)
			result := d.Apply(driver.Options{})
			first := c.managed("first").ID
			if test.adopted {
				// Nothing tells it from the key that was asked for. The user is told which it is.
				told := d.Must(result).Text()
				acctest.WantText(t, told, adoptionWarning, 1)
				acctest.WantText(t, told, other, 2) // In the summary, too: Terraform merges equal ones.
				c.wantKeys(d, first, other)
				return
			}
			told := d.Fails(result)
			acctest.WantText(t, told, uncertainCreate, 1)
			c.wantKeys(d, first)
			d.Must(d.Destroy())
			if c.Secret(other) == "" {
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
		c := simulate(t, egssim.Options{})
		d := c.Driver(viewerKey("") + strings.Replace(viewerKey("provider = egs.b\n"), `"test"`, `"b"`, 1) + `
provider "egs" {
  alias = "b"
}`)
		// Both are under way before one is handled.
		both := make(chan struct{})
		c.onCreate = func(n int) {
			if n == 2 {
				close(both)
			}
			<-both
		}
		c.fault(acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDropAfterCommit, Times: lost}, createKey)...)
		result := d.Apply(driver.Options{})
		saved := savedIDs(d)
		if len(slices.Compact(slices.Sorted(slices.Values(saved)))) != len(saved) {
			t.Errorf("the state holds one key twice: %v", saved)
		}
		if made := len(c.Keys()) - len(c.foreign); made != 2 {
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
			c := simulate(t, egssim.Options{})
			d := c.Driver(viewerKey(""))
			c.onCreate = func(int) { d.Interrupt() }
			c.fault(test.faults...)
			told := d.Fails(d.Apply(driver.Options{}))
			acctest.WantText(t, told, test.want, 1)
			acctest.WantText(t, told, uncertainCreate, 1-test.saved)
			if err := c.wantRequests(1, 1, 1, 0)(nil); err != nil {
				t.Error(err)
			}
			if got := savedIDs(d); len(got) != test.saved {
				t.Errorf("the state holds %v, want %d keys", got, test.saved)
			}
			id := c.managed("ci").ID
			if test.saved == 1 {
				c.wantKeys(d, id)
				wantEmptyPlan(t, d)
			}
		})
	}
}

// TestAccWorkspaceResource_slowCreateIsNotSentAgain is the same for workspaces, whose names are unique.
func TestAccWorkspaceResource_slowCreateIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulation.Fault
		next  string // what the next apply says
	}{
		"never":                       {fault: simulation.Fault{Kind: simulation.FaultDropBefore}},
		"never, HTML":                 {fault: simulation.Fault{Kind: simulation.FaultHTML}},
		"never, 500":                  {fault: simulation.Fault{Kind: simulation.FaultStatus, Status: http.StatusInternalServerError}},
		"never, 504":                  {fault: simulation.Fault{Kind: simulation.FaultStatus, Status: http.StatusGatewayTimeout}},
		"before the next apply lists": {fault: late(9), next: `Error: EGS workspace "team-a" exists already`},
		"later than all":              {fault: late(100)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulateEmpty(t, egssim.Options{})
			d := c.Driver(teamA(""))
			c.fault(acctest.FaultsAt(test.fault, createWorkspace)...)
			told := d.Fails(d.Apply(driver.Options{}))
			acctest.WantText(t, told, "Error: An EGS workspace may have been created", 1)
			acctest.WantText(t, told, "terraform import egs_workspace.NAME team-a", 1)
			wantResources(t, d)
			if n := c.requests(http.MethodPost, "/api/v1/slice-workspace"); n != 1 {
				t.Errorf("%d creates, want 1", n)
			}
			if test.next != "" {
				acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), test.next, 1)
				wantResources(t, d)
				return
			}
			acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "Warning:", 0)
			wantResources(t, d, testWorkspace)
			wantEmptyPlan(t, d)
		})
	}
}

// TestAccWorkspaceResource_lostResponseIsAdopted loses the response of a create, and lists the workspace.
func TestAccWorkspaceResource_lostResponseIsAdopted(t *testing.T) {
	t.Parallel()
	for _, fault := range append([]simulation.Fault{late(7)}, acctest.LostResponses...) {
		t.Run(acctest.FaultName(fault), func(t *testing.T) {
			t.Parallel()
			c := simulateEmpty(t, egssim.Options{})
			d := c.Driver(teamA(""))
			c.fault(acctest.FaultsAt(fault, createWorkspace)...)
			told := d.Must(d.Apply(driver.Options{})).Text()
			acctest.WantText(t, told, adoptionWarning, 1)
			wantResources(t, d, testWorkspace)
			wantEmptyPlan(t, d)
		})
	}
}
