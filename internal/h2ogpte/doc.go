// SPDX-License-Identifier: MPL-2.0

// Package h2ogpte lists the Terraform types for Enterprise h2oGPTe: API keys that administrators create for users.
package h2ogpte
