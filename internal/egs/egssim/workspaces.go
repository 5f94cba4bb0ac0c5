// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"slices"
	"sync"
	"time"
)

// Workspace is a workspace as it was asked for.
type Workspace struct {
	Name       string   `json:"name"`
	Clusters   []string `json:"clusters"`
	Namespaces []string `json:"namespaces"`
	UserName   string   `json:"username"`
	Email      string   `json:"email"`
}

// storedWorkspace is a workspace and how far it is.
type storedWorkspace struct {
	Workspace
	made time.Time
	// lists and asks count the list and kubeconfig requests since it was made.
	lists, asks int
	ready       bool
	// kubeConfigs by cluster, made when they are first asked for.
	kubeConfigs map[string]string
}

// readiness is when a workspace counts as ready.
type readiness struct {
	now                time.Time
	delay              time.Duration
	lists, kubeConfigs int
}

func (s *Simulator) readiness() readiness {
	return readiness{
		now: s.Now(), delay: s.options.WorkspaceDelay,
		lists: s.options.WorkspaceListsUntilReady, kubeConfigs: s.options.KubeConfigsUntilReady,
	}
}

// after reports whether the delay is over, and as many requests were answered that
// it is not there yet.
func (w *storedWorkspace) after(r readiness, requests *int, want int) bool {
	if w.ready {
		return true
	}
	*requests++
	return *requests > want && !r.now.Before(w.made.Add(r.delay))
}

// workspaces are in the order of their creation.
type workspaces struct {
	mu    sync.Mutex
	order []*storedWorkspace
}

func (ws *workspaces) find(name string) int {
	return slices.IndexFunc(ws.order, func(w *storedWorkspace) bool { return w.Name == name })
}

// add reports false where there is one of the name: names are unique.
func (ws *workspaces) add(w Workspace, now time.Time, ready bool) bool {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.find(w.Name) >= 0 {
		return false
	}
	ws.order = append(ws.order, &storedWorkspace{Workspace: w.clone(), made: now, ready: ready, kubeConfigs: map[string]string{}})
	return true
}

func (ws *workspaces) has(name string) bool {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return ws.find(name) >= 0
}

func (ws *workspaces) remove(name string) bool {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	i := ws.find(name)
	if i < 0 {
		return false
	}
	ws.order = slices.Delete(ws.order, i, i+1)
	return true
}

func (ws *workspaces) all() []Workspace {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	all := make([]Workspace, 0, len(ws.order))
	for _, w := range ws.order {
		all = append(all, w.clone())
	}
	return all
}

// listed are those that a list request shows, which it counts.
func (ws *workspaces) listed(r readiness) []Workspace {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	var listed []Workspace
	for _, w := range ws.order {
		if w.after(r, &w.lists, r.lists) {
			listed = append(listed, w.clone())
		}
	}
	return listed
}

// clone shares no memory, and has no nil lists.
func (w Workspace) clone() Workspace {
	w.Clusters = append([]string{}, w.Clusters...)
	w.Namespaces = append([]string{}, w.Namespaces...)
	return w
}
