// SPDX-License-Identifier: MPL-2.0

// Package h2ogpteapi is the client of the admin API of Enterprise h2oGPTe, for API keys and the users they are for.
//
// It is based on the REST page APIKeysApi, the vendor's OpenAPI document, and the clients generated from it
// (1.6.x). Decisions:
//
//   - Pages overlap by one entry. If the overlap does not match, the list changed, and all pages are read again. A single
//     short page is sufficient to find a key. To prove an absence, one more page is requested.
//   - A new expiry is computed from the service's clock and the days: the response does not return it, and reading it
//     would take a whole list for each key. The next refresh reads the exact expiry from the list.
package h2ogpteapi
