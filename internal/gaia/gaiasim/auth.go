// SPDX-License-Identifier: MPL-2.0

package gaiasim

import (
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// authorized returns a handler that accepts only credentials that are allowed to manage keys.
func (s *Simulator) authorized(handle func(simulation.Call) simulation.Reply) func(simulation.Call) simulation.Reply {
	return func(c simulation.Call) simulation.Reply {
		if s.options.AuthenticationDisabled {
			return handle(c)
		}
		scheme, secret := c.Credentials()
		caller := s.keys.LogIn(secret)
		switch {
		case c.Authorization == "":
			return s.failure(http.StatusUnauthorized, "Not authenticated")
		case scheme == s.options.Scheme && s.options.Admin != "" && secret == s.options.Admin:
			return handle(c)
		case scheme != s.options.Scheme || caller == nil:
			return s.failure(http.StatusUnauthorized, "Invalid authentication credentials")
		case caller.Value.Permissions() != "write" && !s.options.ReadKeysMayManage:
			return s.failure(http.StatusForbidden, "Not enough permissions")
		}
		return handle(c)
	}
}
