// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// TestCLIAPIKeyResource_lifeCycle creates a key and imports another one, for which the CLI
// writes the configuration; changes the first, imports it by a command, and destroys both.
func TestCLIAPIKeyResource_lifeCycle(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	end := s.Clock.Now().Add(30 * day)
	other := s.issue(h2ogptesim.Key{UserName: "alice", Name: "other", CollectionID: collection, ExpiresAt: &end})
	delete(s.foreign, other) // Terraform manages it, and destroys it.
	w := s.WorkingDir("1.11.0", fmt.Sprintf("import {\n  to = egs_h2ogpte_api_key.other\n  id = %q\n}\n", other)+aliceKey("expires_in_days = 30"))
	run := func(want counts, printed string, args ...string) {
		t.Helper()
		s.ResetJournal()
		acctest.WantText(t, w.Run(append(args, "-no-color")...), printed, 1)
		if err := s.wantRequests(want)(nil); err != nil {
			t.Errorf("%s: %s", args[0], err)
		}
	}
	noChanges := func() {
		t.Helper()
		run(counts{lists: 1}, "No changes.", "plan", "-detailed-exitcode")
	}
	run(counts{lists: 1, users: 1}, "Plan: 1 to import, 1 to add, 0 to change, 0 to destroy.", "plan", "-generate-config-out=other.tf", "-out=plan.bin")
	run(counts{lists: 1, users: 1, creates: 1}, "Resources: 1 imported, 1 added, 0 changed, 0 destroyed.", "apply", "plan.bin")
	noChanges()
	key := s.managed("ci")
	w.Write("main.tf", strings.Replace(w.Read("main.tf"), "= 30", "= 60", 1))
	run(counts{lists: 1, changes: 1}, "Resources: 0 added, 1 changed, 0 destroyed.", "apply", "-auto-approve")
	if got := s.managed("ci"); got.ID != key.ID || !got.ExpiresAt.Equal(s.Clock.Now().Add(60*day)) {
		t.Errorf("the key is %+v, want %s with another expiry", got, key.ID)
	}
	if !strings.Contains(w.Read("terraform.tfstate"), s.Secret(key.ID)) {
		t.Error("the state does not hold the secret")
	}

	w.Run("state", "rm", testKey)
	w.Run("import", testKey, key.ID)
	noChanges()
	run(counts{lists: 1, deletes: 2}, "Resources: 2 destroyed.", "destroy", "-auto-approve")
	if err := s.left(); err != nil {
		t.Error(err)
	}
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

// TestCLIAPIKeyResource_interrupt presses Ctrl-C while creates are under way: what was
// made is saved, with its secret, which nothing tells again.
func TestCLIAPIKeyResource_interrupt(t *testing.T) {
	t.Parallel()
	const underWay = 4
	s := simulate(t, h2ogptesim.Options{})
	w := s.WorkingDir("1.11.0", `
resource "egs_h2ogpte_api_key" "test" {
  count    = 10
  username = "alice"
  name     = "key-${count.index}"
}`)
	ready, released := make(chan struct{}), make(chan struct{})
	s.beforeCreate = func(n int32) {
		if n == underWay {
			close(ready)
		}
		<-released
	}
	output, code := w.Interrupt(ready, func() { close(released) }, "apply", "-auto-approve", "-no-color", fmt.Sprintf("-parallelism=%d", underWay))
	if code != 1 {
		t.Errorf("exit code %d, want 1\n%s", code, output)
	}
	state := w.Read("terraform.tfstate")
	made := 0
	for _, key := range s.Keys() {
		if s.foreign[key.ID] {
			continue
		}
		made++
		if !strings.Contains(state, key.ID) || !strings.Contains(state, s.Secret(key.ID)) {
			t.Errorf("the key %s lives and is not in the state", key.Name)
		}
	}
	if made != underWay {
		t.Errorf("%d keys were made, want the %d that were under way", made, underWay)
	}
	w.Run("destroy", "-auto-approve", "-no-color")
	if err := s.left(); err != nil {
		t.Error(err)
	}
}

// TestCLIAPIKeyResource_secretOnlyWhereItBelongs looks for secrets wherever the CLI shows
// or logs something, also where net/http would quote a response that it cannot read.
func TestCLIAPIKeyResource_secretOnlyWhereItBelongs(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	w := s.WorkingDir("1.11.0", aliceKey("expires_in_days = 30"))
	w.Env = append(w.Env, "TF_LOG=TRACE")
	output := w.Run("plan", "-no-color", "-out=plan.bin") + w.Run("apply", "-no-color", "plan.bin") + w.Run("show", "-no-color")
	managed := s.Secret(s.managed("ci").ID)
	if !strings.Contains(w.Read("terraform.tfstate"), managed) {
		t.Error("the secret of the key is not in the state")
	}
	if strings.Contains(w.Read("terraform.tfstate")+w.Read("plan.bin"), s.AdminKey()) {
		t.Error("the provider's own key is in the state or in the plan")
	}
	s.fault(
		simulation.Fault{Method: http.MethodPost, Path: keysPath, Kind: simulation.FaultOverrun},
		simulation.Fault{Method: http.MethodPost, Path: keysPath, Kind: simulation.FaultGarbled},
	)
	secrets := map[string]bool{s.AdminKey(): true, managed: true}
	printed, _ := w.Try("apply", "-auto-approve", "-no-color", "-replace="+testKey)
	for _, key := range s.Keys() {
		secrets[s.Secret(key.ID)] = true
		s.foreign[key.ID] = true // The response with the secret was lost: the user deletes the key.
	}
	output += printed + w.Run("destroy", "-auto-approve", "-no-color")
	wantNoSecret(t, output, secrets)
	if !strings.Contains(output, "Request answered") {
		t.Error("the requests were not logged: the check looked at nothing")
	}
	if err := s.left(); err != nil {
		t.Error(err)
	}
}
