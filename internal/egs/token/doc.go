// SPDX-License-Identifier: MPL-2.0

// Package token implements the ephemeral resource egs_access_token. The package does not implement Renew: EGS cannot extend an
// access token, and the Renew call of an ephemeral resource cannot return a new token. Instead, the result of Open contains the
// time at which the token expires.
package token
