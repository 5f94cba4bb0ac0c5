// SPDX-License-Identifier: MPL-2.0

// Package token implements the access token of EGS. The token is not renewed: Renew of an ephemeral resource cannot return a
// new value, and EGS cannot extend a token. So egs_access_token has no Renew, and returns when the token expires.
package token
