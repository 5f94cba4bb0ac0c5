// SPDX-License-Identifier: MPL-2.0

// Package gaiaapi is the client of the API keys of Search GAIA.
//
// The facts that it relies on are the API-key page of the service. A key is its own and only identifier there, and is part
// of URL paths. So this package identifies keys by their SHA-256, and keeps them out of logs and errors. Keys have no name,
// so equal keys are created one after the other.
package gaiaapi
