// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Simulator is an EGS controller in memory. It is an http.Handler that serves the EGS API under /api/v1/ and the control
// endpoints of the simulator under /_sim/. It is safe for concurrent use.
type Simulator struct {
	*simulation.Server
	options    Options
	keys       simulation.Store[ListedKey]
	mu         sync.Mutex // guards the workspaceState values in workspaces
	workspaces simulation.Store[*workspaceState]
	templates  *gprStore[GPRTemplate]
	bindings   *gprStore[GPRBinding]
	nodes      atomic.Pointer[[]Node]
	// tokens maps each access token to its grant.
	tokens   sync.Map
	ownerKey string
}

// New returns a simulator. It contains an Owner key named "simulator", which lists also show, and Options.Keys seeded keys.
func New(options Options) *Simulator {
	s := &Simulator{options: options.withDefaults()}
	s.templates = &gprStore[GPRTemplate]{
		s: s, thing: "GPR template", kind: "gprtemplates", member: "gprTemplateName", array: "items", shown: s.shownTemplate, bound: s.isBound,
	}
	s.bindings = &gprStore[GPRBinding]{
		s: s, thing: "GPR template binding", kind: "gprtemplatebindings", member: "gprTemplateBindingName", array: "templateBindings",
		shown: s.shownBinding,
	}
	s.Server = simulation.NewServer(s.options.Options, simulation.Service{
		Routes: slices.Concat([]simulation.Route{
			{Method: http.MethodPost, Path: "/api/v1/auth", Handle: s.authenticate},
			{Method: http.MethodPost, Path: "/api/v1/api-key", Handle: s.authorized(s.createKey)},
			{Method: http.MethodDelete, Path: "/api/v1/api-key", Handle: s.authorized(s.deleteKey)},
			{Method: http.MethodGet, Path: "/api/v1/api-key/list", Handle: s.authorized(s.listKeys)},
			{Method: http.MethodPost, Path: "/api/v1/slice-workspace", Handle: s.ownerOnly(s.createWorkspace)},
			{Method: http.MethodDelete, Path: "/api/v1/slice-workspace", Handle: s.ownerOnly(s.deleteWorkspace)},
			{Method: http.MethodGet, Path: "/api/v1/slice-workspace/list", Handle: s.authorized(s.listWorkspaces)},
			{Method: http.MethodPost, Path: "/api/v1/slice-workspace/kube-config", Handle: s.ownerOnly(s.kubeConfig)},
			{Method: http.MethodGet, Path: "/api/v1/inventory", Handle: s.authorized(s.workspaceInventory)},
			{Method: http.MethodGet, Path: "/api/v1/inventory/list", Handle: s.ownerOnly(s.listInventory)},
		}, s.templates.routes("/api/v1/gpr-template", s.createTemplate, s.updateTemplate),
			s.bindings.routes("/api/v1/gpr-template-binding", s.createBinding, s.updateBinding)),
		Failure:           s.fail,
		ExpireCredentials: s.ExpireTokens,
		Endpoints: slices.Concat(simulation.Keys(s.Keys, s.ChangeKey, s.DeleteKey), []simulation.Endpoint{
			simulation.Lists("workspaces", "list the workspaces, ready or not", s.Workspaces),
			simulation.Takes(http.MethodPost, "workspaces", "add a workspace outside the API, ready at once", s.postWorkspace),
			simulation.Removes("workspaces/{id}", "delete the workspace with this name outside the API, at once", s.DeleteWorkspace),
			simulation.Lists("nodes", "list the nodes with GPUs", s.Nodes),
			simulation.Takes(http.MethodPut, "nodes", "replace the nodes with GPUs", func(_ string, nodes []Node) error {
				s.SetNodes(nodes)
				return nil
			}),
		}, s.templates.endpoints("gpr-templates", s.AddGPRTemplate, s.ChangeGPRTemplate),
			s.bindings.endpoints("gpr-template-bindings", s.AddGPRBinding, s.ChangeGPRBinding)),
	})
	for _, name := range s.options.Workspaces {
		s.AddWorkspace(Workspace{
			Name: name, Clusters: s.options.Clusters, Namespaces: []string{name}, UserName: "admin", Email: "admin@example.com",
		})
	}
	s.SetNodes(s.options.Nodes)
	s.ownerKey = s.AddKey(Key{
		Name: "simulator", Description: "Handed out by the simulator when it started",
		Role: roleOwner, Validity: "2999-12-31",
	})
	s.seed(options.Keys)
	s.keys.Lag(options.ListLag)
	s.keys.RefuseLogIns(options.LogInsUntilAccepted)
	s.workspaces.Lag(options.ListLag)
	s.templates.Lag(options.ListLag)
	s.bindings.Lag(options.ListLag)
	return s
}

// seed adds n keys that expire in one year. Every third one is an Owner key. Every second Owner key names a workspace, because
// the portal allows that. If Options.Workspaces is empty, all n keys are Owner keys without a workspace.
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

// OwnerKey returns the secret of the Owner key that New created.
func (s *Simulator) OwnerKey() string { return s.ownerKey }
