// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// TestCLIAPIKeyResource_lifeCycle creates a key, replaces it, imports it with the command, imports
// another one with a block and generated configuration, and destroys both.
func TestCLIAPIKeyResource_lifeCycle(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", lasting(viewerKey(""))+`
output "api_key" {
  value     = egs_api_key.test.api_key
  sensitive = true
}`)
	c.ResetJournal()
	output := w.Run("apply", "-auto-approve", "-no-color")
	acctest.WantText(t, output, "1 added, 0 changed, 0 destroyed", 1)
	c.wantCost("apply", 1, 1, 1, 0)
	first := c.managed("ci").ID
	output += w.Run("plan", "-detailed-exitcode", "-no-color")
	c.wantCost("plan", 1, 1, 0, 0)
	acctest.WantText(t, output, "No changes.", 1)
	if got := w.Run("output", "-raw", "api_key"); got != c.Secret(first) {
		t.Error("the output is not the key's secret")
	}

	w.Write("main.tf", strings.Replace(w.Read("main.tf"), "2999-03-31", "2999-04-30", 1))
	changed := w.Run("apply", "-auto-approve", "-no-color")
	acctest.WantText(t, changed, "must be replaced", 1)
	acctest.WantText(t, changed, "1 added, 0 changed, 1 destroyed", 1)
	id := c.managed("ci").ID
	if id == first {
		t.Error("the key is the old one")
	}
	output += changed

	w.Run("state", "rm", testKey)
	output += w.Run("import", "-no-color", testKey, id)
	other, _ := c.issue(egssim.Key{Name: "by-hand", Role: "Viewer", WorkspaceName: "red", UserName: "admin", Validity: "2999-03-31"})
	w.Write("import.tf", fmt.Sprintf("import {\n  to = egs_api_key.other\n  id = %q\n}\n", other))
	output += w.Run("plan", "-no-color", "-generate-config-out=generated.tf")
	output += w.Run("apply", "-auto-approve", "-no-color")
	acctest.WantText(t, output, "1 imported, 0 added, 0 changed, 0 destroyed.", 1)
	output += w.Run("plan", "-detailed-exitcode", "-no-color")
	acctest.WantText(t, output, "No changes.", 2)
	for what, secret := range c.secrets() {
		if strings.Contains(output, secret) {
			t.Errorf("%s was shown", what)
		}
	}
	if got := savedKeys(w); got[id] != c.Secret(id) || got[other] != c.Secret(other) || len(got) != 2 {
		t.Error("the state does not hold the secrets of both keys")
	}

	acctest.WantText(t, w.Run("destroy", "-auto-approve", "-no-color"), "2 destroyed", 1)
	if got := len(c.Keys()); got != 1 {
		t.Errorf("%d keys are left, want the provider's own", got)
	}
}

// wantCost checks what a command cost the controller since the last check.
func (c *controller) wantCost(command string, logins, lists, creates, deletes int) {
	c.T.Helper()
	if err := c.wantRequests(logins, lists, creates, deletes)(nil); err != nil {
		c.T.Errorf("%s: %s", command, err)
	}
	c.ResetJournal()
}

// TestCLIWorkspaceResource_lifeCycle creates a workspace and a key of it, replaces both, imports the
// workspace in two ways, and destroys all.
func TestCLIWorkspaceResource_lifeCycle(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{WorkspaceDeletion: egssim.WorkspaceDeletionRefusedWithKeys})
	w := c.WorkingDir("1.11.0", teamA("")+`
resource "egs_api_key" "test" {
  name           = "managed"
  role           = "Viewer"
  workspace_name = egs_workspace.test.id
  valid_until    = "2999-03-31"
}`)
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "2 added, 0 changed, 0 destroyed", 1)
	c.ResetJournal()
	acctest.WantText(t, w.Run("plan", "-detailed-exitcode", "-no-color"), "No changes.", 1)
	if got := c.requests(http.MethodGet, "/api/v1/slice-workspace/list"); got != 1 {
		t.Errorf("a plan asked for %d lists of workspaces, want 1", got)
	}

	// The key goes before its workspace, also when that is replaced.
	w.Write("main.tf", strings.Replace(w.Read("main.tf"), `["worker-1", "worker-2"]`, `["worker-2"]`, 1))
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "2 added, 0 changed, 2 destroyed", 1)

	w.Run("state", "rm", testWorkspace)
	w.Run("import", "-no-color", testWorkspace, "team-a")
	acctest.WantText(t, w.Run("plan", "-detailed-exitcode", "-no-color"), "No changes.", 1)
	w.Run("state", "rm", testWorkspace)
	w.Write("import.tf", "import {\n  to = egs_workspace.test\n  id = \"team-a\"\n}\n")
	w.Write("main.tf", strings.Replace(w.Read("main.tf"), `name       = "team-a"`, "name       = \"team-a\"\n  delete_api_keys = true", 1))
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "1 imported, 0 added, 1 changed, 0 destroyed.", 1)

	c.issue(egssim.Key{Name: "by-hand", Role: "Viewer", WorkspaceName: "team-a", Validity: "2027-01-01"})
	acctest.WantText(t, w.Run("destroy", "-auto-approve", "-no-color"), "2 destroyed", 1)
	c.wantWorkspaces()
	if got := len(c.Keys()); got != 1 {
		t.Errorf("%d keys are left, want the provider's own", got)
	}
}

// TestCLIAPIKeyResource_stateOfTheFirstSchema reads a state that was written before
// there were renewal, rotation and store_api_key.
func TestCLIAPIKeyResource_stateOfTheFirstSchema(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	id, secret := c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "admin", Validity: "2999-03-31"})
	w := c.WorkingDir("1.11.0", lasting(viewerKey("")))
	state, err := json.Marshal(map[string]any{
		"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "b6a1d2a4-0b1b-4a3f-8d0e-2f6b1f7f7d11", "outputs": map[string]any{},
		"resources": []any{map[string]any{
			"mode": "managed", "type": "egs_api_key", "name": "test",
			"provider": `provider["registry.terraform.io/elastic-gpu-service/egs"]`,
			"instances": []any{map[string]any{
				"schema_version": 0,
				"attributes": map[string]any{
					"api_key": secret, "description": nil, "id": id, "name": "ci", "role": "Viewer",
					"service_account_name": "kubeslice-rbac-ro-slice-red", "token_ttl_seconds": 900,
					"user_name": "admin", "valid_until": "2999-03-31", "workspace_name": "red",
				},
				"sensitive_attributes": []any{[]any{map[string]any{"type": "get_attr", "value": "api_key"}}},
			}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Write("terraform.tfstate", string(state))
	acctest.WantText(t, w.Run("plan", "-no-color", "-detailed-exitcode"), "No changes.", 1)
	acctest.WantText(t, w.Run("plan", "-no-color", "-detailed-exitcode", "-refresh=false"), "No changes.", 1)
	w.Run("apply", "-auto-approve", "-no-color")
	w.Run("destroy", "-auto-approve", "-no-color")
	if c.Secret(id) != "" {
		t.Error("destroy left the key")
	}
}

// lasting is a configuration whose keys outlast the machine's clock, which the provider of a CLI has.
func lasting(config string) string { return strings.ReplaceAll(config, "2027-03-31", "2999-03-31") }
