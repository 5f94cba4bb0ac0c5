// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestAccAPIKeyResource_hundredHandMadeKeys is the guide "import": all of them are
// under Terraform in three commands.
func TestAccAPIKeyResource_hundredHandMadeKeys(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{Keys: 100})
	c.issue(egssim.Key{Name: "with \"quotes\" and ${dollars}", Role: "Owner", UserName: "grace", Description: "%{if}", Validity: "2027-01-01"})
	w := c.WorkingDir("1.14.0", "")
	w.Write("keys.tfquery.hcl", `
list "egs_api_key" "all" {
  provider         = egs
  include_resource = true
  limit            = 1000
}`)
	output := w.Run("query", "-no-color", "-generate-config-out=keys.tf")
	for _, key := range c.Keys() {
		if !strings.Contains(output, key.ID) && !strings.Contains(output, key.Name) {
			t.Errorf("the query does not show %s (%s)", key.Name, key.ID)
		}
	}
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "Resources: 102 imported, 0 added, 0 changed, 0 destroyed.", 1)
	acctest.WantText(t, w.Run("plan", "-no-color", "-detailed-exitcode"), "No changes.", 1)

	output += w.Read("keys.tf") + w.Run("query", "-json")
	for _, key := range c.Keys() {
		if strings.Contains(output, c.Secret(key.ID)) {
			t.Errorf("the query or the configuration it makes tells the secret of %s", key.Name)
		}
	}
}

// TestAccAPIKeyResource_importBlockGeneratesConfiguration imports one key by its id
// without writing its configuration.
func TestAccAPIKeyResource_importBlockGeneratesConfiguration(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	id, _ := c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "admin", Validity: "2027-03-31"})
	w := c.WorkingDir("1.11.0", fmt.Sprintf("import {\n  to = egs_api_key.test\n  id = %q\n}\n", id))
	w.Run("plan", "-no-color", "-generate-config-out=generated.tf")
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "1 imported, 0 added, 0 changed, 0 destroyed.", 1)
	acctest.WantText(t, w.Run("plan", "-no-color", "-detailed-exitcode"), "No changes.", 1)
}

// TestAccAPIKeyResource_stateOfTheFirstSchema reads a state that was written before
// there were renewal, rotation and store_api_key.
func TestAccAPIKeyResource_stateOfTheFirstSchema(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	id, secret := c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "admin", Validity: "2027-03-31"})
	w := c.WorkingDir("1.11.0", viewerKey(""))
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
					"user_name": "admin", "valid_until": "2027-03-31", "workspace_name": "red",
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

// TestAccAPIKeyResource_noSecretInWhatIsShown looks for the secret wherever the CLI
// shows a state or plan that does not store it.
func TestAccAPIKeyResource_noSecretInWhatIsShown(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", viewerKey("store_api_key = false")+`
ephemeral "egs_api_key" "test" {
  id = egs_api_key.test.id
}`)
	w.Env = append(w.Env, "TF_LOG=TRACE")
	output := w.Run("plan", "-no-color", "-out=plan.bin")
	output += w.Run("apply", "-no-color", "plan.bin")
	output += w.Run("show", "-json") + w.Run("show", "-json", "plan.bin") + w.Run("plan", "-no-color")
	output += w.Read("terraform.tfstate")
	secret := c.Secret(c.managed("ci").ID)
	if strings.Contains(output, secret) {
		t.Error("the secret of the key was shown")
	}
	if strings.Contains(output, c.OwnerKey()) {
		t.Error("the provider's own key was shown")
	}
	if !strings.Contains(output, "Request answered") {
		t.Error("the requests were not logged: the check looked at nothing")
	}
	w.Env = w.Env[:len(w.Env)-1]
	w.Run("destroy", "-auto-approve", "-no-color")
}
