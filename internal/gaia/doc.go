// SPDX-License-Identifier: MPL-2.0

// Package gaia is the Terraform face of Search GAIA: its API keys.
package gaia
