// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"fmt"
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Simulator is an Enterprise h2oGPTe in memory. It is an http.Handler that serves the API under /api/v1/ and
// the control endpoints under /_sim/, and is safe for concurrent use.
type Simulator struct {
	*simulation.Server
	options  Options
	keys     simulation.Store[Key]
	users    simulation.Store[User]
	adminKey string
}

// New makes a simulator that holds a key of the user admin named "simulator", which is
// listed like any other, and Options.Keys seeded ones.
func New(options Options) *Simulator {
	s := &Simulator{options: options.withDefaults()}
	s.Server = simulation.NewServer(s.options.Options, simulation.Service{
		Routes: s.routes(),
		Otherwise: func(c simulation.Call) simulation.Reply {
			return s.failure(http.StatusNotFound, "Cannot "+c.Method+" "+c.Route)
		},
		Failure:   s.failure,
		Endpoints: s.endpoints(),
	})
	for _, user := range s.options.Users {
		s.AddUser(user)
	}
	_, s.adminKey = s.AddKey(Key{UserName: adminName, Name: "simulator"})
	s.seed(options.Keys)
	s.keys.Lag(options.ListLag)
	return s
}

// routes are the calls of the API, at the paths of Options.PathStyle.
func (s *Simulator) routes() []simulation.Route {
	var routes []simulation.Route
	route := func(method, path string, handle func(simulation.Call) simulation.Reply) {
		routes = append(routes, simulation.Route{Method: method, Path: path, Handle: s.authorized(handle)})
	}
	route(http.MethodGet, "/api/v1/users", s.listUsers)
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

// seed adds keys of all users. Every other one expires in a year, every third one is of
// a collection, and every tenth one is inactive.
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

// AdminKey is the secret of the key that New made.
func (s *Simulator) AdminKey() string { return s.adminKey }

// AddKey adds a key outside the API, with nothing checked, and returns its id and its secret. What is
// empty of ID, Hint, CreatedAt, Name and CollectionName is filled as in a create.
func (s *Simulator) AddKey(key Key) (id, secret string) {
	key, secret = s.add(key)
	return key.ID, secret
}

// Keys are all keys, the oldest first, whatever the order of the list is.
func (s *Simulator) Keys() []Key { return simulation.Values(s.keys.All()) }

// ChangeKey changes a key outside the API, with nothing checked, and reports whether there was one of
// this id. The id itself stays.
func (s *Simulator) ChangeKey(id string, change func(*Key)) bool {
	return s.keys.Change(id, func(key *Key) error {
		*key = key.clone()
		change(key)
		key.ID = id
		return nil
	}) == nil
}

// DeleteKey deletes a key outside the API, and reports whether there was one of this id.
func (s *Simulator) DeleteKey(id string) bool { return s.keys.Remove(id) }

// Secret is the secret of the key of this id, "" if there is none.
func (s *Simulator) Secret(id string) string { return s.keys.Secret(id) }
