// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

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
	c.fault(acctest.FaultsAt(simulation.Fault{Kind: simulation.FaultDropAfterCommit, Times: 3}, createKey)...)
	told := strings.Join(strings.Fields(strings.ReplaceAll(w.Run("apply", "-auto-approve", "-no-color"), "│", " ")), " ")
	for _, name := range []string{"a", "b", "c"} {
		id := c.managed(name).ID
		acctest.WantText(t, told, `Warning: The response to the create of EGS API key "`+name+`" was lost (id `+id+`)`, 1)
	}
	if creates := c.creates.Load(); creates != 3 {
		t.Errorf("%d creates, want 3", creates)
	}
	w.Run("destroy", "-auto-approve", "-no-color")
	if err := c.left(); err != nil {
		t.Error(err)
	}
}
