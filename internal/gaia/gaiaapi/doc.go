// SPDX-License-Identifier: MPL-2.0

// Package gaiaapi is the client of the API keys of Search GAIA.
//
// The client follows the API-key page in the documentation of the service. In the service, a key has no id: URL paths contain
// the key itself. So this package uses the SHA-256 hash of a key as the id, and hides keys in logs and errors. Keys also have no
// names. So the client creates keys one after the other.
package gaiaapi
