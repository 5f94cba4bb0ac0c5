// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	usersPath = "/api/v1/users"

	// adminName is the user whose keys may use the admin API.
	adminName = "admin"
)

// Simulator is an Enterprise h2oGPTe in memory. It is an http.Handler that serves the
// API under /api/v1/ and the control endpoints under /_sim/, and is safe for concurrent
// use.
type Simulator struct {
	*simulation.Server
	options  Options
	keys     *keyring
	users    users
	adminKey string
}

// New makes a simulator that holds a key of the user admin named "simulator", which is
// listed like any other, and Options.Keys seeded ones.
func New(options Options) *Simulator {
	options = options.withDefaults()
	s := &Simulator{options: options, keys: newKeyring()}
	s.Server = simulation.NewServer(simulation.Options{
		Now: options.Now, Latency: options.Latency,
		RequestsPerSecond: options.RequestsPerSecond, RetryAfter: options.RetryAfter,
	}, s, s.addRoutes)
	for _, user := range options.Users {
		s.AddUser(user)
	}
	_, s.adminKey = s.AddKey(Key{UserName: adminName, Name: "simulator"})
	s.seed(options.Keys)
	s.keys.lag(options.ListLag)
	return s
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
			key.CollectionID = newUUID()
		}
		s.AddKey(key)
	}
}

// AdminKey is the secret of the key that New made.
func (s *Simulator) AdminKey() string { return s.adminKey }

// AddKey adds a key as if somebody else had made it, with nothing checked, and returns
// its id and its secret. What is empty of ID, Hint, CreatedAt, Name and CollectionName is
// filled as in a create.
func (s *Simulator) AddKey(key Key) (id, secret string) {
	if key.CreatedAt.IsZero() {
		key.CreatedAt = s.Now()
	}
	stored := s.keys.add(key)
	return stored.ID, stored.secret
}

// Keys are all keys, the oldest first, whatever the order of the list is.
func (s *Simulator) Keys() []Key {
	stored := s.keys.all(OrderOldestFirst)
	keys := make([]Key, len(stored))
	for i := range stored {
		keys[i] = stored[i].Key
	}
	return keys
}

// ChangeKey changes a key as if somebody else had, with nothing checked, and reports
// whether there was one of this id. The id itself stays.
func (s *Simulator) ChangeKey(id string, change func(*Key)) bool { return s.keys.change(id, change) }

// DeleteKey deletes a key as if somebody else had, and reports whether there was one of
// this id.
func (s *Simulator) DeleteKey(id string) bool { return s.keys.remove(id) }

// Secret is the secret of the key of this id, "" where there is none.
func (s *Simulator) Secret(id string) string {
	key, _ := s.keys.withID(id)
	return key.secret
}

// AddUser adds a user as if they had logged in for the first time. An empty ID is
// filled.
func (s *Simulator) AddUser(user User) { s.users.add(user) }

// Users are those that have logged in, in the order of the list.
func (s *Simulator) Users() []User { return s.users.all() }

// ExpireCredentials implements simulation.API. Keys are the only credentials.
func (*Simulator) ExpireCredentials() {}

// Route implements simulation.API: the key's id differs in every request.
func (s *Simulator) Route(_, path string) string {
	if collection, rest, ok := s.keyPath(path); ok {
		switch action, id, _ := strings.Cut(rest, "/"); {
		case rest == "":
		case id != "":
			return collection + "/" + action + "/{key_id}"
		default:
			return collection + "/{key_id}"
		}
	}
	return path
}

// keyPath splits a path into that of the list of keys and what follows it.
func (s *Simulator) keyPath(path string) (collection, rest string, ok bool) {
	for _, collection := range s.options.PathStyle.collections() {
		if path == collection {
			return collection, "", true
		}
		if rest, ok := strings.CutPrefix(path, collection+"/"); ok && rest != "" {
			return collection, rest, true
		}
	}
	return "", "", false
}

// Handle implements simulation.API. Paths and methods that the service does not have
// are refused with 404.
func (s *Simulator) Handle(c simulation.Call) simulation.Reply {
	handle := s.handler(c)
	if handle == nil {
		return s.Failure(http.StatusNotFound, fmt.Sprintf("Cannot %s %s", c.Method, s.Route(c.Method, c.Path)))
	}
	if reply := s.authorize(c); reply != nil {
		return *reply
	}
	return handle(c)
}

// handler is what carries the call out, or nil.
func (s *Simulator) handler(c simulation.Call) func(simulation.Call) simulation.Reply {
	if c.Method == http.MethodGet && c.Path == usersPath {
		return s.listUsers
	}
	_, rest, ok := s.keyPath(c.Path)
	if !ok {
		return nil
	}
	action, id, _ := strings.Cut(rest, "/")
	if rest == "" {
		switch c.Method {
		case http.MethodPost:
			return s.createKey
		case http.MethodGet:
			return s.listKeys
		}
		return nil
	}
	of := func(handle func(simulation.Call, string) simulation.Reply, id string) func(simulation.Call) simulation.Reply {
		return func(c simulation.Call) simulation.Reply { return handle(c, id) }
	}
	switch {
	case c.Method == http.MethodDelete && id == "":
		return of(s.deleteKey, action)
	case c.Method == http.MethodPost && action == "deactivate" && id != "":
		return of(s.deactivateKey, id)
	case c.Method == http.MethodPatch && action == "expire" && id != "":
		return of(s.expireKey, id)
	case c.Method == http.MethodPatch && action == "inactivity_interval" && id != "" && !s.options.NoInactivityInterval:
		return of(s.setInactivityInterval, id)
	}
	return nil
}

// authorize refuses who is not an admin with a key that is good.
func (s *Simulator) authorize(c simulation.Call) *simulation.Reply {
	scheme, secret, _ := strings.Cut(c.Authorization, " ")
	key, ok := s.keys.withSecret(secret)
	switch {
	case !ok || !strings.EqualFold(scheme, "Bearer"):
		return new(s.Failure(http.StatusUnauthorized, "Invalid API key"))
	case s.expired(key.Key):
		return new(s.Failure(http.StatusUnauthorized, "API key has expired"))
	case key.Inactive:
		return new(s.Failure(http.StatusUnauthorized, "API key is not active"))
	case key.UserName != adminName:
		return new(s.Failure(http.StatusUnauthorized, "Only admins may do this"))
	}
	return nil
}

// page cuts a page out of a list of so many entries.
func (s *Simulator) page(c simulation.Call, entries int, parameters ...string) (from, to int, reply *simulation.Reply) {
	for name := range c.Query {
		if !slices.Contains(append(parameters, "offset", "limit"), name) {
			return 0, 0, new(s.Failure(http.StatusBadRequest, "unknown query parameter: "+name))
		}
	}
	offset, limit := 0, defaultLimit
	for _, parameter := range []struct {
		name string
		into *int
	}{{"offset", &offset}, {"limit", &limit}} {
		if !c.Query.Has(parameter.name) {
			continue
		}
		n, ok := count(c.Query[parameter.name])
		if !ok {
			return 0, 0, new(s.Failure(http.StatusBadRequest, parameter.name+" must be an integer from 0"))
		}
		*parameter.into = n
	}
	if s.options.MaxLimit > 0 {
		limit = min(limit, s.options.MaxLimit)
	}
	from = min(offset, entries)
	return from, min(from+limit, entries), nil
}
