// SPDX-License-Identifier: MPL-2.0

// Package gaiaapi is the client of the API keys of Search GAIA.
//
// The facts it rests on are the API-key page of the service. A key is its own and only
// identifier there, and stands in URL paths: this package names keys by a digest of
// their own, and keeps them out of logs and errors.
package gaiaapi
