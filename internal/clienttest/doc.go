// SPDX-License-Identifier: MPL-2.0

// Package clienttest holds what the tests of the clients share: their harness, and the tests that every client runs.
package clienttest
