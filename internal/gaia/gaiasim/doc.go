// SPDX-License-Identifier: MPL-2.0

// Package gaiasim simulates the API key calls of Search GAIA. It is based on the API-key page of the service.
package gaiasim
