// SPDX-License-Identifier: MPL-2.0

// Package token is the access token of EGS.
package token
