// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Simulator is an EGS controller in memory. It is an http.Handler that serves the API under /api/v1/ and the
// control endpoints under /_sim/, and is safe for concurrent use.
type Simulator struct {
	*simulation.Server
	options    Options
	keys       simulation.Store[ListedKey]
	mu         sync.Mutex // guards how far workspaces are
	workspaces simulation.Store[*heldWorkspace]
	templates  simulation.Store[GPRTemplate]
	bindings   simulation.Store[GPRBinding]
	// tokens has the grant of each access token.
	tokens   sync.Map
	ownerKey string
}

// New makes a simulator that holds an Owner key named "simulator", listed like any other, and Options.Keys seeded ones.
func New(options Options) *Simulator {
	s := &Simulator{options: options.withDefaults()}
	s.Server = simulation.NewServer(s.options.Options, simulation.Service{
		Routes: []simulation.Route{
			{Method: http.MethodPost, Path: "/api/v1/auth", Handle: s.authenticate},
			{Method: http.MethodPost, Path: "/api/v1/api-key", Handle: s.authorized(s.createKey)},
			{Method: http.MethodDelete, Path: "/api/v1/api-key", Handle: s.authorized(s.deleteKey)},
			{Method: http.MethodGet, Path: "/api/v1/api-key/list", Handle: s.authorized(s.listKeys)},
			{Method: http.MethodPost, Path: "/api/v1/slice-workspace", Handle: s.ofOwner(s.createWorkspace)},
			{Method: http.MethodDelete, Path: "/api/v1/slice-workspace", Handle: s.ofOwner(s.deleteWorkspace)},
			{Method: http.MethodGet, Path: "/api/v1/slice-workspace/list", Handle: s.authorized(s.listWorkspaces)},
			{Method: http.MethodPost, Path: "/api/v1/slice-workspace/kube-config", Handle: s.ofOwner(s.kubeConfig)},
			{Method: http.MethodGet, Path: "/api/v1/inventory", Handle: s.authorized(s.workspaceInventory)},
			{Method: http.MethodGet, Path: "/api/v1/inventory/list", Handle: s.ofOwner(s.listInventory)},
			{Method: http.MethodPost, Path: "/api/v1/gpr-template", Handle: s.ofOwner(s.createTemplate)},
			{Method: http.MethodGet, Path: "/api/v1/gpr-template", Handle: s.ofOwner(s.getTemplate)},
			{Method: http.MethodGet, Path: "/api/v1/gpr-template/list", Handle: s.ofOwner(s.listTemplates)},
			{Method: http.MethodPut, Path: "/api/v1/gpr-template", Handle: s.ofOwner(s.updateTemplate)},
			{Method: http.MethodDelete, Path: "/api/v1/gpr-template", Handle: s.ofOwner(s.deleteTemplate)},
			{Method: http.MethodPost, Path: "/api/v1/gpr-template-binding", Handle: s.ofOwner(s.createBinding)},
			{Method: http.MethodGet, Path: "/api/v1/gpr-template-binding", Handle: s.ofOwner(s.getBinding)},
			{Method: http.MethodGet, Path: "/api/v1/gpr-template-binding/list", Handle: s.ofOwner(s.listBindings)},
			{Method: http.MethodPut, Path: "/api/v1/gpr-template-binding", Handle: s.ofOwner(s.updateBinding)},
			{Method: http.MethodDelete, Path: "/api/v1/gpr-template-binding", Handle: s.ofOwner(s.deleteBinding)},
		},
		Failure:           s.fail,
		ExpireCredentials: s.ExpireTokens,
		Endpoints: append(
			simulation.Keys(s.Keys, s.ChangeKey, s.DeleteKey),
			simulation.Lists("workspaces", "list the workspaces, ready or not", s.Workspaces),
			simulation.Takes(http.MethodPost, "workspaces", "add a workspace outside the API, ready at once", s.postWorkspace),
			simulation.Removes("workspaces/{id}", "delete the workspace of this name outside the API, at once", s.DeleteWorkspace),
			simulation.Lists("gpr-templates", "list the GPR templates", s.GPRTemplates),
			simulation.Takes(http.MethodPost, "gpr-templates", "add a GPR template outside the API", add(s.AddGPRTemplate)),
			simulation.Takes(http.MethodPut, "gpr-templates/{id}", "change the GPR template of this name outside the API", s.ChangeGPRTemplate),
			simulation.Removes("gpr-templates/{id}", "delete the GPR template of this name outside the API", s.DeleteGPRTemplate),
			simulation.Lists("gpr-template-bindings", "list the GPR template bindings", s.GPRBindings),
			simulation.Takes(http.MethodPost, "gpr-template-bindings", "add a GPR template binding outside the API", add(s.AddGPRBinding)),
			simulation.Takes(http.MethodPut, "gpr-template-bindings/{id}", "change the GPR template binding of this name outside the API", s.ChangeGPRBinding),
			simulation.Removes("gpr-template-bindings/{id}", "delete the GPR template binding of this name outside the API", s.DeleteGPRBinding),
		),
	})
	for _, name := range s.options.Workspaces {
		s.AddWorkspace(Workspace{
			Name: name, Clusters: s.options.Clusters, Namespaces: []string{name}, UserName: "admin", Email: "admin@example.com",
		})
	}
	s.ownerKey = s.AddKey(Key{
		Name: "simulator", Description: "Handed out by the simulator when it started",
		Role: roleOwner, Validity: "2999-12-31",
	})
	s.seed(options.Keys)
	s.keys.Lag(options.ListLag)
	s.keys.Forget(options.LogInsUntilKnown)
	s.workspaces.Lag(options.ListLag)
	s.templates.Lag(options.ListLag)
	s.bindings.Lag(options.ListLag)
	return s
}

// seed adds keys that live for another year. Every third one is an Owner key, and every other of those is of one
// workspace, as the portal knows them.
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
