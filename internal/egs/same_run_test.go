// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// keyOfTeamA is a key of the workspace team-a.
const keyOfTeamA = `
resource "egs_api_key" "test" {
  name           = "managed"
  role           = "Viewer"
  workspace_name = egs_workspace.test.name
  valid_until    = "2027-03-31"
}`

// TestAccAPIKeyResource_laggingList has lists lag behind creates and deletes: nothing is created twice, and what was
// deleted stands in nobody's way.
func TestAccAPIKeyResource_laggingList(t *testing.T) {
	t.Parallel()
	lagging := noWorkspaces(egssim.Options{Options: simulation.Options{ListLag: time.Second}, WorkspaceDeletion: egssim.WorkspaceDeletionRefusedWithKeys})
	onSimulatedTime(t, lagging, func(t *testing.T, c *controller) {
		t.Helper()
		d := c.Driver(teamA("") + keyOfTeamA)
		d.Must(d.Apply(driver.Options{}))
		id := c.managed("managed").ID
		wantEmptyPlan(t, d)
		d.Must(d.Apply(driver.Options{Replace: []string{testKey}}))
		if replaced := c.managed("managed").ID; replaced == id {
			t.Error("the key was not replaced")
		}
		wantEmptyPlan(t, d)
		// The key and its workspace in one run.
		d.Must(d.Destroy())
		wantResources(t, d)
		c.wantWorkspaces()
		if err := c.left(); err != nil {
			t.Error(err)
		}
	})
}

// TestAccAPIKeyResource_laggingListAndLostCreate has the response of a create be lost and the list lag: the key is
// adopted when the list shows it.
func TestAccAPIKeyResource_laggingListAndLostCreate(t *testing.T) {
	t.Parallel()
	onSimulatedTime(t, egssim.Options{Options: simulation.Options{ListLag: time.Second}}, func(t *testing.T, c *controller) {
		t.Helper()
		d := c.Driver(viewerKey(""))
		c.fault(acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDropAfterCommit}, createKey)...)
		acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), adoptionWarning, 1)
		c.wantKeys(d, c.managed("ci").ID)
		wantEmptyPlan(t, d)
	})
}

// twoConfigurations has two keys, each with a provider configuration of its own, and looks up one with the other.
const twoConfigurations = `
provider "egs" {
  alias = "b"
}
resource "egs_api_key" "a" {
  name                 = "a"
  role                 = "Editor"
  workspace_name       = "red"
  validity_period_days = 90
}
resource "egs_api_key" "b" {
  provider             = egs.b
  name                 = "b"
  role                 = "Editor"
  workspace_name       = "red"
  validity_period_days = 90
  depends_on           = [egs_api_key.a]
}
data "egs_api_key" "b" {
  id = egs_api_key.b.id
}
output "b" {
  value = data.egs_api_key.b.name
}`

