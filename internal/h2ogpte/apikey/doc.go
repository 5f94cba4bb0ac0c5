// SPDX-License-Identifier: MPL-2.0

// Package apikey is the API key of h2oGPTe: the resource, data source, list resource, ephemeral resource and action.
package apikey
