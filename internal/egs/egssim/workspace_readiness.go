// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// heldWorkspace is a workspace on its way to be ready, and later to be gone. Simulator.mu guards it.
type heldWorkspace struct {
	Workspace
	made time.Time
	// lists and asks count the list and kubeconfig requests since it was made.
	lists, asks int
	ready       bool
	// ended is when the API deleted it, and lists count since then.
	ended time.Time
	// kubeConfigs by cluster.
	kubeConfigs map[string]string
}

// isReady counts a request, and reports whether the delay is over, and as many requests before got the
// response that the workspace is not ready.
func (s *Simulator) isReady(w *heldWorkspace, requests *int, want int) bool {
	if w.ready {
		return true
	}
	*requests++
	return *requests > want && !s.Now().Before(w.made.Add(s.options.WorkspaceDelay))
}

// forgetWorkspaces drops those that were deleted, and that EGS is done with.
func (s *Simulator) forgetWorkspaces() {
	for _, item := range s.workspaces.All() {
		if w := item.Value; !w.ended.IsZero() && w.lists >= s.options.WorkspaceListsUntilGone &&
			!s.Now().Before(w.ended.Add(s.options.WorkspaceGoneDelay)) {
			s.workspaces.Remove(item.ID)
		}
	}
}

// addWorkspace reports false if there is one of the name: names are unique.
func (s *Simulator) addWorkspace(w Workspace, ready bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetWorkspaces()
	return s.workspaces.Add(simulation.Item[*heldWorkspace]{ID: w.Name, Value: &heldWorkspace{
		Workspace: w.clone(), made: s.Now(), ready: ready, kubeConfigs: map[string]string{},
	}})
}

// endWorkspace begins the end of a workspace, which removes it at once if nothing holds it up,
// and reports whether there is one of this name.
func (s *Simulator) endWorkspace(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetWorkspaces()
	item := s.workspaces.ByID(name)
	if item == nil {
		return false
	}
	if w := item.Value; w.ended.IsZero() {
		w.ended, w.lists = s.Now(), 0
	}
	s.forgetWorkspaces()
	return true
}

// listedWorkspaces are those that a list request shows, which it counts.
func (s *Simulator) listedWorkspaces() []Workspace {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetWorkspaces()
	unready := map[string]bool{}
	for _, item := range s.workspaces.All() {
		if w := item.Value; w.ended.IsZero() {
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
