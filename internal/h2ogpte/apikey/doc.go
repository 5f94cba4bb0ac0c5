// SPDX-License-Identifier: MPL-2.0

// Package apikey is the API key of h2oGPTe: the resource, data source, list resource, ephemeral resource and action.
// An expiry that was changed outside Terraform, by more than a minute, shows as the days that are left. After an update has set
// it, the first refresh takes over any difference that clocks may have, by max_clock_skew.
package apikey
