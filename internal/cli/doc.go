// SPDX-License-Identifier: MPL-2.0

// Package cli builds the provider, installs it from a file-system mirror, and runs Terraform or OpenTofu with it. It also has
// code that the commands of this repository share.
package cli
