// SPDX-License-Identifier: MPL-2.0

// Package token is the access token of EGS. It is not renewed: Terraform's Renew can keep alive what was handed out,
// but cannot hand out a new value, and EGS extends no token. So egs_access_token has no Renew, and tells when the
// token ends.
package token
