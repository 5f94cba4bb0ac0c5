// SPDX-License-Identifier: MPL-2.0

package gaiasim

import "github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"

// ErrorForm is the form of error responses.
type ErrorForm int

// Values of ErrorForm.
const (
	ErrorsAsText    ErrorForm = iota // {"detail":"…"}, and the documented array of details for validation errors (422)
	ErrorsAsDetails                  // arrays of details for all errors
	ErrorsAllText                    // {"detail":"…"} for all errors
	ErrorsEmpty                      // as ErrorsAsText, but without a body for 401, 403 and 404
)

// KeyForm is the format of keys.
type KeyForm int

// Values of KeyForm.
const (
	KeyUUID     KeyForm = iota
	KeyToEscape         // with characters that are reserved in URLs: "/", "%", "?", "#", "+" and "="
)

// Options configures a Simulator. The zero value uses the real clock, without latency or limits. Each field from
// UpdateMerges on is a switch for an unknown fact about the service.
type Options struct {
	simulation.Options

	// Scheme precedes the key in the Authorization header. Defaults to Search.
	Scheme string
	// Admin is the administrator's credential, for a service with its own authentication. It follows the scheme in the
	// header. It is not a key, and is not listed. If it is empty, New creates a key for the administrator.
	Admin string
	// Keys is the number of seeded keys besides the administrator's, with "read" and "write" in turn.
	Keys int

	// UpdateMerges makes a PUT keep the members that it omits. Otherwise it removes them.
	UpdateMerges bool
	ErrorForm    ErrorForm
	// HideKeys makes the list show asterisks and the last four characters instead of each key.
	HideKeys bool
	// EmptyListAs404 returns 404 instead of an empty list.
	EmptyListAs404 bool
	// UnknownKeyStatus is the status of an update or a delete of an unknown key. Defaults to 404.
	UnknownKeyStatus int
	// ReadKeysMayManage lets keys with any permissions manage keys. Otherwise keys without "write" get 403.
	ReadKeysMayManage bool
	// RefuseOtherPermissions rejects permissions other than "read" and "write" (422).
	RefuseOtherPermissions bool
	// RefuseFurtherMembers rejects members of config other than permissions (422).
	RefuseFurtherMembers bool
	// AddsMember adds a member "source" to the config of a created key.
	AddsMember bool
	KeyForm    KeyForm
	// AuthenticationDisabled accepts all requests, with or without a key, but rejects creates (400).
	AuthenticationDisabled bool
}
