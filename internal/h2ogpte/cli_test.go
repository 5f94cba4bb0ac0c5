// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

// TestCLIAPIKeyResource_lifeCycle creates a key and imports another one, for which the CLI
// writes the configuration; changes the first, imports it by a command, and destroys both.
func TestCLIAPIKeyResource_lifeCycle(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	end := s.Clock.Now().Add(30 * day)
	other := s.issue(h2ogptesim.Key{UserName: "alice", Name: "other", CollectionID: collection, ExpiresAt: &end})
	delete(s.Foreign, other) // Terraform manages it, and destroys it.
	w := s.WorkingDir("1.11.0", suite.ImportBlock("egs_h2ogpte_api_key.other", other)+aliceKey("expires_in_days = 30"))
	run := func(want map[string]int, printed string, args ...string) {
		t.Helper()
		s.ResetJournal()
		acctest.WantText(t, w.Run(append(args, "-no-color")...), printed, 1)
		s.WantCost(args[0], want)
	}
	noChanges := func() {
		t.Helper()
		run(map[string]int{listKeys: 1}, "No changes.", "plan", "-detailed-exitcode")
	}
	run(map[string]int{listKeys: 1, listUsers: 1}, "Plan: 1 to import, 1 to add, 0 to change, 0 to destroy.", "plan", "-generate-config-out=other.tf", "-out=plan.bin")
	run(map[string]int{listKeys: 1, listUsers: 1, createKey: 1}, "Resources: 1 imported, 1 added, 0 changed, 0 destroyed.", "apply", "plan.bin")
	noChanges()
	key := s.managed("ci")
	w.Write("main.tf", strings.Replace(w.Read("main.tf"), "= 30", "= 60", 1))
	run(map[string]int{listKeys: 1, setExpiry: 1}, "Resources: 0 added, 1 changed, 0 destroyed.", "apply", "-auto-approve")
	if got := s.managed("ci"); got.ID != key.ID || !got.ExpiresAt.Equal(s.Clock.Now().Add(60*day)) {
		t.Errorf("the key is %+v, want %s with another expiry", got, key.ID)
	}
	if !strings.Contains(w.Read("terraform.tfstate"), s.Secret(key.ID)) {
		t.Error("the state does not hold the secret")
	}

	w.Run("state", "rm", string(testKey))
	w.Run("import", string(testKey), key.ID)
	noChanges()
	run(map[string]int{listKeys: 1, deleteKey: 2}, "Resources: 2 destroyed.", "destroy", "-auto-approve")
	s.NothingLeft()
}

// TestCLIAPIKeyListResource_generatedConfiguration is the guide "import": all keys are
// under Terraform in three commands.
func TestCLIAPIKeyListResource_generatedConfiguration(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{Keys: 20})
	w := s.WorkingDir("1.14.0", "")
	w.Write("keys.tfquery.hcl", `
list "egs_h2ogpte_api_key" "all" {
  provider         = egs
  include_resource = true
  limit            = 1000
}`)
	output := w.Run("query", "-no-color", "-generate-config-out=keys.tf")
	for _, key := range s.Keys() {
		if !strings.Contains(output, key.ID) && !strings.Contains(output, key.Name) {
			t.Errorf("the query does not show %s (%s)", key.Name, key.ID)
		}
	}
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "Resources: 21 imported, 0 added, 0 changed, 0 destroyed.", 1)
	acctest.WantText(t, w.Run("plan", "-no-color", "-detailed-exitcode"), "No changes.", 1)

	output += w.Read("keys.tf") + w.Run("query", "-json")
	for _, key := range s.Keys() {
		if strings.Contains(output, s.Secret(key.ID)) {
			t.Errorf("the query or the configuration it makes tells the secret of %s", key.Name)
		}
	}
}
