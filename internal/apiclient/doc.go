// SPDX-License-Identifier: MPL-2.0

// Package apiclient has the shared code of the clients: connection (Conn), listings (Listings, Listing), creation,
// deletion, the service's clock and errors. For most objects, the APIs have no call that returns a single object, and no
// create call accepts an idempotency key. So the package deduces from lists which objects exist, and whether a create or a
// delete was carried out. Listings implements the rules in "What proves what" in DESIGN.md. Each service passes in how to
// send a request and how to compare two items.
package apiclient
