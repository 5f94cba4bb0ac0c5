// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// workspaceState is a workspace that is not ready, ready or being deleted. Simulator.mu guards it.
type workspaceState struct {
	Workspace
	created time.Time
	// lists is the number of list requests since the workspace was created. The deletion of the workspace resets lists to 0.
	// uses is the number of requests for the kubeconfig or the inventory of the workspace.
	lists, uses int
	ready       bool
	// deleted is the time at which the workspace was deleted through the API. It is zero before that.
	deleted time.Time
	// kubeConfigs maps the name of a cluster to its kubeconfig.
	kubeConfigs map[string]string
}

// isReady reports whether the workspace is ready. If w.ready is false, isReady increments *requests, and the workspace is ready
// if WorkspaceDelay has passed since its creation and *requests is greater than want.
func (s *Simulator) isReady(w *workspaceState, requests *int, want int) bool {
	if w.ready {
		return true
	}
	*requests++
	return *requests > want && !s.Now().Before(w.created.Add(s.options.WorkspaceDelay))
}

// forgetWorkspaces removes the workspaces whose deletion is complete.
func (s *Simulator) forgetWorkspaces() {
	for _, item := range s.workspaces.All() {
		if w := item.Value; !w.deleted.IsZero() && w.lists >= s.options.WorkspaceListsUntilDeleted &&
			!s.Now().Before(w.deleted.Add(s.options.WorkspaceDeletionDelay)) {
			s.workspaces.Remove(item.ID)
		}
	}
}

func (s *Simulator) addWorkspace(w Workspace, ready bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetWorkspaces()
	return s.workspaces.Add(simulation.Item[*workspaceState]{ID: w.Name, Value: &workspaceState{
		Workspace: w.clone(), created: s.Now(), ready: ready, kubeConfigs: map[string]string{},
	}})
}

// endWorkspace starts the deletion of a workspace, and reports whether the workspace exists. Without a delay in Options, the
// deletion is complete at once.
func (s *Simulator) endWorkspace(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetWorkspaces()
	item := s.workspaces.ByID(name)
	if item == nil {
		return false
	}
	if w := item.Value; w.deleted.IsZero() {
		w.deleted, w.lists = s.Now(), 0
	}
	s.forgetWorkspaces()
	return true
}

// listedWorkspaces counts a list request for each workspace, and returns the workspaces that the list shows.
func (s *Simulator) listedWorkspaces() []Workspace {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetWorkspaces()
	unready := map[string]bool{}
	for _, item := range s.workspaces.All() {
		if w := item.Value; w.deleted.IsZero() {
			unready[w.Name] = !s.isReady(w, &w.lists, s.options.WorkspaceListsUntilReady)
		} else {
			w.lists++
		}
	}
	shown := []Workspace{}
	for _, item := range s.workspaces.Listed() {
		if !unready[item.ID] {
			shown = append(shown, item.Value.Workspace)
		}
	}
	return shown
}
