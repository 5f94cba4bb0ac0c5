// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// TestCLITest_mockProvider tests a module with a mock of the provider, without credentials and without requests. (Terraform 1.16
// cannot mock ephemeral resources.)
func TestCLITest_mockProvider(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	delete(c.Environment, "EGS_API_KEY")
	w := c.WorkingDir("1.11.0", `
variable "role" {
  type    = string
  default = "Viewer"
}
resource "egs_workspace" "team" {
  name       = "team-a"
  clusters   = ["worker-1"]
  namespaces = ["a-training"]
  username   = "rosa"
  email      = "rosa@example.com"
}
resource "egs_api_key" "team" {
  name                 = "team-a-${lower(var.role)}"
  role                 = var.role
  workspace_name       = egs_workspace.team.name
  validity_period_days = 90
}
data "egs_api_keys" "team" {
  workspace_name = egs_workspace.team.name
}
data "egs_workspace" "shared" {
  name = "shared"
}
output "keys" {
  value = { (egs_api_key.team.name) = egs_api_key.team.id }
}
output "others" {
  value = setsubtract(data.egs_api_keys.team.api_keys[*].id, [egs_api_key.team.id])
}
output "max_clusters" {
  value = data.egs_workspace.shared.max_clusters
}`)
	w.Write("main.tftest.hcl", `
mock_provider "egs" {
  mock_resource "egs_api_key" {
    defaults = {
      id = "030b514f342dcf5ac94f3f39726c247e"
    }
  }
  mock_data "egs_workspace" {
    defaults = {
      max_clusters = 7
    }
  }
}
run "plan" {
  command = plan
  assert {
    condition     = egs_api_key.team.workspace_name == "team-a"
    error_message = "The key is of another workspace."
  }
}
run "apply" {
  assert {
    condition     = output.keys["team-a-viewer"] == "030b514f342dcf5ac94f3f39726c247e"
    error_message = "The module does not return the key's id."
  }
  assert {
    condition     = length(output.others) == 0 && output.max_clusters == 7
    error_message = "The module does not return the values of the data sources."
  }
  assert {
    condition     = egs_api_key.team.api_key != null && egs_workspace.team.id != null
    error_message = "Computed attributes are not mocked."
  }
}
run "changed" {
  variables {
    role = "Editor"
  }
  assert {
    condition     = keys(output.keys) == ["team-a-editor"]
    error_message = "The variable role is not used."
  }
}`)
	acctest.WantText(t, w.Run("test", "-no-color"), "Success! 3 passed, 0 failed.", 1)

	// Terraform validates the configuration even if the provider is mocked.
	output := w.Exits(1, "test", "-no-color", "-var=role=owner")
	acctest.WantText(t, output, `role value must be one of: ["Owner" "Editor" "Viewer"], got: "owner"`, 1)
	if got := len(c.Journal()); got != 0 {
		t.Errorf("%d requests were sent", got)
	}
}
