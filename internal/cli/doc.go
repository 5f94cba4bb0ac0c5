// SPDX-License-Identifier: MPL-2.0

// Package cli builds the provider and runs Terraform or OpenTofu with it, installed from a file-system mirror as it would
// be from a registry. It has what the commands of this repository share, too.
package cli
