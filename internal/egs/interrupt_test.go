// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// TestCLIAPIKeyResource_interrupt presses Ctrl-C while ten creates are under way, which are
// answered when Terraform has stopped: all keys that were made are in the state.
func TestCLIAPIKeyResource_interrupt(t *testing.T) {
	t.Parallel()
	const before, atATime = 4, 10
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", `
resource "egs_api_key" "test" {
  count       = 30
  name        = "key-${count.index}"
  role        = "Owner"
  valid_until = "2027-03-31"
}`)
	ready, released := make(chan struct{}), make(chan struct{})
	c.onCreate = func(n int) {
		if n <= before {
			return
		}
		if n == before+atATime {
			close(ready)
		}
		<-released
	}
	output, code := w.Interrupt(ready, func() { close(released) }, "apply", "-auto-approve", "-no-color", "-parallelism=10")
	if code != 1 {
		t.Errorf("exit code %d, want 1\n%s", code, output)
	}
	state := w.Read("terraform.tfstate")
	made := 0
	for _, key := range c.Keys() {
		if c.foreign[key.ID] {
			continue
		}
		made++
		if !strings.Contains(state, key.ID) {
			t.Errorf("the key %s lives and is not in the state", key.Name)
		}
	}
	if made != before+atATime {
		t.Errorf("%d keys were made, want %d\n%s", made, before+atATime, output)
	}
	w.Run("destroy", "-auto-approve", "-no-color")
	if got := len(c.Keys()); got != 1 {
		t.Errorf("%d keys are left", got-1)
	}
}
