// SPDX-License-Identifier: MPL-2.0

// Package apiclient is what the clients of all services share: connection (Conn), listings (Listings, Listing),
// creation, deletion, the service's clock and errors. None of the services has a call that gets one object, or an
// idempotency key, so what exists, what a create made and what is deleted is deduced from lists. "What proves what" in
// DESIGN.md has the rules, which this package implements once:
//
//   - Listings.Get, Fresh, Find: all readers share one listing; absence is proven by listings that are new, complete
//     and readable, with credentials that would see the object, and of a young object by several.
//   - Listings.Create: alike creates take turns; each is sent at most once, after a listing that is young enough to
//     tell what existed before. If its response is lost, later listings tell: the item is adopted, or the error
//     is ErrUncertain.
//   - Listings.Delete: a delete is sent until its response or a listing proves it.
//
// A service hands in how it sends a request, and what makes two items equal.
package apiclient
