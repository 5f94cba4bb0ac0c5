// SPDX-License-Identifier: MPL-2.0

// Package apikey is the API key of Search GAIA: the resource, data source, list resource and ephemeral resource.
package apikey
