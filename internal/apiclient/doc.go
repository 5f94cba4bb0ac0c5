// SPDX-License-Identifier: MPL-2.0

// Package apiclient contains the code that the clients of all services share: connections (Conn), lists of objects (Listings,
// Listing), creates, deletes, the service's clock (Clock) and errors (Error). Most APIs have no request that returns a single
// object, and no create request accepts an idempotency key. So the package finds out from lists which objects exist, and whether
// a create or a delete was carried out. Listings implements the rules in the section "What proves what" of DESIGN.md. The client
// of each service supplies functions that send the requests and compare items.
package apiclient
