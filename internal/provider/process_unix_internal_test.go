// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"testing"
	"testing/synctest"
	"time"
)

// After Terraform is killed, nothing reads the standard error of the provider process. The provider process must end, even if
// requests are in progress.
func TestServe_endsWithTerraform(t *testing.T) {
	const serves = "PROVIDER_TEST_SERVES"
	if os.Getenv(serves) != "" {
		if err := Serve(New(Options{}), false); err != nil {
			t.Fatal(err)
		}
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServe_endsWithTerraform$")
	// The cookie marks a process that Terraform started as a plugin.
	cmd.Env = append(os.Environ(), serves+"=1", "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatalf("the process does not serve: %q, %v", line, err)
	}
	_ = stderr.Close()
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
}

// A delete in progress runs until its own timeout. The process must not wait for this timeout.
func TestEndWithin_timeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start, done := time.Now(), make(chan struct{})
		endWithin(10*time.Second, func(context.Context) error { <-done; return nil })
		if got := time.Since(start); got != 10*time.Second {
			t.Errorf("endWithin took %s, want 10s", got)
		}
		close(done)
		endWithin(10*time.Second, func(context.Context) error { return nil })
		if got := time.Since(start); got != 10*time.Second {
			t.Errorf("endWithin took %s, want 0s", got-10*time.Second)
		}
	})
}
