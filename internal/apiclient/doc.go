// SPDX-License-Identifier: MPL-2.0

// Package apiclient has the shared code of the clients: connection (Conn), listings (Listings, Listing), creation,
// deletion, the service's clock and errors. Most objects have no call that gets one of them, and no create has an
// idempotency key, so the package deduces from lists which objects exist and whether a create or a delete was carried
// out. Listings implements the rules in "What proves what" in DESIGN.md. Each service passes in how to send a request
// and how to compare two items.
package apiclient
