// SPDX-License-Identifier: MPL-2.0

// Package acctest runs the real CLI with the provider, for the acceptance tests of all
// services.
package acctest
