// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acctest

import (
	"os/exec"
	"syscall"
)

// Terminate is like Interrupt, but sends SIGTERM to the CLI and its providers, as a CI system does when it cancels a job.
func (w *WorkingDir) Terminate(ready <-chan struct{}, release func(), args ...string) (output string) {
	w.T.Helper()
	cmd := w.Command(args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return w.stop(cmd, func(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }, ready, release)
}
