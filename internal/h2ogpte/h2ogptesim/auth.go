// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"net/http"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// adminName is the name of the administrator. The admin API accepts only keys of this user.
const adminName = "admin"

// authorized returns a handler that accepts only valid keys of the administrator.
func (s *Simulator) authorized(handle func(simulation.Call) simulation.Reply) func(simulation.Call) simulation.Reply {
	return func(c simulation.Call) simulation.Reply {
		scheme, secret := c.Credentials()
		key := s.keys.LogIn(secret)
		switch {
		case key == nil || !strings.EqualFold(scheme, "Bearer"):
			return s.failure(http.StatusUnauthorized, "Invalid API key")
		case s.expired(key.Value):
			return s.failure(http.StatusUnauthorized, "API key has expired")
		case !s.active(key.Value):
			return s.failure(http.StatusUnauthorized, "API key is not active")
		case key.Value.UserName != adminName:
			return s.failure(http.StatusUnauthorized, "Only admins may do this")
		}
		if refused := s.RateLimited(s.limits, key.Value.UserName); refused != nil {
			return *refused
		}
		return handle(c)
	}
}
