// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"cmp"
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// PathStyle is the spelling of the paths of the API key calls. The OpenAPI document and the REST page disagree about the
// spelling.
type PathStyle int

// Values of PathStyle.
const (
	PathUnderscores PathStyle = iota // /admin/api_keys, as in the OpenAPI document
	PathHyphens                      // /admin/api-keys, as on the REST page
	PathBoth                         // both
)

// collections returns the paths of the list of keys.
func (p PathStyle) collections() []string {
	const underscores, hyphens = "/api/v1/admin/api_keys", "/api/v1/admin/api-keys"
	return map[PathStyle][]string{PathUnderscores: {underscores}, PathHyphens: {hyphens}, PathBoth: {underscores, hyphens}}[p]
}

// FilterMatch is how the filter of the list matches usernames.
type FilterMatch int

// Values of FilterMatch.
const (
	FilterExact     FilterMatch = iota // the whole username
	FilterSubstring                    // a part of the username, in any letter case
	FilterIgnored                      // all usernames: the filter is ignored
)

// Order is the order of the list.
type Order int

// Values of Order.
const (
	OrderNewestFirst Order = iota
	OrderOldestFirst
)

// Collection is a collection of documents. Owner is a username.
type Collection struct{ ID, Name, Owner string }

// Options configures a Simulator. The zero value is h2oGPTe 1.6.x with the users admin, alice and bob, on the real clock,
// without latency or limits. The fields from PathStyle on select a behavior that differs between versions or is not
// documented.
type Options struct {
	simulation.Options

	// Users are the users who have logged in. Defaults to admin, alice and bob. The key that New creates always belongs to
	// the user admin.
	Users []User
	// Keys is the number of seeded keys besides the administrator's, spread over the users.
	Keys int
	// MaxExpiryDays is global_api_key_expiry_days, the maximum lifetime of keys. The simulator rejects a longer lifetime,
	// and sets the maximum for a key without an expiry. 0 means no limit.
	MaxExpiryDays int64

	// UserRequestsPerSecond is the rate limit of each user, as in 1.7. Further requests get 429. 0 means no limit.
	UserRequestsPerSecond float64
	// Collections lists collections with their owners. Any other collection id is valid too: such a collection belongs to
	// the user of the created key.
	Collections []Collection

	PathStyle   PathStyle
	FilterMatch FilterMatch
	Order       Order
	// ExpiryDeactivates makes expired keys inactive.
	ExpiryDeactivates bool
	// InactivityDeactivates makes a key inactive if it was not used during its inactivity interval, as in 1.7.
	InactivityDeactivates bool
	// TotalCalls adds total_calls to list entries, as in 1.7.
	TotalCalls bool
	// NoUserByID simulates an older version, which does not support GET /users/{user_id}.
	NoUserByID bool
	// NoInactivityInterval simulates an older version. Lists do not contain the interval, and a PATCH of the interval gets
	// 404. A create ignores the interval. With RefuseUnknownMembers, a create with an interval gets 400 instead.
	NoInactivityInterval, RefuseUnknownMembers bool
	// UnknownUserStatus is the status of a create for an unknown user. Defaults to 404.
	UnknownUserStatus int
	// MaxLimit is the maximum number of entries per page, even if more are requested. 0 means no limit.
	MaxLimit int
	// NullMembers lists missing values as null instead of omitting them.
	NullMembers bool
	// LocalTimes lists timestamps in UTC without a zone, in the form of Python.
	LocalTimes bool
	// ErrorTypes adds error_type to errors, as in newer versions.
	ErrorTypes bool
}

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
