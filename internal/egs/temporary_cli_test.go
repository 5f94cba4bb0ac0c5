// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

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
		if got := c.requests("POST", "/api/v1/api-key"); got != creates {
			t.Errorf("%s: %d keys were created, want %d", command, got, creates)
		}
		if err := c.left(); err != nil {
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
	first := int(c.creates.Load())
	c.onCreate = func(n int) {
		if n == first+3 { // After the temporary keys of the plan and of the apply.
			close(ready)
			<-released
		}
	}
	output, code = w.Interrupt(ready, func() { close(released) }, "apply", "-auto-approve", "-no-color")
	if code != 1 {
		t.Errorf("exit code %d, want 1\n%s", code, output)
	}
	c.foreign[c.managed("ci").ID] = true
	want("apply", 3)
	w.Run("destroy", "-auto-approve", "-no-color")
}
