// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"sync"
)

// Interrupt runs the CLI, and interrupts it (Ctrl-C) when the channel ready is closed. It calls the function release when the CLI
// starts no more operations. If a test blocks requests until release is called, it knows which requests were sent. Interrupt
// expects exit code 1 and returns the output.
func (w *WorkingDir) Interrupt(ready <-chan struct{}, release func(), args ...string) (output string) {
	w.T.Helper()
	if runtime.GOOS == "windows" {
		w.T.Skip("os.Interrupt is not implemented on Windows")
	}
	return w.stop(w.Command(args...), func(cmd *exec.Cmd) error { return cmd.Process.Signal(os.Interrupt) }, ready, release)
}

// stop implements Interrupt for any signal.
func (w *WorkingDir) stop(cmd *exec.Cmd, signal func(*exec.Cmd) error, ready <-chan struct{}, release func()) (output string) {
	w.T.Helper()
	release = sync.OnceFunc(release)
	w.T.Cleanup(release) // When the simulator stops, it waits for blocked requests.
	// Terraform logs this text when it starts no more operations.
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
	await(ready, "the test was ready to interrupt it")
	if err := signal(cmd); err != nil {
		w.T.Fatal(err)
	}
	await(out.seen, "it handled the interrupt")
	release()
	if err := <-ended; cmd.ProcessState == nil {
		w.T.Fatal(err)
	}
	if code := cmd.ProcessState.ExitCode(); code != 1 {
		w.T.Errorf("%v: exit code %d, want 1\n%s", cmd.Args, code, out.String())
	}
	return out.String()
}

// watcher is a buffer. It closes the channel seen when the buffer contains the bytes of the field text. It is safe for concurrent
// use.
type watcher struct {
	text []byte
	seen chan struct{}

	mu    sync.Mutex
	found bool
	all   bytes.Buffer
}

func (w *watcher) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.all.Write(p)
	if !w.found && bytes.Contains(w.all.Bytes(), w.text) {
		w.found = true
		close(w.seen)
	}
	return n, err
}

func (w *watcher) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.String()
}
