// SPDX-License-Identifier: MPL-2.0

package face

import (
	"reflect"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Services is the data that the provider passes to the Terraform types of all services.
type Services struct {
	// Temporary holds the temporary keys that are not deleted yet.
	Temporary *Temporary
	// Now is this machine's clock.
	Now func() time.Time
	// ExpiryWarningDays is the number of days before the expiry of a key at which plans start to warn. If it is 0, plans never
	// warn. Plans do not warn about keys that the provider renews.
	ExpiryWarningDays int64

	accesses map[reflect.Type]any // by the type of the client
}

// Access is the client of a service, or the errors that explain why there is no client.
type Access[C any] struct {
	// Client is nil if a setting is missing or unknown.
	Client *C
	// Missing are the errors about missing settings of the provider, and Unknown the errors about settings that are known only after
	// apply.
	Missing, Unknown diag.Diagnostics
}

// Offer stores the access to one service under the type C of the service's client.
func Offer[C any](s *Services, a Access[C]) {
	if s.accesses == nil {
		s.accesses = map[reflect.Type]any{}
	}
	s.accesses[reflect.TypeFor[C]()] = a
}

// AccessTo returns the access that Offer added for the client type C. ok is false if Offer added none for C.
func AccessTo[C any](s *Services) (access Access[C], ok bool) {
	access, ok = s.accesses[reflect.TypeFor[C]()].(Access[C])
	return access, ok
}
