// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"fmt"
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Simulator is an Enterprise h2oGPTe in memory. It is an http.Handler that serves the API under /api/v1/ and the control
// endpoints under /_sim/, and is safe for concurrent use.
type Simulator struct {
	*simulation.Server
	options  Options
	keys     simulation.Store[Key]
	users    simulation.Store[User]
	limits   *simulation.RateLimits
	adminKey string
}

// New returns a simulator with Options.Keys seeded keys. Lists also contain a key of the user admin with the name
// "simulator".
func New(options Options) *Simulator {
	s := &Simulator{options: options.withDefaults(), limits: simulation.NewRateLimits(options.UserRequestsPerSecond)}
	s.Server = simulation.NewServer(s.options.Options, simulation.Service{
		Routes:  s.routes(),
		Failure: s.failure,
		Endpoints: append(
			simulation.Keys(s.entries, s.changeMembers, s.DeleteKey),
			simulation.Lists("users", "list the users", s.Users),
			simulation.Takes(http.MethodPost, "users", "add a user, as if they logged in for the first time", s.logIn),
			simulation.Removes("users/{id}/permissions", "revoke the permissions of a user, which deactivates their keys", s.RevokePermissions),
		),
	})
	for _, user := range s.options.Users {
		s.AddUser(user)
	}
	_, s.adminKey = s.AddKey(Key{UserName: adminName, Name: "simulator"})
	s.seed(options.Keys)
	s.keys.Lag(options.ListLag)
	s.keys.RefuseLogIns(options.LogInsUntilAccepted)
	return s
}

// routes returns the calls of the API, with the paths of Options.PathStyle.
func (s *Simulator) routes() []simulation.Route {
	var routes []simulation.Route
	route := func(method, path string, handle func(simulation.Call) simulation.Reply) {
		routes = append(routes, simulation.Route{Method: method, Path: path, Handle: s.authorized(handle)})
	}
	route(http.MethodGet, "/api/v1/users", s.listUsers)
	if !s.options.NoUserByID {
		route(http.MethodGet, "/api/v1/users/{user_id}", s.getUser)
	}
	for _, keys := range s.options.PathStyle.collections() {
		route(http.MethodGet, keys, s.listKeys)
		route(http.MethodPost, keys, s.createKey)
		route(http.MethodDelete, keys+"/{key_id}", s.deleteKey)
		route(http.MethodPost, keys+"/deactivate/{key_id...}", s.deactivateKey)
		route(http.MethodPatch, keys+"/expire/{key_id...}", s.expireKey)
		if !s.options.NoInactivityInterval {
			route(http.MethodPatch, keys+"/inactivity_interval/{key_id...}", s.setInactivityInterval)
		}
		route("", keys+"/{path...}", nil)
	}
	return routes
}

// seed adds n keys, spread over all users. Every second key expires in a year, every third one is limited to a collection,
// and every tenth one is inactive.
func (s *Simulator) seed(n int) {
	nextYear := s.Now().AddDate(1, 0, 0)
	for i := range n {
		key := Key{UserName: adminName, Name: fmt.Sprintf("seeded-%05d", i+1), Inactive: i%10 == 9}
		if len(s.options.Users) > 0 {
			key.UserName = s.options.Users[i%len(s.options.Users)].UserName
		}
		if i%2 == 1 {
			key.ExpiresAt = &nextYear
		}
		if i%3 == 2 {
			key.CollectionID = simulation.NewUUID()
		}
		s.AddKey(key)
	}
}

// AdminKey returns the secret of the administrator's key, which New created.
func (s *Simulator) AdminKey() string { return s.adminKey }
