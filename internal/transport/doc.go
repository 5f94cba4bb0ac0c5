// SPDX-License-Identifier: MPL-2.0

// Package transport is the one way out to the network: TLS, proxy, retries, rate limit, user agent and logs without
// secrets, the same for every service. Decisions:
//
//   - A 429 proves that nothing was done, and ten workers at a slow controller need many turns. So 25 of them
//     count as one retry, for ten minutes at most.
//   - Redirects are not followed: they could carry credentials to a host that the user never named. The error
//     names the host.
package transport
