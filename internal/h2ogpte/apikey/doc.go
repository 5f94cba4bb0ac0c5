// SPDX-License-Identifier: MPL-2.0

// Package apikey implements the API key of h2oGPTe: the resource, data source, list resource, ephemeral resource and action.
//
// If the expiry is changed outside Terraform by more than a minute, the refresh sets expires_in_days to the remaining days. The
// first refresh after an update ignores a difference of up to max_clock_skew, because the clocks of the provider and the service
// can differ.
package apikey
