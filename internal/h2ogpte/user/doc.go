// SPDX-License-Identifier: MPL-2.0

// Package user implements the data source of the users of h2oGPTe.
package user
