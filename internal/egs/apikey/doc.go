// SPDX-License-Identifier: MPL-2.0

// Package apikey is the API key of EGS: the resource, data sources, list resource and action, and the ephemeral resources.
package apikey
