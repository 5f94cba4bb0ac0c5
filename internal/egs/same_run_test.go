// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// keyOfTeamA is the configuration of a key of the workspace team-a.
const keyOfTeamA = `
resource "egs_api_key" "test" {
  name           = "managed"
  role           = "Viewer"
  workspace_name = egs_workspace.test.name
  valid_until    = "2027-03-31"
}`

// TestAccAPIKeysDataSource_laggingList checks that data sources find a key that the same run created, although lists show a new
// key only after five seconds.
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
		suite.WantEmptyPlan(t, d)
	})
}

// TestAccWorkspaceResource_keyOfTheSameRun destroys a workspace and its key in one run. Lists still show the deleted key when
// the workspace is deleted. In two of the cases, another provider configuration manages the key.
func TestAccWorkspaceResource_keyOfTheSameRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ argument, provider string }{
		"all keys are deleted": {"delete_api_keys = true", "egs.b"}, "it has no other keys": {"", "egs.b"}, "one configuration": {"", "egs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lagging := noWorkspaces(egssim.Options{Options: simulation.Options{ListLag: 5 * time.Second}, WorkspaceDeletion: egssim.WorkspaceDeletionRefusedWithKeys})
			onSimulatedTime(t, lagging, func(t *testing.T, c *controller) {
				t.Helper()
				d := c.Applied(suite.ProviderB + teamA(test.argument) + strings.Replace(keyOfTeamA, "{", "{\n  provider = "+test.provider, 1))
				d.Must(d.Destroy())
				c.wantWorkspaces()
				c.WantDestroyed()
			})
		})
	}
}

// workspaceOfTemporaryKey is the configuration of a workspace, a temporary key of that workspace, and a managed key. The
// provider logs in with the temporary key to create the managed key.
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

// TestAccTemporaryAPIKeyEphemeral_workspace applies and destroys a workspace with a temporary key. EGS refuses to delete a
// workspace that has keys, so the provider must delete the temporary key first.
func TestAccTemporaryAPIKeyEphemeral_workspace(t *testing.T) {
	t.Parallel()
	for _, lag := range []time.Duration{0, time.Second} {
		onSimulatedTime(t, noWorkspaces(egssim.Options{Options: simulation.Options{ListLag: lag}, WorkspaceDeletion: egssim.WorkspaceDeletionRefusedWithKeys}), func(t *testing.T, c *controller) {
			t.Helper()
			d := c.Applied(workspaceOfTemporaryKey)
			suite.WantEmptyPlan(t, d)
			d.Must(d.Destroy())
			wantResources(t, d)
			c.WantDestroyed()
		})
	}
}
