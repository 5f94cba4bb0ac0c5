// SPDX-License-Identifier: MPL-2.0

// Package acctest runs the acceptance tests of all services, on the protocol driver or on the real CLI.
package acctest
