// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import "golang.org/x/sys/unix"

// awaitTerraformsEnd returns when Terraform no longer exists: it reads what its providers write to standard error, from a
// pipe that then has no reader. The parent process tells less, since it may be a wrapper. If standard error is
// anything else, as of a provider that a person started, it never returns.
func awaitTerraformsEnd() {
	for {
		fds := []unix.PollFd{{Fd: int32(unix.Stderr)}} //nolint:gosec // G115: it is 2. os.Stderr becomes a pipe of the plugin server.
		if _, err := unix.Poll(fds, -1); err == nil && fds[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0 {
			return
		}
	}
}
