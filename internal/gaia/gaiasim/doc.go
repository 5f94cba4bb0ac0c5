// SPDX-License-Identifier: MPL-2.0

// Package gaiasim simulates the API key calls of Search GAIA. Its source is the API-key page of the service.
package gaiasim
