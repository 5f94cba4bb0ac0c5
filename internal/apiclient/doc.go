// SPDX-License-Identifier: MPL-2.0

// Package apiclient is what the clients of all services share: connection (Conn), listings (Listings, Listing),
// creation, deletion, the service's clock and errors. Hardly any object has a call that gets it, and none has an
// idempotency key, so what exists, what a create made and what is deleted is deduced from lists. "What proves what" in
// DESIGN.md has the rules, which Listings implements once. A service hands in how it sends a request, and what makes two
// items equal.
package apiclient
