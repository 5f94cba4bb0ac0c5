// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"cmp"
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// PathStyle is how the paths of the API key calls are written. The sources disagree.
type PathStyle int

// Values of PathStyle.
const (
	PathUnderscores PathStyle = iota // /admin/api_keys, as in the OpenAPI document
	PathHyphens                      // /admin/api-keys, as on the REST page
	PathBoth                         // either
)

// collections are the paths of the list of keys.
func (p PathStyle) collections() []string {
	const underscores, hyphens = "/api/v1/admin/api_keys", "/api/v1/admin/api-keys"
	return map[PathStyle][]string{PathUnderscores: {underscores}, PathHyphens: {hyphens}, PathBoth: {underscores, hyphens}}[p]
}

// FilterMatch is how the list's filter matches usernames.
type FilterMatch int

// Values of FilterMatch.
const (
	FilterExact     FilterMatch = iota // the whole username
	FilterSubstring                    // a part of it, in any letter case
	FilterIgnored                      // not at all: the keys of all users are listed
)

// Order is that of the list.
type Order int

// Values of Order.
const (
	OrderNewestFirst Order = iota // what was created last comes first
	OrderOldestFirst
)

// Collection is a collection of documents, and the username of who owns it.
type Collection struct{ ID, Name, Owner string }

// Options configures a Simulator. The zero value is a service of 1.6.x with the users admin, alice and bob, on the real
// clock, without latency or limits. The last block is one switch for every fact that is not known about the service.
type Options struct {
	simulation.Options

	// Users that have logged in; nil is admin, alice and bob. The key that New makes is
	// of the user admin all the same.
	Users []User
	// Keys is the number of seeded keys, spread over the users. The admin's key comes on top.
	Keys int
	// MaxExpiryDays is global_api_key_expiry_days, the longest that keys may live: a
	// longer expiry is refused, and a key without one gets it; 0 is no limit.
	MaxExpiryDays int64

	// UserRequestsPerSecond is the rate of the requests of a user above which they get 429, as in 1.7; 0 is off.
	UserRequestsPerSecond float64
	// Collections that exist, and who owns them. A collection of another id exists too, and is of the user that a key is
	// created for.
	Collections []Collection

	PathStyle   PathStyle
	FilterMatch FilterMatch
	Order       Order
	// ExpiryDeactivates shows an expired key as inactive, and treats it so.
	ExpiryDeactivates bool
	// InactivityDeactivates deactivates a key that was not used for its inactivity interval, as 1.7 does.
	InactivityDeactivates bool
	// TotalCalls lists total_calls, as 1.7 does.
	TotalCalls bool
	// NoUserByID is an older service, which does not know GET /users/{user_id}.
	NoUserByID bool
	// NoInactivityInterval is an older service: it lists no interval, responds to its PATCH with 404, and ignores
	// it in a create, or with RefuseUnknownMembers refuses it with 400.
	NoInactivityInterval, RefuseUnknownMembers bool
	// UnknownUserStatus refuses a key for an unknown user; 0 is 404.
	UnknownUserStatus int
	// MaxLimit is the most entries that a page holds, however many are requested; 0 is no limit.
	MaxLimit int
	// NullMembers lists what a key does not have as null, instead of leaving it out.
	NullMembers bool
	// LocalTimes lists timestamps without a zone, as Python writes them; they are UTC.
	LocalTimes bool
	// ErrorTypes adds error_type to errors, as newer services do.
	ErrorTypes bool
}

// withDefaults fills what the zero value stands for.
func (o Options) withDefaults() Options {
	if o.Users == nil {
		o.Users = []User{
			{ID: "6f0b5c1e-0d51-4c2c-9a55-0a3f6d1e7a01", UserName: adminName, Email: "admin@example.com"},
			{ID: "6f0b5c1e-0d51-4c2c-9a55-0a3f6d1e7a02", UserName: "alice", Email: "alice@example.com"},
			{ID: "6f0b5c1e-0d51-4c2c-9a55-0a3f6d1e7a03", UserName: "bob", Email: "bob@example.com"},
		}
	}
	o.UnknownUserStatus = cmp.Or(o.UnknownUserStatus, http.StatusNotFound)
	return o
}
