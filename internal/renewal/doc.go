// SPDX-License-Identifier: MPL-2.0

// Package renewal has the rules for the validity, renewal and rotation of keys of all services.
package renewal
