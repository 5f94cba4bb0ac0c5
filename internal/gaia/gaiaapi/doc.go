// SPDX-License-Identifier: MPL-2.0

// Package gaiaapi is the client of the API keys of Search GAIA.
//
// It is based on the API-key page of the service. A key has no id: the key itself is part of URL paths. So this package
// uses the SHA-256 hash of a key as its id, and hides keys in logs and errors. Keys have no names, so they are created one
// after the other.
package gaiaapi
