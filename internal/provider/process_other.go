// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package provider

import "os"

// awaitTerraformsEnd returns when the parent process has ended. The parent is Terraform: Windows has no exec, so a wrapper cannot
// take Terraform's place. If the parent cannot be watched, awaitTerraformsEnd never returns.
func awaitTerraformsEnd() {
	if parent, err := os.FindProcess(os.Getppid()); err == nil {
		if _, err := parent.Wait(); err == nil {
			return
		}
	}
	select {}
}
