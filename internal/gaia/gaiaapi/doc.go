// SPDX-License-Identifier: MPL-2.0

// Package gaiaapi is the client of the API keys of Search GAIA.
//
// The source of its facts is the API-key page of the service. There, a key has no identifier other than itself, and is part
// of URL paths. So this package identifies keys by their SHA-256, and hides them in logs and errors. Keys have no names, so
// they are created one after the other.
package gaiaapi
