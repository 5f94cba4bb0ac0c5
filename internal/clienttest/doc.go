// SPDX-License-Identifier: MPL-2.0

// Package clienttest has the shared code of the clients' tests: their harness, and the tests that every client runs.
package clienttest
