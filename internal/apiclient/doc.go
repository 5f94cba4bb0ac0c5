// SPDX-License-Identifier: MPL-2.0

// Package apiclient is what the clients of all services have in common, since none of
// the services has what would make it easy: no call that gets one thing, no
// idempotency key, no list that says what changed. It shares one listing a walk, keeps
// alike creates from being under way together, tells creates that were lost from those
// that failed, and proves that what was deleted is gone.
package apiclient
