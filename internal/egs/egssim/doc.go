// SPDX-License-Identifier: MPL-2.0

// Package egssim is a stateful simulator of the EGS Core API's
// authentication, API key and workspace calls, as an http.Handler.
//
// It is written from what is published and recorded about the service (the
// EGS 1.13.0 REST page "API Key", the EGS Python SDK 4.0.0 and answers the
// vendor recorded), never from this repository's client: the wire structs are
// its own, so that a wrong member name cannot pass on both sides. Where those
// sources are silent, Options holds a switch whose zero value is the likeliest
// behaviour.
//
// Beside the API it serves control endpoints under /_sim/: a journal of the
// requests it answered, the keys and workspaces it holds, faults to inject and its clock.
// They need no credentials, so a simulator belongs on loopback only.
//
// It is built for tests and demonstrations: tokens are shaped like JSON Web
// Tokens but signed by nobody, and nothing outlives the process.
package egssim
