// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import "golang.org/x/sys/unix"

// awaitTerraformsEnd returns when Terraform has ended. Terraform reads the standard error of its providers from a pipe.
// When Terraform ends, the pipe has no reader. awaitTerraformsEnd does not wait for the end of the parent process, since
// the parent can be a wrapper. If standard error is not a pipe, for example because a user started the provider,
// awaitTerraformsEnd never returns.
func awaitTerraformsEnd() {
	for {
		fds := []unix.PollFd{{Fd: int32(unix.Stderr)}} //nolint:gosec // G115: the value is 2. The plugin server replaces os.Stderr.
		if _, err := unix.Poll(fds, -1); err == nil && fds[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0 {
			return
		}
	}
}
