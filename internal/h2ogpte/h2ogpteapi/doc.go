// SPDX-License-Identifier: MPL-2.0

// Package h2ogpteapi is the client of the admin API of Enterprise h2oGPTe, as far as it
// is about API keys and the users they are for.
//
// The facts it rests on, with their sources, are the REST page APIKeysApi, the vendor's
// OpenAPI document and its generated clients (1.6.x).
package h2ogpteapi
