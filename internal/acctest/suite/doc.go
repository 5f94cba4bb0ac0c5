// SPDX-License-Identifier: MPL-2.0

// Package suite holds what the acceptance tests of the services share: their harness, and the tests that every service runs.
package suite
