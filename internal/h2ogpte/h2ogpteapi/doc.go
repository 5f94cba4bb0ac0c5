// SPDX-License-Identifier: MPL-2.0

// Package h2ogpteapi is the client of the admin API of Enterprise h2oGPTe, for API keys and their users.
//
// The client is based on the REST page APIKeysApi, the vendor's OpenAPI document, and the clients generated from this
// document (1.6.x). Decisions:
//
//   - Consecutive pages overlap by one entry. If the overlap does not match, the list has changed, and the client reads all
//     pages again. A single short page is sufficient to find a key. To prove that a key does not exist, the client requests
//     one more page.
//   - The client computes a new expiry from the service's clock and the number of days. The response to the change does not
//     contain the expiry, and reading it would take a whole list for each key. The next refresh reads the exact expiry from
//     the list.
package h2ogpteapi
