// SPDX-License-Identifier: MPL-2.0

// Package suite has the shared harness of the services' acceptance tests, and the tests that every service runs.
package suite
