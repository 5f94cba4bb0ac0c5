// SPDX-License-Identifier: MPL-2.0

// Package transport is the one way out to the network: TLS, proxy, retry, rate
// limit, user agent and logs without secrets, the same for every service.
package transport
