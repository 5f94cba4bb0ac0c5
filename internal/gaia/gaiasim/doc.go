// SPDX-License-Identifier: MPL-2.0

// Package gaiasim simulates the API key calls of Search GAIA. It follows the API-key page in the documentation of the service.
package gaiasim
