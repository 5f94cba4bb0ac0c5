// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
)

// everyKey is what each key of the simulator begins with, also one that was deleted since.
const everyKey = "k/+%2F?#&;"

// TestCLIAPIKeyResource_lifeCycle creates a key and imports another one, for which the CLI
// writes the configuration; changes the first, imports it by a command, and destroys both.
func TestCLIAPIKeyResource_lifeCycle(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{KeyForm: gaiasim.KeyToEscape})
	other, secret := s.issue(gaiasim.Key{Permissions: "read", Config: map[string]any{"a": map[string]any{"b": []any{1, nil, "${c}"}}}})
	w := s.WorkingDir("1.11.0", suite.ImportBlock("egs_gaia_api_key.other", other)+key("read", ""))
	run := func(lists, creates, updates, deletes int, printed string, args ...string) {
		t.Helper()
		s.ResetJournal()
		acctest.WantText(t, w.Run(append(args, "-no-color")...), printed, 1)
		s.WantCost(args[0], map[string]int{listKeys: lists, createKey: creates, updateKey: updates, deleteKey: deletes})
	}
	noChanges := func() {
		t.Helper()
		run(1, 0, 0, 0, "No changes.", "plan", "-detailed-exitcode")
	}
	run(1, 0, 0, 0, "Plan: 1 to import, 1 to add, 0 to change, 0 to destroy.", "plan", "-generate-config-out=other.tf", "-out=plan.bin")
	if strings.Contains(w.Read("other.tf"), secret) {
		t.Error("the configuration holds the key")
	}
	run(1, 1, 0, 0, "Resources: 1 imported, 1 added, 0 changed, 0 destroyed.", "apply", "plan.bin")
	noChanges()
	made := s.managed()
	w.Write("override.tf", "resource \"egs_gaia_api_key\" \"test\" {\n  permissions = \"write\"\n}\n")
	run(1, 0, 1, 0, "Resources: 0 added, 1 changed, 0 destroyed.", "apply", "-auto-approve")
	if got := s.managed(); got.ID != made.ID || string(got.Config["permissions"]) != `"write"` {
		t.Errorf("the key is %+v, want %s with other permissions", got, made.ID)
	}

	w.Run("state", "rm", string(testKey))
	w.Run("import", string(testKey), made.ID)
	noChanges()
	run(1, 0, 0, 2, "Resources: 2 destroyed.", "destroy", "-auto-approve")
	if got := len(s.Keys()); got != 1 {
		t.Errorf("%d keys are left, want the provider's own", got)
	}
}

// TestCLIAPIKeyListResource_generatedConfiguration has all keys under Terraform in three
// commands.
func TestCLIAPIKeyListResource_generatedConfiguration(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{Keys: 10})
	s.issue(gaiasim.Key{Permissions: "with \"quotes\" and ${dollars}", Config: map[string]any{"%{if}": "${x}"}})
	w := s.WorkingDir("1.14.0", "")
	w.Write("keys.tfquery.hcl", `
list "egs_gaia_api_key" "all" {
  provider         = egs
  include_resource = true
  limit            = 1000
}`)
	output := w.Run("query", "-no-color", "-generate-config-out=keys.tf")
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "Resources: 12 imported, 0 added, 0 changed, 0 destroyed.", 1)
	acctest.WantText(t, w.Run("plan", "-no-color", "-detailed-exitcode"), "No changes.", 1)
	output += w.Read("keys.tf") + w.Run("query", "-json")
	for _, key := range s.Keys() {
		if strings.Contains(output, s.Secret(key.ID)) {
			t.Errorf("the query or the configuration it makes tells the key %s", key.ID)
		}
	}
}
