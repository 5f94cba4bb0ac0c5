// SPDX-License-Identifier: MPL-2.0

// Package clienttest has helpers for the tests of the API clients, and the tests that all clients share.
package clienttest
