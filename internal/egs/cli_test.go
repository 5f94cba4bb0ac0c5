// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
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
	c.WantCost("apply", map[string]int{logIn: 1, listKeys: 1, createKey: 1})
	first := c.managed("ci").ID
	output += w.Run("plan", "-detailed-exitcode", "-no-color")
	c.WantCost("plan", map[string]int{logIn: 1, listKeys: 1})
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

	w.Run("state", "rm", string(testKey))
	output += w.Run("import", "-no-color", string(testKey), id)
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
	if state := w.Read("terraform.tfstate"); !strings.Contains(state, c.Secret(id)) || !strings.Contains(state, c.Secret(other)) {
		t.Error("the state does not hold the secrets of both keys")
	}

	acctest.WantText(t, w.Run("destroy", "-auto-approve", "-no-color"), "2 destroyed", 1)
	if got := len(c.Keys()); got != 1 {
		t.Errorf("%d keys are left, want the provider's own", got)
	}
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
	if got := c.Requests(listWorkspaces); got != 1 {
		t.Errorf("a plan asked for %d lists of workspaces, want 1", got)
	}

	// The key goes before its workspace, also when that is replaced.
	w.Write("main.tf", strings.Replace(w.Read("main.tf"), `["worker-1", "worker-2"]`, `["worker-2"]`, 1))
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "2 added, 0 changed, 2 destroyed", 1)

	w.Run("state", "rm", string(testWorkspace))
	w.Run("import", "-no-color", string(testWorkspace), "team-a")
	acctest.WantText(t, w.Run("plan", "-detailed-exitcode", "-no-color"), "No changes.", 1)
	w.Run("state", "rm", string(testWorkspace))
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

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestCLIQuery_handMade is the guide "import": all that was made by hand is under Terraform in
// three commands. Of workspaces, only what EGS does not return has to be filled in. Then an action
// revokes a key.
func TestCLIQuery_handMade(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{Keys: 10})
	c.issue(egssim.Key{Name: "with \"quotes\" and ${dollars}", Role: "Owner", UserName: "grace", Description: "%{if}", Validity: "2027-01-01"})
	w := c.WorkingDir("1.14.0", "")
	for _, noun := range []string{"api_key", "workspace"} {
		w.Write(noun+".tfquery.hcl", fmt.Sprintf("list \"egs_%s\" \"all\" {\n  provider         = egs\n  include_resource = true\n  limit            = 1000\n}", noun))
	}
	output := w.Run("query", "-no-color", "-generate-config-out=generated.tf")
	for _, key := range c.Keys() {
		if !strings.Contains(output, key.ID) && !strings.Contains(output, key.Name) {
			t.Errorf("the query does not show %s (%s)", key.Name, key.ID)
		}
	}
	generated := w.Read("generated.tf")
	w.Write("generated.tf", regexp.MustCompile(`(username|email)( +)= .*`).ReplaceAllString(generated, `$1$2= "rosa"`))
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "Resources: 15 imported, 0 added, 0 changed, 0 destroyed.", 1)
	acctest.WantText(t, w.Run("plan", "-no-color", "-detailed-exitcode"), "No changes.", 1)

	output += generated + w.Run("query", "-json")
	for _, key := range c.Keys() {
		if strings.Contains(output, c.Secret(key.ID)) {
			t.Errorf("the query or the configuration it makes tells the secret of %s", key.Name)
		}
	}

	revoked, _ := c.issue(egssim.Key{Name: "leaked", Role: "Owner", Validity: "2027-01-01"})
	w.Write("action.tf", fmt.Sprintf("action \"egs_revoke_api_keys\" \"leaked\" {\n  config {\n    ids = [%q]\n  }\n}", revoked))
	before := len(c.Keys())
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color", "-invoke=action.egs_revoke_api_keys.leaked"), "leaked (Owner", 1)
	if c.Secret(revoked) != "" || len(c.Keys()) != before-1 {
		t.Errorf("%d keys are left of %d, want one revoked", len(c.Keys()), before)
	}
}

