// SPDX-License-Identifier: MPL-2.0

package gaiasim

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	// collectionPath is the path of the collection of keys. It ends in a slash.
	collectionPath = "/es/api/v1/credentials/api_keys/"
	// deletionPath precedes the key in the path of a DELETE. In the path of an update, collectionPath precedes the key.
	deletionPath = collectionPath + "delete/"
)

// Simulator is a Search GAIA in memory. It is an http.Handler: it serves the API under /es/api/v1/, and the control endpoints
// under /_sim/. It is safe for concurrent use.
type Simulator struct {
	*simulation.Server
	options  Options
	keys     simulation.Store[Config]
	adminKey string
}

// New returns a simulator. It creates as many keys as Options.Keys says. If Options.Admin is empty, New also creates a key of the
// administrator with the permissions "write". The list shows this key too.
func New(options Options) *Simulator {
	s := &Simulator{options: options}
	s.options.Scheme = cmp.Or(options.Scheme, "Search")
	s.options.UnknownKeyStatus = cmp.Or(options.UnknownKeyStatus, http.StatusNotFound)
	s.Server = simulation.NewServer(s.options.Options, simulation.Service{
		Routes: []simulation.Route{
			{Method: http.MethodDelete, Path: deletionPath + "{api_key...}", Handle: s.authorized(s.deleteKey)},
			{Method: http.MethodGet, Path: collectionPath, Handle: s.authorized(s.listKeys)},
			{Method: http.MethodPost, Path: collectionPath, Handle: s.authorized(s.createKey)},
			{Method: http.MethodPut, Path: collectionPath + "{api_key...}", Handle: s.authorized(s.updateKey)},
		},
		Otherwise: s.authorized(s.notFound),
		Failure:   s.failure,
		Endpoints: simulation.Keys(s.Keys, s.ChangeKey, s.DeleteKey),
	})
	s.adminKey = options.Admin
	if s.adminKey == "" {
		s.adminKey = s.AddKey(Key{Permissions: "write"})
	}
	for i := range options.Keys {
		s.AddKey(Key{Permissions: []string{"read", "write"}[i%2]})
	}
	s.keys.Lag(options.ListLag)
	s.keys.RefuseLogIns(options.LogInsUntilAccepted)
	return s
}

func (s *Simulator) notFound(c simulation.Call) simulation.Reply {
	if strings.HasPrefix(c.Path, collectionPath) {
		return s.failure(http.StatusMethodNotAllowed, "Method Not Allowed")
	}
	return s.failure(http.StatusNotFound, "Not Found")
}

// AdminKey returns Options.Admin. If Options.Admin is empty, AdminKey returns the administrator's key that New created.
func (s *Simulator) AdminKey() string { return s.adminKey }
