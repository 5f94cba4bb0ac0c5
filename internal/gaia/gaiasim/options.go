// SPDX-License-Identifier: MPL-2.0

package gaiasim

import "github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"

// ErrorForm is the form of error responses.
type ErrorForm int

// Values of ErrorForm.
const (
	ErrorsAsText    ErrorForm = iota // {"detail":"…"}, but for validation errors (422) the documented array of details
	ErrorsAsDetails                  // arrays of details for all errors
	ErrorsAllText                    // {"detail":"…"} for all errors
	ErrorsEmpty                      // as ErrorsAsText, but without a body for 401, 403 and 404
)

// KeyForm is the format of keys.
type KeyForm int

// Values of KeyForm.
const (
	KeyUUID     KeyForm = iota
	KeyToEscape         // with characters that have a special meaning in URLs, for example "/", "%", "?" and "#"
)

// Options configures a Simulator. The zero value uses the real clock, without latency or limits. The field UpdateMerges and all
// fields after it select behaviors that the documentation of the service leaves open.
type Options struct {
	simulation.Options

	// Scheme precedes the key in the Authorization header. Defaults to Search.
	Scheme string
	// Admin is the administrator's credential, for a service with its own authentication. Admin follows the scheme in the
	// Authorization header. It is not a key, so the list does not show it. If Admin is empty, New creates a key for the
	// administrator.
	Admin string
	// Keys is the number of keys that New creates in addition to the administrator's key. Their permissions alternate between
	// "read" and "write".
	Keys int

	// UpdateMerges makes an update keep existing members that the request omits. Otherwise, the update removes these members.
	UpdateMerges bool
	ErrorForm    ErrorForm
	// HideKeys makes the list show asterisks and the last four characters instead of each key.
	HideKeys bool
	// EmptyListAs404 makes the service return 404 instead of an empty list.
	EmptyListAs404 bool
	// UnknownKeyStatus is the status of an update or a delete of an unknown key. Defaults to 404.
	UnknownKeyStatus int
	// ReadKeysMayManage allows keys with any permissions to manage keys. Otherwise, requests with keys without the permissions
	// "write" fail with 403.
	ReadKeysMayManage bool
	// RefuseOtherPermissions rejects permissions other than "read" and "write" (422).
	RefuseOtherPermissions bool
	// RefuseFurtherMembers rejects members of config other than permissions (422).
	RefuseFurtherMembers bool
	// AddsMember makes the service add a member "source" to the config of each created key.
	AddsMember bool
	KeyForm    KeyForm
	// AuthenticationDisabled makes the service accept requests with or without a key, but reject all creates (400).
	AuthenticationDisabled bool
}
