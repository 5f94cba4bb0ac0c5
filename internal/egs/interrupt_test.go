// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// TestCLIAPIKeyResource_interrupt presses Ctrl-C while ten creates are under way, which are
// answered when Terraform has stopped: all keys that were made are in the state.
func TestCLIAPIKeyResource_interrupt(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no process can be interrupted on Windows")
	}
	const before, atATime = 4, 10
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", `
resource "egs_api_key" "test" {
  count       = 30
  name        = "key-${count.index}"
  role        = "Owner"
  valid_until = "2027-03-31"
}`)
	w.Env = append(w.Env, "TF_LOG_CORE=INFO")
	cmd := w.Command("apply", "-auto-approve", "-no-color", "-parallelism=10")
	// Terraform logs this when no operation begins any more.
	output := &watched{text: "waiting for graceful stop to complete", seen: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = output, output
	started := make(chan struct{})
	c.onCreate = func(n int) {
		if n <= before {
			return
		}
		if n == before+atATime {
			<-started
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Error(err)
			}
		}
		<-output.seen
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	close(started)
	err, exit := cmd.Wait(), (&exec.ExitError{})
	output.end()
	if !errors.As(err, &exit) {
		t.Fatalf("the interrupt had no effect: %v\n%s", err, output)
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

// watched is what a command printed. seen is closed when the text was.
type watched struct {
	text string
	seen chan struct{}

	mu      sync.Mutex
	printed strings.Builder
	closed  bool
}

// Write implements io.Writer.
func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.printed.Write(p)
	if strings.Contains(w.printed.String(), w.text) {
		w.close()
	}
	return n, err
}

// end says that nothing more is printed.
func (w *watched) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.close()
}

func (w *watched) close() {
	if !w.closed {
		w.closed = true
		close(w.seen)
	}
}

// String is all that was printed.
func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.printed.String()
}
