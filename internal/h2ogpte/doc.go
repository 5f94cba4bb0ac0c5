// SPDX-License-Identifier: MPL-2.0

// Package h2ogpte is the Terraform face of Enterprise h2oGPTe: the API keys that its administrators make for users.
package h2ogpte
