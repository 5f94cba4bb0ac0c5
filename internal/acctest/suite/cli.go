// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
)

// RunCLI creates a key and imports another one with generated configuration. Then it changes the first key, imports it with
// the import command, and destroys both. The secrets must be in the state, but not in the output or generated configuration.
func (s *Suite) RunCLI(t *testing.T, created, changed string) {
	t.Helper()
	subject, r := s.Start(t, Options{Escaped: true}), string(s.address())
	other := subject.Issue()
	w := subject.WorkingDir("1.11.0", ImportBlock(s.Type+".other", other)+created)
	printed, secrets := "", map[string]string{}
	run := func(cost map[string]int, want string, args ...string) {
		t.Helper()
		subject.site.Simulator.ResetJournal()
		output := w.Run(append(args, "-no-color")...)
		acctest.WantText(t, output, want, 1)
		subject.WantCost(args[0], cost)
		printed += output
		maps.Copy(secrets, subject.Secrets())
	}
	noChanges := func() {
		t.Helper()
		run(map[string]int{s.LogIn: 1, s.List: 1}, "No changes.", "plan", "-detailed-exitcode")
	}
	run(map[string]int{s.LogIn: 1, s.List: 1, s.Creation: 1}, "Plan: 1 to import, 1 to add, 0 to change, 0 to destroy.",
		"plan", "-generate-config-out=other.tf", "-out=plan.bin")
	run(map[string]int{s.LogIn: 1, s.List: 1, s.Creation: 1, s.Create: 1}, "Resources: 1 imported, 1 added, 0 changed, 0 destroyed.", "apply", "plan.bin")
	noChanges()

	first := subject.OnlyCreated()
	w.Write("main.tf", strings.Replace(w.Read("main.tf"), created, changed, 1))
	if s.Update == "" {
		run(map[string]int{s.LogIn: 2, s.List: 2, s.Create: 1, s.Delete: 1}, "Resources: 1 added, 0 changed, 1 destroyed.", "apply", "-auto-approve")
	} else {
		run(map[string]int{s.LogIn: 2, s.List: 1, s.Update: 1}, "Resources: 0 added, 1 changed, 0 destroyed.", "apply", "-auto-approve")
	}
	id := subject.OnlyCreated()
	if replaced := id != first; replaced != (s.Update == "") {
		t.Errorf("the key was replaced: %t", replaced)
	}
	wantSaved := func(id string) {
		t.Helper()
		if !strings.Contains(w.Read("terraform.tfstate"), Quoted(subject.Secret(id))) {
			t.Errorf("the state does not have the secret of %s", id)
		}
	}
	wantSaved(id)

	w.Run("state", "rm", r)
	w.Run("import", r, id)
	noChanges()
	if !slices.Contains(s.Unread, s.Secret) {
		wantSaved(id)
		wantSaved(other)
	}
	wantNoneOf(t, printed+w.Read("other.tf"), secrets)
	delete(subject.Unmanaged, other)
	run(map[string]int{s.LogIn: 2, s.List: 1, s.Delete: 2}, "Resources: 2 destroyed.", "destroy", "-auto-approve")
	subject.WantDestroyed()
}

// ImportAll follows the guide "import": it lists all resources of the types except for the provider's own key, generates
// their configuration, and imports them. The next plan must be empty, and no secret may be printed.
func (s *Subject) ImportAll(types ...string) *acctest.WorkingDir {
	s.T.Helper()
	w := s.WorkingDir("1.14.0", "")
	for _, typeName := range types {
		filter := ""
		if strings.HasSuffix(typeName, "_api_key") {
			filter = "  config {\n    used_by_provider = false\n  }\n"
		}
		w.Write(typeName+".tfquery.hcl", fmt.Sprintf(
			"list %q \"all\" {\n  provider         = egs\n  include_resource = true\n  limit            = 1000\n%s}", typeName, filter))
	}
	output := w.Run("query", "-no-color", "-generate-config-out=generated.tf")
	ids := s.site.IDs()
	for _, id := range ids {
		if own := s.own(id); strings.Contains(output, id) == own {
			s.T.Errorf("the query shows %s: %t, want %t", id, own, !own)
		}
	}
	wantNoneOf(s.T, output+w.Read("generated.tf")+w.Run("query", "-json"), s.Secrets())
	imported := fmt.Sprintf("Resources: %d imported, 0 added, 0 changed, 0 destroyed.", len(ids)-1)
	acctest.WantText(s.T, w.Run("apply", "-auto-approve", "-no-color"), imported, 1)
	acctest.WantText(s.T, w.Run("plan", "-no-color", "-detailed-exitcode"), "No changes.", 1)
	return w
}

func wantNoneOf(t *testing.T, text string, secrets map[string]string) {
	t.Helper()
	for what, secret := range secrets {
		if strings.Contains(text, secret) || strings.Contains(text, Quoted(secret)) {
			t.Errorf("the secret of %s was printed", what)
		}
	}
}
