// SPDX-License-Identifier: MPL-2.0

// Package renewal is about how long keys are valid and when they are renewed or rotated, the same for every service.
package renewal
