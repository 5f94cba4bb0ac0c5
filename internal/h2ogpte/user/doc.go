// SPDX-License-Identifier: MPL-2.0

// Package user is the user of h2oGPTe.
package user
