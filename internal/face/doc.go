// SPDX-License-Identifier: MPL-2.0

// Package face is what the Terraform types of all services share: access to the client of their service, attributes,
// identity and import, list streaming, bulk actions, temporary keys, where and when an object was created, and the
// diagnostics that an error of a client becomes.
package face
