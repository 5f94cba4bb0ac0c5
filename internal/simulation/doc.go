// SPDX-License-Identifier: MPL-2.0

// Package simulation is what the simulators of all services have in common: faults, a
// journal, a rate limit, latency, a clock, and the control endpoints that steer them.
// What a service is, its simulator says as an API.
//
// It knows no service, and holds no credentials.
package simulation
