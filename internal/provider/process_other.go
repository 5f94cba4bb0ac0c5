// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package provider

// awaitTerraformsEnd never returns: nothing tells here that Terraform no longer exists.
func awaitTerraformsEnd() { select {} }
