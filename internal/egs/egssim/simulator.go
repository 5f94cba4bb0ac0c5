// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"fmt"
	"net/http"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Simulator is an EGS controller in memory. It is an http.Handler that serves
// the API under /api/v1/ and the control endpoints under /_sim/, and is safe
// for concurrent use.
type Simulator struct {
	*simulation.Server
	options    Options
	keys       *keyring
	workspaces workspaces
	tokens     tokens
	ownerKey   string
}

// New makes a simulator that holds an Owner key named "simulator", which is
// listed like any other, and Options.Keys seeded ones.
func New(options Options) *Simulator {
	options = options.withDefaults()
	s := &Simulator{
		options: options,
		keys:    newKeyring(),
		tokens:  tokens{grants: map[string]grant{}},
	}
	s.Server = simulation.NewServer(simulation.Options{
		Now: options.Now, Latency: options.Latency,
		RequestsPerSecond: options.RequestsPerSecond, RetryAfter: options.RetryAfter,
	}, api{s}, s.addRoutes)
	for _, name := range options.Workspaces {
		s.AddWorkspace(Workspace{
			Name: name, Clusters: options.Clusters, Namespaces: []string{name}, UserName: "admin", Email: "admin@example.com",
		})
	}
	s.ownerKey = s.AddKey(Key{
		Name: "simulator", Description: "Handed out by the simulator when it started",
		Role: roleOwner, Validity: "2999-12-31",
	})
	s.seed(options.Keys)
	s.keys.lag(options.ListLag)
	s.workspaces.lag(options.ListLag)
	return s
}

// seed adds keys that live for another year. Every third one is an Owner key,
// and every other of those is of one workspace, as the portal knows them.
func (s *Simulator) seed(n int) {
	validity := s.Now().AddDate(1, 0, 0).Format(time.DateOnly)
	roles := []string{roleOwner, roleEditor, roleViewer}
	for i := range n {
		round := i / len(roles)
		key := Key{
			Name: fmt.Sprintf("seeded-%05d", i+1), Description: "Seeded by the simulator",
			Role: roles[i%len(roles)], Validity: validity,
		}
		switch {
		case len(s.options.Workspaces) == 0:
			key.Role = roleOwner
		case key.Role != roleOwner || round%2 == 1:
			key.WorkspaceName = s.options.Workspaces[round%len(s.options.Workspaces)]
		}
		s.AddKey(key)
	}
}

// OwnerKey is the secret of the Owner key that New made.
func (s *Simulator) OwnerKey() string { return s.ownerKey }

// AddKey adds a key as if somebody else had made it, of any validity and with
// nothing checked, and returns its secret.
func (s *Simulator) AddKey(key Key) (secret string) { return s.keys.add(s.listed(key)).secret }

// Keys are all keys in the order of the list, those that a list would hide
// too.
func (s *Simulator) Keys() []ListedKey {
	stored := s.keys.listed(func(ListedKey) bool { return true })
	keys := make([]ListedKey, len(stored))
	for i, key := range stored {
		key.Validity = s.shownValidity(key.Validity)
		keys[i] = key.ListedKey
	}
	return keys
}

// DeleteKey deletes a key as if somebody else had, and reports whether there
// was one of this id.
func (s *Simulator) DeleteKey(id string) bool { return s.keys.remove(id) }

// ChangeKey sets members of a key by their wire names, as if somebody else
// had, with nothing checked. `saName` follows `role` and `workspaceName`
// unless it is given. The error is ErrUnknownKey, or names a member that is
// unknown or, like `id`, follows from the secret.
func (s *Simulator) ChangeKey(id string, members map[string]string) error {
	return s.keys.change(id, members)
}

// Secret is the secret of the key of this id, "" where there is none.
func (s *Simulator) Secret(id string) string {
	key, _ := s.keys.withID(id)
	return key.secret
}

// Token is an access token as an exchange of this key would give it now,
// without HTTP; "" when the key is unknown or expired.
func (s *Simulator) Token(secret string) string {
	key, ok := s.keys.withSecret(secret)
	if !ok || s.expired(key.Validity) {
		return ""
	}
	return s.issue(key)
}

// ExpireTokens expires all tokens issued so far.
func (s *Simulator) ExpireTokens() { s.tokens.expireAll() }

// api is the simulator as the server of package simulation sees it.
type api struct{ *Simulator }

// Route implements simulation.API: no path of EGS holds anything but the names of its
// calls.
func (api) Route(_, path string) string { return path }

// ExpireCredentials implements simulation.API.
func (a api) ExpireCredentials() { a.ExpireTokens() }

// Failure implements simulation.API.
func (api) Failure(status int, message string) simulation.Reply {
	if status < http.StatusMultipleChoices {
		reply := success(nil)
		reply.Status = status
		return reply
	}
	return failure(status, message)
}

// Handle implements simulation.API. Paths and methods that the service does not have
// are refused with 404, the only fitting status the sources know.
func (a api) Handle(c simulation.Call) simulation.Reply {
	var authorized func(simulation.Call, grant) simulation.Reply
	switch c.Method + " " + c.Path {
	case "POST /api/v1/auth":
		return a.authenticate(c)
	case "POST /api/v1/api-key":
		authorized = a.createKey
	case "DELETE /api/v1/api-key":
		authorized = a.deleteKey
	case "GET /api/v1/api-key/list":
		authorized = a.listKeys
	case "POST /api/v1/slice-workspace":
		authorized = a.createWorkspace
	case "DELETE /api/v1/slice-workspace":
		authorized = a.deleteWorkspace
	case "GET /api/v1/slice-workspace/list":
		authorized = a.listWorkspaces
	case "POST /api/v1/slice-workspace/kube-config":
		authorized = a.kubeConfig
	default:
		return failure(http.StatusNotFound, fmt.Sprintf("Cannot %s %s", c.Method, c.Path))
	}
	caller, refused := a.authorize(c)
	if refused != nil {
		return *refused
	}
	return authorized(c, caller)
}
