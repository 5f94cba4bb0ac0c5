// SPDX-License-Identifier: MPL-2.0

// Package face is what the Terraform types of all services share.
package face
