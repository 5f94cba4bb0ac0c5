// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"os"

	"golang.org/x/sys/unix"
)

// awaitTerraformsEnd returns when Terraform no longer exists: it reads what its providers write to standard error, from a
// pipe that then has no reader. The parent process tells less, since it may be a wrapper. If standard error is
// anything else, as of a provider that a person started, it never returns.
func awaitTerraformsEnd() {
	for {
		fds := []unix.PollFd{{Fd: int32(os.Stderr.Fd())}} //nolint:gosec // G115: a file descriptor is small.
		if _, err := unix.Poll(fds, -1); err == nil && fds[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0 {
			return
		}
	}
}
