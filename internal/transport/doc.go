// SPDX-License-Identifier: MPL-2.0

// Package transport handles all network access for every service: TLS, proxy, retries, rate limit, user agent, and logs
// without secrets. Decisions:
//
//   - The server has not carried out a request that gets 429, so the request can be repeated. Ten concurrent operations on
//     a slow service need many attempts. So 25 responses with 429 count as one retry, for up to ten minutes.
//   - Redirects are not followed. They could send credentials to a host that the user did not configure. The error names
//     the host.
package transport
