// SPDX-License-Identifier: MPL-2.0

// Package apikey implements the API key of Search GAIA: the resource, data source, list resource and ephemeral resource.
// An update also sends the existing members of config if config is not set, so that they are kept whether the service
// merges or replaces the config. Updates and deletes have the secret in their path, so a key that was last seen at
// another endpoint is read first.
package apikey
