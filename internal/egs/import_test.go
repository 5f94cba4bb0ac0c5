// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"os"
	"regexp"
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
