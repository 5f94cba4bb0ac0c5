// SPDX-License-Identifier: MPL-2.0

// Package h2ogpteapi is the client of the admin API of Enterprise h2oGPTe, for API keys and the users they are for.
//
// The facts that it relies on, with their sources, are the REST page APIKeysApi, the vendor's OpenAPI document and its
// generated clients (1.6.x). Decisions:
//
//   - Pages overlap by an entry, which shows where something moved between them: then all pages are read again. A single
//     short page is believed if a key is found in it, and requested once more if an absence is to be proven.
//   - An expiry that was set is computed from the service's clock and the days: the response does not return it, and to
//     read it would cost a whole list for each key. The next refresh takes the service's exact time.
package h2ogpteapi
