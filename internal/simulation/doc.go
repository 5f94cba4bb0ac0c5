// SPDX-License-Identifier: MPL-2.0

// Package simulation has the shared code of the simulators: a server with faults, a journal, a rate limit, latency and a
// clock, a store of keys, and the control endpoints under /_sim/. The control endpoints need no credentials, so a simulator
// must listen on the loopback interface only. The package is independent of the services. It stores nothing on disk.
//
// A simulator is based on published information about its service, never on this repository's client: it has its own wire
// structs, so that tests detect a wrong member name in the client. If the sources do not define a behavior, its Options have a
// switch whose zero value is the most likely behavior.
package simulation
