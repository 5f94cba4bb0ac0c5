// SPDX-License-Identifier: MPL-2.0

package gaiasim

import "github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"

// ErrorForm is the form of refusals.
type ErrorForm int

// Values of ErrorForm.
const (
	ErrorsAsText    ErrorForm = iota // {"detail":"…"}, but for validation errors (422), which have the documented array of details
	ErrorsAsDetails                  // arrays of details all of them
	ErrorsAllText                    // {"detail":"…"} all of them
	ErrorsEmpty                      // as ErrorsAsText, but 401, 403 and 404 have no body
)

// KeyForm is what keys look like.
type KeyForm int

// Values of KeyForm.
const (
	KeyUUID     KeyForm = iota
	KeyToEscape         // with characters that mean something in a URL's path: "/", "%", "?", "#", "+" and "="
)

// Options configures a Simulator. The zero value is on the real clock, without latency or limits. From
// UpdateMerges on it is one switch for every fact that is not known about the service.
type Options struct {
	simulation.Options

	// Scheme stands before the key in the Authorization header; empty is Search.
	Scheme string
	// Admin is what logs the administrator in behind the scheme, in the way of the site: it is no key, and in no list.
	// Empty makes a key for that.
	Admin string
	// Keys is how many seeded keys there are beside the administrator's, "read" and "write" in turns.
	Keys int

	// UpdateMerges: a PUT sets the members that it has. Otherwise it removes the others.
	UpdateMerges bool
	ErrorForm    ErrorForm
	// HideKeys lists asterisks and a key's last four characters.
	HideKeys bool
	// EmptyListAs404 answers a list without keys with 404.
	EmptyListAs404 bool
	// UnknownKeyStatus refuses to change or delete an unknown key; 0 is 404.
	UnknownKeyStatus int
	// ReadKeysMayManage lets keys of any permissions manage keys. Otherwise those without "write" get 403.
	ReadKeysMayManage bool
	// RefuseOtherPermissions refuses permissions other than "read" and "write" with 422.
	RefuseOtherPermissions bool
	// RefuseFurtherMembers refuses members of config other than permissions with 422.
	RefuseFurtherMembers bool
	// AddsMember gives a key that is created a member of the service's own, "source".
	AddsMember bool
	KeyForm    KeyForm
	// AuthenticationDisabled needs no key, and creates none (400).
	AuthenticationDisabled bool
}
