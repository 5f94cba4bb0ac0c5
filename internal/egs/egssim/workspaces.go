// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"slices"
	"sync"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
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
	// ended is when the API deleted it, and lists count since then.
	ended time.Time
	// kubeConfigs by cluster, made when they are first asked for.
	kubeConfigs map[string]string
}

// readiness is when a workspace counts as ready, and when as gone.
type readiness struct {
	now                time.Time
	delay              time.Duration
	lists, kubeConfigs int
	// goneDelay and goneLists are how long, and in how many lists, one that was
	// deleted is there still.
	goneDelay time.Duration
	goneLists int
}

func (s *Simulator) readiness() readiness {
	return readiness{
		now: s.Now(), delay: s.options.WorkspaceDelay,
		lists: s.options.WorkspaceListsUntilReady, kubeConfigs: s.options.KubeConfigsUntilReady,
		goneDelay: s.options.WorkspaceGoneDelay, goneLists: s.options.WorkspaceListsUntilGone,
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

// gone reports whether it was deleted, and EGS is done with it.
func (w *storedWorkspace) gone(r readiness) bool {
	return !w.ended.IsZero() && w.lists >= r.goneLists && !r.now.Before(w.ended.Add(r.goneDelay))
}

// workspaces are in the order of their creation.
type workspaces struct {
	mu    sync.Mutex
	order []*storedWorkspace
	past  simulation.Past[Workspace]
}

func (ws *workspaces) find(name string) int {
	return slices.IndexFunc(ws.order, func(w *storedWorkspace) bool { return w.Name == name })
}

// add reports false where there is one of the name: names are unique.
func (ws *workspaces) add(w Workspace, r readiness, ready bool) bool {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.forget(r)
	if ws.find(w.Name) >= 0 {
		return false
	}
	ws.order = append(ws.order, &storedWorkspace{Workspace: w.clone(), made: r.now, ready: ready, kubeConfigs: map[string]string{}})
	ws.past.Record(ws.present)
	return true
}

func (ws *workspaces) has(name string) bool {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return ws.find(name) >= 0
}

// forget drops those that EGS is done with.
func (ws *workspaces) forget(r readiness) {
	before := len(ws.order)
	ws.order = slices.DeleteFunc(ws.order, func(w *storedWorkspace) bool { return w.gone(r) })
	if len(ws.order) < before {
		ws.past.Record(ws.present)
	}
}

// end begins the end of a workspace, which removes it at once if nothing holds it up,
// and reports whether there is one of this name.
func (ws *workspaces) end(name string, r readiness) bool {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.forget(r)
	i := ws.find(name)
	if i < 0 {
		return false
	}
	if w := ws.order[i]; w.ended.IsZero() {
		w.ended, w.lists = r.now, 0
	}
	ws.forget(r)
	return true
}

func (ws *workspaces) remove(name string) bool {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	i := ws.find(name)
	if i < 0 {
		return false
	}
	ws.order = slices.Delete(ws.order, i, i+1)
	ws.past.Record(ws.present)
	return true
}

func (ws *workspaces) all() []Workspace {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return ws.present()
}

// lag makes lists lag.
func (ws *workspaces) lag(by time.Duration) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.past.Start(by, ws.present())
}

// present is all without a lock.
func (ws *workspaces) present() []Workspace {
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
	ws.forget(r)
	unready := map[string]bool{}
	for _, w := range ws.order {
		if !w.ended.IsZero() {
			w.lists++
		} else {
			unready[w.Name] = !w.after(r, &w.lists, r.lists)
		}
	}
	return slices.DeleteFunc(ws.past.Show(ws.present), func(w Workspace) bool { return unready[w.Name] })
}

// clone shares no memory, and has no nil lists.
func (w Workspace) clone() Workspace {
	w.Clusters = append([]string{}, w.Clusters...)
	w.Namespaces = append([]string{}, w.Namespaces...)
	return w
}
