// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"sync"
)

// Interrupt runs the CLI and interrupts it (Ctrl-C) when ready yields a value. It calls release once the CLI
// no longer starts operations, so a test that holds requests until then knows which of them were sent. The CLI
// has to exit with 1. Interrupt returns what it printed.
func (w *WorkingDir) Interrupt(ready <-chan struct{}, release func(), args ...string) (output string) {
	w.T.Helper()
	if runtime.GOOS == "windows" {
		w.T.Skip("no process can be interrupted on Windows")
	}
	return w.stop(w.Command(args...), func(cmd *exec.Cmd) error { return cmd.Process.Signal(os.Interrupt) }, ready, release)
}

// stop is Interrupt with a signal.
func (w *WorkingDir) stop(cmd *exec.Cmd, signal func(*exec.Cmd) error, ready <-chan struct{}, release func()) (output string) {
	w.T.Helper()
	release = sync.OnceFunc(release)
	w.T.Cleanup(release) // for the simulator, which waits for its requests
	// Terraform logs this when no operation can start any more.
	out := &watcher{text: []byte("waiting for graceful stop to complete"), seen: make(chan struct{})}
	cmd.Env = append(cmd.Env, "TF_LOG_CORE=INFO")
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		w.T.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	await := func(event <-chan struct{}, what string) {
		w.T.Helper()
		select {
		case <-event:
		case err := <-ended:
			w.T.Fatalf("%v ended before %s: %v\n%s", cmd.Args, what, err, out.String())
		}
	}
	await(ready, "it could be interrupted")
	if err := signal(cmd); err != nil {
		w.T.Fatal(err)
	}
	await(out.seen, "it took note of the interrupt")
	release()
	if err := <-ended; cmd.ProcessState == nil {
		w.T.Fatal(err)
	}
	if code := cmd.ProcessState.ExitCode(); code != 1 {
		w.T.Errorf("%v: exit code %d, want 1\n%s", cmd.Args, code, out.String())
	}
	return out.String()
}

// watcher keeps what is written, and tells when a text is in it. It is safe for concurrent use.
type watcher struct {
	text []byte
	seen chan struct{}

	mu   sync.Mutex
	told bool
	all  bytes.Buffer
}

// Write implements io.Writer.
func (w *watcher) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.all.Write(p)
	if !w.told && bytes.Contains(w.all.Bytes(), w.text) {
		w.told = true
		close(w.seen)
	}
	return n, err
}

// String is what was written so far.
func (w *watcher) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.String()
}
