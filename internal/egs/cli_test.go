// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestCLIAPIKeyResource_lifeCycle(t *testing.T) {
	t.Parallel()
	created := lasting(viewerKey(""))
	apiKeys.RunCLI(t, created, strings.Replace(created, "2999-03-31", "2999-04-30", 1))
}

// TestCLIWorkspaceResource_lifeCycle creates a workspace with a key, replaces both, imports the workspace, and destroys both.
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
	acctest.WantText(t, w.Run("plan", "-detailed-exitcode", "-no-color"), "No changes.", 1)

	// Terraform must delete the key before its workspace, also in a replacement.
	w.Write("main.tf", strings.Replace(w.Read("main.tf"), `["worker-1", "worker-2"]`, `["worker-2"]`, 1))
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "2 added, 0 changed, 2 destroyed", 1)

	w.Run("state", "rm", string(testWorkspace))
	w.Run("import", "-no-color", string(testWorkspace), "team-a")
	acctest.WantText(t, w.Run("plan", "-detailed-exitcode", "-no-color"), "No changes.", 1)
	acctest.WantText(t, w.Run("destroy", "-auto-approve", "-no-color"), "2 destroyed", 1)
	c.wantWorkspaces()
	if got := len(c.Keys()); got != 1 {
		t.Errorf("%d keys are left, want the provider's own", got)
	}
}

// TestCLIGPRTemplates_lifeCycle creates workspaces, templates and bindings on two clusters in one apply. Then it changes a
// priority in place, corrects drift, imports all objects into an empty state, and destroys all objects.
func TestCLIGPRTemplates_lifeCycle(t *testing.T) {
	t.Parallel()
	const teams = 4
	c := simulateEmpty(t, egssim.Options{TemplateInUseStatus: 500, NormalizeDurations: true})
	const config = `
locals {
  teams     = toset([for i in range(TEAMS) : "team-${i}"])
  templates = { for pair in setproduct(local.teams, ["worker-1", "worker-2"]) : "${pair[0]}-${pair[1]}" => pair }
}
resource "egs_workspace" "team" {
  for_each   = local.teams
  name       = each.key
  clusters   = ["worker-1", "worker-2"]
  namespaces = [each.key]
  username   = "rosa"
  email      = "rosa@example.com"
}
resource "egs_gpr_template" "team" {
  for_each       = local.templates
  name           = each.key
  cluster_name   = each.value[1]
  gpu_shape      = "A100"
  instance_type  = "a2-highgpu-2g"
  memory_per_gpu = 40
  gpus_per_node  = 2
  gpu_nodes      = 1
  exit_duration  = "1h"
  priority       = 100
}
resource "egs_gpr_template_binding" "team" {
  for_each        = local.teams
  workspace_name  = egs_workspace.team[each.key].id
  enable_auto_gpr = true
  clusters = [for cluster in ["worker-1", "worker-2"] : {
    cluster_name          = cluster
    default_template_name = egs_gpr_template.team["${each.key}-${cluster}"].name
    template_names        = [egs_gpr_template.team["${each.key}-${cluster}"].name]
  }]
}
`
	w := c.WorkingDir("1.11.0", strings.Replace(config, "TEAMS", strconv.Itoa(teams), 1))
	output := w.Run("apply", "-auto-approve", "-no-color")
	acctest.WantText(t, output, fmt.Sprintf("%d added, 0 changed, 0 destroyed", 4*teams), 1)
	acctest.WantText(t, output, "Warning:", 0)
	acctest.WantText(t, w.Run("plan", "-detailed-exitcode", "-no-color"), "No changes.", 1)
	w.Write("main.tf", strings.Replace(w.Read("main.tf"), "= 100", "= 120", 1))
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), fmt.Sprintf("0 added, %d changed, 0 destroyed", 2*teams), 1)

	drifted := c.GPRTemplates()[0]
	drifted.Priority = 7
	if err := c.ChangeGPRTemplate(drifted.Name, drifted); err != nil {
		t.Fatal(err)
	}
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "0 added, 1 changed, 0 destroyed", 1)

	w.Run("state", "rm", "egs_workspace.team", "egs_gpr_template.team", "egs_gpr_template_binding.team")
	w.Write("imports.tf", `
import {
  for_each = local.teams
  to       = egs_workspace.team[each.key]
  id       = each.key
}
import {
  for_each = local.templates
  to       = egs_gpr_template.team[each.key]
  id       = each.key
}
import {
  for_each = local.teams
  to       = egs_gpr_template_binding.team[each.key]
  id       = each.key
}`)
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), fmt.Sprintf("%d imported, 0 added, 0 changed, 0 destroyed", 4*teams), 1)
	acctest.WantText(t, w.Run("plan", "-detailed-exitcode", "-no-color"), "No changes.", 1)
	if got := len(c.GPRTemplates()) + len(c.GPRBindings()) + len(c.Workspaces()); got != 4*teams {
		t.Errorf("%d objects exist, want %d", got, 4*teams)
	}
	w.Write("imports.tf", "")
	w.Run("destroy", "-auto-approve", "-no-color")
	if got := len(c.GPRTemplates()) + len(c.GPRBindings()) + len(c.Workspaces()); got != 0 {
		t.Errorf("%d objects are left", got)
	}
}

