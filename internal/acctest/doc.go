// SPDX-License-Identifier: MPL-2.0

// Package acctest runs the acceptance tests of all services on the real CLI.
package acctest
