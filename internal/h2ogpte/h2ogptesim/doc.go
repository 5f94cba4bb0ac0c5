// SPDX-License-Identifier: MPL-2.0

// Package h2ogptesim is a stateful simulator of the admin API of Enterprise h2oGPTe, as
// far as it is about API keys and users, as an http.Handler.
//
// It is written from what is published about the service (the REST page APIKeysApi, the
// OpenAPI document and the generated clients of 1.6.x), never from this repository's
// client: the wire structs are its own, so that a wrong member name cannot pass on both
// sides. Where those sources are silent, Options holds a switch whose zero value is the
// likeliest behaviour.
//
// Beside the API it serves control endpoints under /_sim/: a journal of the requests it
// answered, the keys and users it holds, faults to inject and its clock. They need no
// credentials, so a simulator belongs on loopback only.
package h2ogptesim
