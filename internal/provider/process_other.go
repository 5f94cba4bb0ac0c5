// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package provider

import "os"

// awaitTerraformsEnd returns when the process that started this one no longer exists. That is Terraform: Windows has no exec,
// by which a wrapper could take its place. If it cannot be watched, awaitTerraformsEnd never returns.
func awaitTerraformsEnd() {
	if parent, err := os.FindProcess(os.Getppid()); err == nil {
		if _, err := parent.Wait(); err == nil {
			return
		}
	}
	select {}
}
