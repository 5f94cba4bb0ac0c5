// SPDX-License-Identifier: MPL-2.0

// Package chaos is what the fault matrices and chaos runs of all clients share: which
// cells a test runs, and how long and from which seed a run goes.
package chaos
