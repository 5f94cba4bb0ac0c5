// SPDX-License-Identifier: MPL-2.0

// Package apikey implements the API key of Search GAIA: the resource, data source, list resource and ephemeral resource.
//
// If config is not set, an update also sends the existing members of config. So the service keeps these members, whether it
// merges or replaces the config.
//
// The paths of updates and deletes contain the secret. So, if a key was last seen at another endpoint, the provider first reads
// the key at the current endpoint.
package apikey
