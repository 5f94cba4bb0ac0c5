// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	triedRegister    = "Error registering Slice" // as recorded
	triedDeregister  = "Error deleting Slice"
	triedKubeConfig  = "Error getting kubeconfig"
	describedByAPI   = "Created via slice workspace API" // as recorded
	overlayNoNetwork = "no-network"
	maxClusters      = 16
)

// nameForm is what Kubernetes takes for a name (RFC 1123 label).
var nameForm = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

// workspaceEntry is a workspace in the list's answer; no user name and no e-mail.
type workspaceEntry struct {
	Name         string           `json:"name"`
	OverlayMode  string           `json:"overlayNetworkDeploymentMode"`
	MaxClusters  int              `json:"maxClusters"`
	Description  string           `json:"sliceDescription"`
	ClusterNames []string         `json:"clusters"`
	Namespaces   []namespaceEntry `json:"namespaces"`
}

type namespaceEntry struct {
	Namespace string   `json:"namespace"`
	Clusters  []string `json:"clusters"`
}

// workspaceList is the list's `data`.
type workspaceList struct {
	Workspaces []workspaceEntry `json:"workspaces"`
}

// createWorkspace is POST /api/v1/slice-workspace.
func (s *Simulator) createWorkspace(c simulation.Call, caller grant) simulation.Reply {
	if caller.role != roleOwner {
		return failure(http.StatusForbidden, messageForbidden)
	}
	members, rep := s.knownMembers(c, triedRegister, "workspaceName", "clusters", "namespaces", "username", "email")
	if rep != nil {
		return *rep
	}
	values, rep := stringsOf(members, "workspaceName", "username", "email")
	if rep != nil {
		return *rep
	}
	workspace := Workspace{Name: values["workspaceName"], UserName: values["username"], Email: values["email"]}
	for name, into := range map[string]*[]string{"clusters": &workspace.Clusters, "namespaces": &workspace.Namespaces} {
		if rep := stringArray(members, name, into); rep != nil {
			return *rep
		}
		if len(*into) > 0 {
			values[name] = "given"
		}
	}
	if rep := s.missing(values, triedRegister, "workspaceName", "clusters", "namespaces", "username", "email"); rep != nil {
		return *rep
	}
	if rep := s.checkWorkspace(workspace); rep != nil {
		return *rep
	}
	if !s.workspaces.add(workspace, s.readiness(), false) {
		return s.refuse(refusal{
			status: http.StatusConflict, message: triedRegister,
			text: fmt.Sprintf("sliceconfigs.controller.kubeslice.io %q already exists", workspace.Name),
		})
	}
	return success(map[string]string{"workspaceName": workspace.Name})
}

// checkWorkspace refuses names that Kubernetes does not take, and clusters that
// do not exist.
func (s *Simulator) checkWorkspace(w Workspace) *simulation.Reply {
	var wrong []detail
	check := func(field, name string) {
		if !nameForm.MatchString(name) {
			wrong = append(wrong, detail{
				Reason: "FieldValueInvalid", Field: field,
				Message: fmt.Sprintf("Invalid value: %q: a lowercase RFC 1123 label is expected", name),
			})
		}
	}
	check("metadata.name", w.Name)
	for _, namespace := range w.Namespaces {
		check("spec.namespaceIsolationProfile.applicationNamespaces", namespace)
	}
	if len(wrong) > 0 {
		return new(s.refuse(refusal{
			status: http.StatusUnprocessableEntity, message: triedRegister, details: wrong,
			text: fmt.Sprintf("SliceConfig.controller.kubeslice.io %q is invalid", w.Name),
		}))
	}
	for _, cluster := range w.Clusters {
		if !slices.Contains(s.options.Clusters, cluster) {
			wrong = append(wrong, detail{
				Reason: "FieldValueInvalid", Field: "spec.clusters",
				Message: fmt.Sprintf("cluster %q is not registered", cluster),
			})
		}
	}
	if len(wrong) > 0 {
		return new(s.refuse(refusal{
			status: s.options.UnknownClusterStatus, message: triedRegister, details: wrong,
			text: fmt.Sprintf("SliceConfig.controller.kubeslice.io %q has clusters that are not registered", w.Name),
		}))
	}
	return nil
}

