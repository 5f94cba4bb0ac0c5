// SPDX-License-Identifier: MPL-2.0

// Package face contains the code that the Terraform types of all services share: access to the client, attributes, identity and
// import, list streaming, bulk actions, temporary keys, the origin of an object (where and when it was created), and the
// conversion of client errors to diagnostics.
package face
