// SPDX-License-Identifier: MPL-2.0

// Package apikey implements the API key of Search GAIA: the resource, data source, list resource and ephemeral resource.
// An update also sends the members of config that are not configured, so that they stay whether the service merges or
// replaces. Updates and deletes have the secret in their path, so a key that was last seen at another endpoint is read
// first.
package apikey
