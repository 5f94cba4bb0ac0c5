// SPDX-License-Identifier: MPL-2.0

// Package renewal has the rules of validity, renewal and rotation of keys, for every service.
package renewal