// TestCLIAPIKeyResource_savedPlan saves a plan that replaces a key. It applies the plan when valid_until of the new key is in
// the past. The apply must not delete the existing key.
func TestCLIAPIKeyResource_savedPlan(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.Environment["EGS_MAX_CLOCK_SKEW"] = "0"
	w := c.WorkingDir("1.11.0", lasting(viewerKey("")))
	w.Run("apply", "-auto-approve", "-no-color")
	w.Write("main.tf", strings.Replace(w.Read("main.tf"), "2999-03-31", "2200-04-30", 1))
	w.Run("plan", "-no-color", "-out=plan.bin")
	before := c.managed("ci").ID
	c.SetClock(time.Date(2200, time.May, 1, 12, 0, 0, 0, time.UTC))
	acctest.WantText(t, w.Exits(1, "apply", "-no-color", "plan.bin"), "was not deleted", 1)
	if c.managed("ci").ID != before {
		t.Error("the key was replaced")
	}
	w.Run("destroy", "-auto-approve", "-no-color", "-refresh=false")
}

// TestCLIAPIKeyResource_stateOfTheFirstSchema reads a state that was written with the first schema. The state has neither
// store_api_key nor the attributes for renewal and rotation.
func TestCLIAPIKeyResource_stateOfTheFirstSchema(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	id, secret := c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "admin", Validity: "2999-03-31"})
	w := c.WorkingDir("1.11.0", lasting(viewerKey("")))
	w.Write("terraform.tfstate", suite.JSON(map[string]any{
		"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "b6a1d2a4-0b1b-4a3f-8d0e-2f6b1f7f7d11", "outputs": map[string]any{},
		"resources": []any{map[string]any{
			"mode": "managed", "type": "egs_api_key", "name": "test",
			"provider": `provider["registry.terraform.io/elastic-gpu-service/egs"]`,
			"instances": []any{map[string]any{
				"schema_version": 0,
				"attributes": map[string]any{
					"api_key": secret, "description": nil, "id": id, "name": "ci", "role": "Viewer",
					"service_account_name": "kubeslice-rbac-ro-slice-red", "token_ttl_seconds": 900,
					"username": "admin", "valid_until": "2999-03-31", "workspace_name": "red",
				},
				"sensitive_attributes": []any{[]any{map[string]any{"type": "get_attr", "value": "api_key"}}},
			}},
		}},
	}))
	acctest.WantText(t, w.Run("plan", "-no-color", "-detailed-exitcode"), "No changes.", 1)
	acctest.WantText(t, w.Run("plan", "-no-color", "-detailed-exitcode", "-refresh=false"), "No changes.", 1)
	w.Run("apply", "-auto-approve", "-no-color")
	w.Run("destroy", "-auto-approve", "-no-color")
	if c.Secret(id) != "" {
		t.Error("destroy left the key")
	}
}