// TestAccAPIKeyResource_twoConfigurations has what one provider configuration creates or deletes be seen by another
// one in the same run, within the age of a list and after it, also where lists lag.
func TestAccAPIKeyResource_twoConfigurations(t *testing.T) {
	t.Parallel()
	for _, lag := range []time.Duration{0, time.Second, 5 * time.Second} {
		onSimulatedTime(t, egssim.Options{Options: simulation.Options{ListLag: lag}}, func(t *testing.T, c *controller) {
			t.Helper()
			d := c.Driver(twoConfigurations)
			d.Must(d.Apply(driver.Options{}))
			if got := d.State().Values.Outputs["b"].Value; got != "b" {
				t.Errorf("the data source has the key %q", got)
			}
			wantEmptyPlan(t, d)
			d.Must(d.Destroy())
			if err := c.left(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAccAPIKeysDataSource_laggingList has data sources find the key that the same run created.
func TestAccAPIKeysDataSource_laggingList(t *testing.T) {
	t.Parallel()
	onSimulatedTime(t, egssim.Options{Options: simulation.Options{ListLag: 5 * time.Second}}, func(t *testing.T, c *controller) {
		t.Helper()
		d := c.Driver(viewerKey("") + `
data "egs_api_key" "test" {
  name       = "ci"
  depends_on = [egs_api_key.test]
}
data "egs_api_keys" "test" {
  depends_on = [egs_api_key.test]
}
output "found" {
  value = "${data.egs_api_key.test.id} of ${length(data.egs_api_keys.test.api_keys)}"
}`)
		d.Must(d.Apply(driver.Options{}))
		if got, want := d.State().Values.Outputs["found"].Value, fmt.Sprintf("%s of %d", c.managed("ci").ID, len(c.Keys())); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		wantEmptyPlan(t, d)
	})
}

// TestAccWorkspaceResource_keyOfAnotherConfiguration destroys a workspace and its key, which another provider
// configuration manages, with lists that still show the key.
func TestAccWorkspaceResource_keyOfAnotherConfiguration(t *testing.T) {
	t.Parallel()
	for name, argument := range map[string]string{"all keys are deleted": "delete_api_keys = true", "it has no other keys": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lagging := noWorkspaces(egssim.Options{Options: simulation.Options{ListLag: 5 * time.Second}, WorkspaceDeletion: egssim.WorkspaceDeletionRefusedWithKeys})
			onSimulatedTime(t, lagging, func(t *testing.T, c *controller) {
				t.Helper()
				d := c.Driver(`
provider "egs" {
  alias = "b"
}
` + teamA(argument) + strings.Replace(keyOfTeamA, "{", "{\n  provider = egs.b", 1))
				d.Must(d.Apply(driver.Options{}))
				d.Must(d.Destroy())
				c.wantWorkspaces()
				if err := c.left(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestAccTemporaryAPIKeyEphemeral_keyOfAnotherRun loses the create of a temporary key before EGS receives it, while another
// run opens its own, which is equal: that one is left alone.
func TestAccTemporaryAPIKeyEphemeral_keyOfAnotherRun(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	other := ""
	c.onCreate = func(int) {
		other, _ = c.issue(egssim.Key{Name: "smoke-test" + face.TemporarySuffix, Role: "Owner", UserName: "admin", Validity: "2026-11-22"})
	}
	c.fault(acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDropBefore}, createKey)...)
	d := c.Driver(temporary)
	told := d.Fails(d.Plan(driver.Options{}))
	acctest.WantText(t, told, "Error: An EGS API key may have been created", 1)
	acctest.WantText(t, told, "- "+other, 1)
	if c.requests("DELETE", "/api/v1/api-key") != 0 {
		t.Error("a key was deleted")
	}
}

// TestAccRevokeAPIKeysAction_keyOfAnotherConfiguration revokes a key that another provider configuration has just
// created. It is not taken for one that does not exist.
func TestAccRevokeAPIKeysAction_keyOfAnotherConfiguration(t *testing.T) {
	t.Parallel()
	for _, lag := range []time.Duration{0, time.Second, 5 * time.Second} {
		onSimulatedTime(t, egssim.Options{Options: simulation.Options{ListLag: lag}}, func(t *testing.T, c *controller) {
			t.Helper()
			d := c.Driver(strings.Split(twoConfigurations, "data ")[0] + `
action "egs_revoke_api_keys" "b" {
  config {
    ids = [egs_api_key.b.id, "00000000000000000000000000000000"]
  }
}
resource "terraform_data" "revoke" {
  input = egs_api_key.b.id
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.egs_revoke_api_keys.b]
    }
  }
}`)
			progress := strings.Join(d.Must(d.Apply(driver.Options{})).Progress, "\n")
			acctest.WantText(t, progress, "Revoked:", 1)
			acctest.WantText(t, progress, "Gone already: 00000000000000000000000000000000", 1)
			if got := c.names(); got != "a" {
				t.Errorf("the keys are %q, want a", got)
			}
		})
	}
}

// workspaceOfTemporaryKey has a workspace, and a key of it that is created with a temporary key.
const workspaceOfTemporaryKey = `
resource "egs_workspace" "team" {
  name       = "team"
  clusters   = ["worker-1"]
  namespaces = ["team"]
  username   = "u"
  email      = "rosa@example.com"
}
ephemeral "egs_temporary_api_key" "boot" {
  name           = "boot"
  role           = "Editor"
  workspace_name = egs_workspace.team.id
}
provider "egs" {
  alias   = "team"
  api_key = ephemeral.egs_temporary_api_key.boot.api_key
}
resource "egs_api_key" "k" {
  provider             = egs.team
  name                 = "k"
  role                 = "Editor"
  workspace_name       = egs_workspace.team.name
  validity_period_days = 90
}`

// TestAccTemporaryAPIKeyEphemeral_workspace applies and destroys a workspace with a temporary key of it: the key is
// in nobody's way.
func TestAccTemporaryAPIKeyEphemeral_workspace(t *testing.T) {
	t.Parallel()
	for _, lag := range []time.Duration{0, time.Second} {
		onSimulatedTime(t, noWorkspaces(egssim.Options{Options: simulation.Options{ListLag: lag}, WorkspaceDeletion: egssim.WorkspaceDeletionRefusedWithKeys}), func(t *testing.T, c *controller) {
			t.Helper()
			d := c.Driver(workspaceOfTemporaryKey)
			d.Must(d.Apply(driver.Options{}))
			wantEmptyPlan(t, d)
			d.Must(d.Destroy())
			wantResources(t, d)
			if err := c.left(); err != nil {
				t.Error(err)
			}
		})
	}
}

// temporary is a configuration of a temporary key, which what follows can depend on.
const temporary = `
ephemeral "egs_temporary_api_key" "test" {
  name = "smoke-test"
  role = "Owner"
}`

// TestAccTemporaryAPIKeyEphemeral_afterAnError has something behind a temporary key fail: Terraform does not close it,
// and the provider deletes it when its process ends.
func TestAccTemporaryAPIKeyEphemeral_afterAnError(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Driver(temporary + `
data "egs_api_key" "test" {
  id         = "00000000000000000000000000000000"
  depends_on = [ephemeral.egs_temporary_api_key.test]
}`)
	for name, command := range map[string]func() *driver.Result{
		"plan":  func() *driver.Result { return d.Plan(driver.Options{}) },
		"apply": func() *driver.Result { return d.Apply(driver.Options{}) },
	} {
		c.ResetJournal()
		acctest.WantText(t, d.Fails(command()), "Unable to find EGS API key", 1)
		if creates := c.requests("POST", "/api/v1/api-key"); creates != 1 {
			t.Errorf("%s: %d keys were created, want 1", name, creates)
		}
		if err := c.left(); err != nil {
			t.Errorf("%s: %s", name, err)
		}
	}
}

// TestAccTemporaryAPIKeyEphemeral_interrupt interrupts an apply: the temporary key is deleted at once, and the key
// that is being created is saved.
func TestAccTemporaryAPIKeyEphemeral_interrupt(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Driver(temporary + viewerKey("depends_on = [ephemeral.egs_temporary_api_key.test]"))
	c.onCreate = func(n int) {
		if n != 3 { // The first is the temporary key of the plan, the second that of the apply.
			return
		}
		d.Interrupt()
		if deletes := c.requests("DELETE", "/api/v1/api-key"); deletes != 2 {
			t.Errorf("%d keys were deleted when the interrupt was over, want both temporary ones", deletes)
		}
	}
	acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), "execution halted", 1)
	id := c.managed("ci").ID
	c.wantKeys(d, id)
	c.foreign[id] = true
	if err := c.left(); err != nil {
		t.Error(err)
	}
}
