// SPDX-License-Identifier: MPL-2.0

// Package simulation is what the simulators of all services have in common: a server with faults, a journal,
// a rate limit, latency and a clock, a store of keys, and the control endpoints under /_sim/, which need no
// credentials: a simulator belongs on loopback only. It knows no service. Nothing outlives the process.
//
// A simulator is written from what is published about its service, never from this repository's client:
// its wire structs are its own, so that a wrong member name cannot pass on both sides. Where the sources
// are silent, its Options have a switch whose zero value is the likeliest behavior.
package simulation
