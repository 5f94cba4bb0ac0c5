// SPDX-License-Identifier: MPL-2.0

// Package egs has the lists of the Terraform types for EGS.
package egs
