// SPDX-License-Identifier: MPL-2.0

//go:build unix

package egs_test

import (
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// whileCreating has ready closed, and the request wait, while the key of an apply is created after temporary ones.
func (c *controller) whileCreating() (ready chan struct{}, release func()) {
	ready, released := make(chan struct{}), make(chan struct{})
	c.OnCreate = func(n int) {
		if n == 3 { // The first is the temporary key of the plan, the second that of the apply.
			close(ready)
			<-released
		}
	}
	return ready, func() { close(released) }
}

// TestCLITemporaryAPIKeyEphemeral_terminated sends SIGTERM to Terraform and its providers, as a CI job that is cancelled
// does: the key that is being created is saved, and the temporary ones are deleted.
func TestCLITemporaryAPIKeyEphemeral_terminated(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", temporary+viewerKey("depends_on = [ephemeral.egs_temporary_api_key.test]"))
	ready, release := c.whileCreating()
	output, code := w.Terminate(ready, release, "apply", "-auto-approve", "-no-color")
	if code != 1 {
		t.Errorf("exit code %d, want 1\n%s", code, output)
	}
	if got := c.names(); got != "ci" {
		t.Errorf("the keys are %q, want ci", got)
	}
	w.Run("destroy", "-auto-approve", "-no-color")
	c.NothingLeft()
}

// TestCLITemporaryAPIKeyEphemeral_killed kills Terraform: nothing ends its provider, which deletes the temporary keys.
func TestCLITemporaryAPIKeyEphemeral_killed(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", temporary+viewerKey("depends_on = [ephemeral.egs_temporary_api_key.test]"))
	ready, release := c.whileCreating()
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
	for try := 0; c.names() != ""; try++ {
		if try == 600 {
			t.Fatalf("the keys %q are left", c.names())
		}
		time.Sleep(100 * time.Millisecond)
	}
}