// TestCLIAPIKeyResource_interrupt presses Ctrl-C while ten creates are under way, which are
// answered when Terraform has stopped: all keys that were made are in the state.
func TestCLIAPIKeyResource_interrupt(t *testing.T) {
	t.Parallel()
	const before, atATime = 4, 10
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", `
resource "egs_api_key" "test" {
  count       = 30
  name        = "key-${count.index}"
  role        = "Owner"
  valid_until = "2027-03-31"
}`)
	ready, released := make(chan struct{}), make(chan struct{})
	c.OnCreate = func(n int) {
		if n <= before {
			return
		}
		if n == before+atATime {
			close(ready)
		}
		<-released
	}
	output, code := w.Interrupt(ready, func() { close(released) }, "apply", "-auto-approve", "-no-color", "-parallelism=10")
	if code != 1 {
		t.Errorf("exit code %d, want 1\n%s", code, output)
	}
	state := w.Read("terraform.tfstate")
	made := 0
	for _, key := range c.Keys() {
		if c.Foreign[key.ID] {
			continue
		}
		made++
		if !strings.Contains(state, key.ID) {
			t.Errorf("the key %s lives and is not in the state", key.Name)
		}
	}
	if made != before+atATime {
		t.Errorf("%d keys were made, want %d\n%s", made, before+atATime, output)
	}
	w.Run("destroy", "-auto-approve", "-no-color")
	if got := len(c.Keys()); got != 1 {
		t.Errorf("%d keys are left", got-1)
	}
}

// TestCLIAPIKeyResource_lostCreates loses the responses of three creates. Terraform merges warnings of equal summary, so
// each key has a summary of its own.
func TestCLIAPIKeyResource_lostCreates(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", `
resource "egs_api_key" "test" {
  for_each    = toset(["a", "b", "c"])
  name        = each.key
  role        = "Owner"
  valid_until = "2027-01-01"
}`)
	c.Fail(acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDropAfterCommit, Times: 3}, createKey)...)
	told := strings.Join(strings.Fields(strings.ReplaceAll(w.Run("apply", "-auto-approve", "-no-color"), "│", " ")), " ")
	for _, name := range []string{"a", "b", "c"} {
		id := c.managed(name).ID
		acctest.WantText(t, told, `Warning: The response to the create of EGS API key "`+name+`" was lost (id `+id+`)`, 1)
	}
	if creates := c.Creates.Load(); creates != 3 {
		t.Errorf("%d creates, want 3", creates)
	}
	w.Run("destroy", "-auto-approve", "-no-color")
	c.NothingLeft()
}

// TestCLITemporaryAPIKeyEphemeral_isDeleted fails a plan behind a temporary key, and interrupts an apply: Terraform does
// not close the key in either case, and its provider process deletes it.
func TestCLITemporaryAPIKeyEphemeral_isDeleted(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", temporary+`
data "egs_api_key" "test" {
  id         = "00000000000000000000000000000000"
  depends_on = [ephemeral.egs_temporary_api_key.test]
}`)
	want := func(command string, creates int) {
		t.Helper()
		if got := c.Requests(createKey); got != creates {
			t.Errorf("%s: %d keys were created, want %d", command, got, creates)
		}
		if err := c.Left(); err != nil {
			t.Errorf("%s: %s", command, err)
		}
		c.ResetJournal()
	}
	output, code := w.Try("plan", "-no-color")
	acctest.WantText(t, output, "Unable to find EGS API key", 1)
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	want("plan", 1)

	w.Write("main.tf", "terraform {\n  required_providers {\n    egs = {\n      source = \"elastic-gpu-service/egs\"\n    }\n  }\n}\n"+
		temporary+viewerKey("depends_on = [ephemeral.egs_temporary_api_key.test]"))
	ready, released := make(chan struct{}), make(chan struct{})
	first := int(c.Creates.Load())
	c.OnCreate = func(n int) {
		if n == first+3 { // After the temporary keys of the plan and of the apply.
			close(ready)
			<-released
		}
	}
	output, code = w.Interrupt(ready, func() { close(released) }, "apply", "-auto-approve", "-no-color")
	if code != 1 {
		t.Errorf("exit code %d, want 1\n%s", code, output)
	}
	c.Foreign[c.managed("ci").ID] = true
	want("apply", 3)
	w.Run("destroy", "-auto-approve", "-no-color")
}
