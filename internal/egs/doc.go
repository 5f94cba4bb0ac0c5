// SPDX-License-Identifier: MPL-2.0

// Package egs is the Terraform face of EGS: its resources and data sources.
package egs
