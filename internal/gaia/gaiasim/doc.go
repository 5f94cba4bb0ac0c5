// SPDX-License-Identifier: MPL-2.0

// Package gaiasim is a stateful simulator of the API keys of Search GAIA, as an
// http.Handler.
//
// It is written from the API-key page of the service, never from this repository's
// client: the wire structs are its own, so that a wrong member name cannot pass on both
// sides. Where that page is silent, Options holds a switch whose zero value is the
// likeliest behaviour.
//
// Beside the API it serves control endpoints below /_sim/: those of every simulator (see
// package simulation), and the keys it holds. They need no credentials, so a simulator
// belongs on loopback only. Nothing outlives the process.
package gaiasim
