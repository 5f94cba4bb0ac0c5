// SPDX-License-Identifier: MPL-2.0

// Package egs lists the Terraform types for EGS.
package egs
