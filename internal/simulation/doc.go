// SPDX-License-Identifier: MPL-2.0

// Package simulation has the code that all simulators share: a server with faults, a journal, a rate limit, latency and a
// clock, a store of keys, and the control endpoints under /_sim/. The control endpoints need no credentials, so a simulator
// must listen on the loopback interface only. The package is independent of the services. The package stores nothing on
// disk.
//
// A simulator is based on published information about its service, never on the client in this repository. A simulator has
// its own structs for JSON bodies, so that tests detect a wrong member name in the client. If the published information does
// not define a behavior, the Options of the simulator have a switch. The zero value of a switch selects the most likely
// behavior.
package simulation
