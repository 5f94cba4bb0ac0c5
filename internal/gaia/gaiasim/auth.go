// SPDX-License-Identifier: MPL-2.0

package gaiasim

import (
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// authorize refuses callers that may not manage keys.
func (s *Simulator) authorize(c simulation.Call) *simulation.Reply {
	if s.options.AuthenticationDisabled {
		return nil
	}
	scheme, secret := c.Credentials()
	caller := s.keys.BySecret(secret)
	switch {
	case c.Authorization == "":
		return new(s.failure(http.StatusUnauthorized, "Not authenticated"))
	case scheme == s.options.Scheme && s.options.Admin != "" && secret == s.options.Admin:
		return nil
	case scheme != s.options.Scheme || caller == nil:
		return new(s.failure(http.StatusUnauthorized, "Invalid authentication credentials"))
	case caller.Value.permissions() != "write" && !s.options.ReadKeysMayManage:
		return new(s.failure(http.StatusForbidden, "Not enough permissions"))
	}
	return nil
}