// lasting replaces the dates of keys with dates in the far future, because a provider that the Terraform CLI starts uses the
// real clock.
func lasting(config string) string { return strings.ReplaceAll(config, "2027-03-31", "2999-03-31") }

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestCLIQuery_importAll imports all objects with the three commands of the guide "import". Then an action revokes a key.
func TestCLIQuery_importAll(t *testing.T) {
	t.Parallel()
	subject := apiKeys.Start(t, suite.Options{Existing: 10})
	c := of(subject)
	c.issue(egssim.Key{Name: "with \"quotes\" and ${dollars}", Role: "Owner", UserName: "grace", Description: "%{if}", Validity: "2999-01-01"})
	w := subject.ImportAll("egs_api_key", "egs_workspace")

	revoked, _ := c.issue(egssim.Key{Name: "leaked", Role: "Owner", Validity: "2999-01-01"})
	w.Write("action.tf", fmt.Sprintf("action \"egs_revoke_api_keys\" \"leaked\" {\n  config {\n    ids = [%q]\n  }\n}", revoked))
	before := len(c.Keys())
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color", "-invoke=action.egs_revoke_api_keys.leaked"), "leaked (Owner", 1)
	if c.Secret(revoked) != "" || len(c.Keys()) != before-1 {
		t.Errorf("%d keys are left of %d, want one revoked", len(c.Keys()), before)
	}
}

// TestCLIAPIKeyResource_interrupt interrupts Terraform during ten concurrent creates. EGS responds after the interrupt. The
// state must contain all keys that EGS has created.
func TestCLIAPIKeyResource_interrupt(t *testing.T) {
	t.Parallel()
	const before, atATime = 4, 10
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", `
resource "egs_api_key" "test" {
  count       = 30
  name        = "key-${count.index}"
  role        = "Owner"
  valid_until = "2999-03-31"
}`)
	ready, release := c.Hold(before+1, before+atATime)
	output := w.Interrupt(ready, release, "apply", "-auto-approve", "-no-color", "-parallelism=10")
	state, created := w.Read("terraform.tfstate"), c.Created()
	for _, id := range created {
		if !strings.Contains(state, id) {
			t.Errorf("the key %s exists and is not in the state", id)
		}
	}
	if len(created) != before+atATime {
		t.Errorf("%d keys were created, want %d\n%s", len(created), before+atATime, output)
	}
	w.Run("destroy", "-auto-approve", "-no-color")
	c.WantDestroyed()
}

// TestCLIAPIKeyResource_lostCreates drops the responses to three creates. Terraform merges warnings with the same summary, so
// the warning about each key needs its own summary.
func TestCLIAPIKeyResource_lostCreates(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", `
resource "egs_api_key" "test" {
  for_each    = toset(["a", "b", "c"])
  name        = each.key
  role        = "Owner"
  valid_until = "2999-01-01"
}`)
	c.FailAt(simulation.Fault{Kind: simulation.FaultDropAfterCommit, Times: 3}, createKey)
	output := w.Run("apply", "-auto-approve", "-no-color")
	for _, name := range []string{"a", "b", "c"} {
		id := c.managed(name).ID
		acctest.WantText(t, output, `Warning: The response to the create request for EGS API key "`+name+`" was lost or reported a failure (id `+id+`)`, 1)
	}
	if creates := c.CreateCount.Load(); creates != 3 {
		t.Errorf("%d creates, want 3", creates)
	}
	w.Run("destroy", "-auto-approve", "-no-color")
	c.WantDestroyed()
}

// TestCLITemporaryAPIKeyEphemeral_isDeleted runs a plan that fails after a temporary key was created. Terraform then does not
// close the ephemeral resource, so the provider process must delete the key when it ends.
func TestCLITemporaryAPIKeyEphemeral_isDeleted(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", temporary+temporaryKey.Failing("depends_on = [ephemeral.egs_temporary_api_key.test]"))
	acctest.WantText(t, w.Exits(1, "plan", "-no-color"), "Unable to find EGS API key", 1)
	if creates := c.CreateCount.Load(); creates != 1 {
		t.Errorf("%d keys were created, want 1", creates)
	}
	c.WantDestroyed()
}

// TestCLIAPIKeyResource_rotation rotates a key in place. The rotation changes the identity of the resource.
func TestCLIAPIKeyResource_rotation(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", lasting(viewerKey("rotate_when_changed = { v = \"0\" }\n  overlap_days = 7")))
	edit := func(before, after string) { w.Write("main.tf", strings.Replace(w.Read("main.tf"), before, after, 1)) }
	w.Run("apply", "-auto-approve", "-no-color")
	for trigger := range 3 {
		edit(fmt.Sprintf(`"%d"`, trigger), fmt.Sprintf(`"%d"`, trigger+1))
		acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "Resources: 0 added, 1 changed, 0 destroyed.", 1)
		acctest.WantText(t, w.Run("plan", "-no-color", "-detailed-exitcode"), "No changes.", 1)
		if keys := c.Created(); len(keys) != 2 {
			t.Errorf("got the keys %v, want 2", keys)
		}
	}
	edit("overlap_days = 7", "")
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "Resources: 0 added, 1 changed, 0 destroyed.", 1)
	c.OnlyCreated()
	w.Run("destroy", "-auto-approve", "-no-color")
	c.WantDestroyed()
}
