// SPDX-License-Identifier: MPL-2.0

//go:build unix

package egs_test

import (
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// keyAfterTemporary is the configuration of a temporary key, and of a managed key that depends on the temporary key. The managed
// key is the third key that "terraform apply" creates, because the plan and the apply each create a temporary key first.
var keyAfterTemporary = temporary + viewerKey("depends_on = [ephemeral.egs_temporary_api_key.test]")

// TestCLITemporaryAPIKeyEphemeral_stopped stops Terraform while the create of the managed key is in progress. It interrupts
// Terraform, or sends SIGTERM to Terraform and its providers, as a cancelled CI job does. The managed key is saved in the state,
// and the temporary keys are deleted.
func TestCLITemporaryAPIKeyEphemeral_stopped(t *testing.T) {
	t.Parallel()
	for name, stop := range map[string]func(w *acctest.WorkingDir, ready <-chan struct{}, release func(), args ...string) string{
		"interrupted": (*acctest.WorkingDir).Interrupt, "terminated": (*acctest.WorkingDir).Terminate,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			w := c.WorkingDir("1.11.0", keyAfterTemporary)
			ready, release := c.Hold(3, 3)
			stop(w, ready, release, "apply", "-auto-approve", "-no-color")
			if got := c.names(); got != "ci" {
				t.Errorf("the keys are %q, want ci", got)
			}
			w.Run("destroy", "-auto-approve", "-no-color")
			c.WantDestroyed()
		})
	}
}

// TestCLITemporaryAPIKeyEphemeral_killed kills Terraform while the create of the managed key is in progress. The provider
// process keeps running, and deletes all keys that it created.
func TestCLITemporaryAPIKeyEphemeral_killed(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", keyAfterTemporary)
	ready, release := c.Hold(3, 3)
	t.Cleanup(release)
	cmd := w.Command("apply", "-auto-approve", "-no-color")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-ready
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	for attempt := 0; c.names() != ""; attempt++ {
		if attempt == 600 {
			t.Fatalf("the keys %q are left", c.names())
		}
		time.Sleep(100 * time.Millisecond)
	}
}
