// SPDX-License-Identifier: MPL-2.0

// Package chaos holds what the fault matrices and chaos runs of all clients share: which
// cells of a matrix run, and the length and seed of a chaos run.
package chaos
