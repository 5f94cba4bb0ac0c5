// SPDX-License-Identifier: MPL-2.0

// Package provider is the provider itself: its schema, its configuration, and the
// list of what each service offers.
package provider
