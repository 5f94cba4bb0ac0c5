// SPDX-License-Identifier: MPL-2.0

// Package egs lists the resources, data sources and other Terraform types for EGS.
package egs
