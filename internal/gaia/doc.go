// SPDX-License-Identifier: MPL-2.0

// Package gaia lists the Terraform types for Search GAIA.
package gaia