// listWorkspaces is GET /api/v1/slice-workspace/list.
func (s *Simulator) listWorkspaces(_ simulation.Call, caller grant) simulation.Reply {
	if caller.role != roleOwner {
		return failure(http.StatusForbidden, messageForbidden)
	}
	list := workspaceList{Workspaces: []workspaceEntry{}}
	for _, w := range s.workspaces.listed(s.readiness()) {
		list.Workspaces = append(list.Workspaces, w.entry())
	}
	if len(list.Workspaces) == 0 {
		switch s.options.EmptyWorkspaceList {
		case EmptyWorkspacesNull:
			list.Workspaces = nil
		case EmptyWorkspacesNotFound:
			return failure(http.StatusNotFound, "No workspaces found")
		case EmptyWorkspacesArray:
		}
	}
	return success(list)
}

func (w Workspace) entry() workspaceEntry {
	entry := workspaceEntry{
		Name: w.Name, OverlayMode: overlayNoNetwork, MaxClusters: maxClusters, Description: describedByAPI,
		ClusterNames: w.Clusters, Namespaces: []namespaceEntry{},
	}
	for _, namespace := range w.Namespaces {
		entry.Namespaces = append(entry.Namespaces, namespaceEntry{Namespace: namespace, Clusters: w.Clusters})
	}
	return entry
}

// deleteWorkspace is DELETE /api/v1/slice-workspace.
func (s *Simulator) deleteWorkspace(c simulation.Call, caller grant) simulation.Reply {
	if caller.role != roleOwner {
		return failure(http.StatusForbidden, messageForbidden)
	}
	values, rep := s.stringMembers(c, triedDeregister, "workspaceName")
	if rep != nil {
		return *rep
	}
	if rep := s.missing(values, triedDeregister, "workspaceName"); rep != nil {
		return *rep
	}
	name := values["workspaceName"]
	keys := s.keysOf(name)
	if s.options.WorkspaceDeletion == WorkspaceDeletionRefusedWithKeys && len(keys) > 0 && s.workspaces.has(name) {
		return s.refuse(refusal{
			status: http.StatusConflict, message: triedDeregister,
			text: fmt.Sprintf("workspace %q has %d API keys", name, len(keys)),
		})
	}
	if !s.workspaces.end(name, s.readiness()) {
		return s.refuse(refusal{
			status: s.options.DeleteUnknownWorkspaceStatus, message: triedDeregister,
			text: fmt.Sprintf("sliceconfigs.controller.kubeslice.io %q not found", name),
		})
	}
	s.endKeys(name)
	return s.deleted(struct{}{})
}

// endKeys deletes a workspace's keys where its deletion does.
func (s *Simulator) endKeys(workspace string) {
	if s.options.WorkspaceDeletion == WorkspaceDeletionRemovesKeys {
		for _, id := range s.keysOf(workspace) {
			s.keys.remove(id)
		}
	}
}

// keysOf are the ids of a workspace's keys.
func (s *Simulator) keysOf(workspace string) []string {
	var ids []string
	for _, key := range s.keys.listed(func(key ListedKey) bool { return key.WorkspaceName == workspace }) {
		ids = append(ids, key.ID)
	}
	return ids
}

// AddWorkspace adds a workspace as if somebody else had made it, ready and with
// nothing checked, and reports false where there is one of the name.
func (s *Simulator) AddWorkspace(w Workspace) bool {
	return s.workspaces.add(w, s.readiness(), true)
}

// Workspaces are all workspaces in the order of the list, those that a list does
// not show yet too, and those that it still shows; never nil.
func (s *Simulator) Workspaces() []Workspace { return s.workspaces.all() }

// DeleteWorkspace deletes a workspace at once as if somebody else had, with its keys
// where Options.WorkspaceDeletion is WorkspaceDeletionRemovesKeys, and reports
// whether there was one of this name.
func (s *Simulator) DeleteWorkspace(name string) bool {
	if !s.workspaces.remove(name) {
		return false
	}
	s.endKeys(name)
	return true
}
