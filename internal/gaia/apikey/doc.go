// SPDX-License-Identifier: MPL-2.0

// Package apikey is the API key of Search GAIA: the resource, data source, list resource and ephemeral resource.
// Members of config that the configuration does not name are sent along with an update, so that they stay whether
// the service merges or replaces. A change and a delete have the secret in their path, so an object that was last
// seen at another endpoint is looked for first.
package apikey
