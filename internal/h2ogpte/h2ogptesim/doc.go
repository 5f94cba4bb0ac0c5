// SPDX-License-Identifier: MPL-2.0

// Package h2ogptesim simulates the calls of the admin API of Enterprise h2oGPTe for API keys and users. It is based on the
// REST page APIKeysApi, the OpenAPI document, and the generated clients of 1.6.x.
package h2ogptesim
