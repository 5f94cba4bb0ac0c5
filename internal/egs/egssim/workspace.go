// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	triedRegister    = "Error registering Slice" // as recorded by the vendor
	triedDeregister  = "Error deleting Slice"
	triedKubeConfig  = "Error getting kubeconfig"
	describedByAPI   = "Created via slice workspace API" // as recorded by the vendor
	overlayNoNetwork = "no-network"
	maxClusters      = 16
	// The vendor recorded these messages.
	messageActiveGPRs = "There are few active GPRs associated with the workspace. Do you still wanna delete active GPRs and workspace?"
	messageUnready    = "No record found for slice"
)

// labelForm matches an RFC 1123 label. The name of a Kubernetes namespace and the name of a workspace must be such a label.
var labelForm = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

// Workspace has the values of the request that created a workspace.
type Workspace struct {
	Name       string   `json:"name"`
	Clusters   []string `json:"clusters"`
	Namespaces []string `json:"namespaces"`
	UserName   string   `json:"username"`
	Email      string   `json:"email"`
	// OverlayMode is no-network if empty.
	OverlayMode string `json:"overlayNetworkDeploymentMode,omitempty"`
	// ActiveGPRs is whether the workspace has active GPU requests (GPRs). If so, EGS refuses to delete the workspace.
	ActiveGPRs bool `json:"activeGPRs,omitempty"`
}

// clone returns a deep copy of w. Its slices are empty instead of nil.
func (w Workspace) clone() Workspace {
	w.Clusters = append([]string{}, w.Clusters...)
	w.Namespaces = append([]string{}, w.Namespaces...)
	return w
}

// workspaceEntry is a workspace in a list. Lists do not show the user name and the email address.
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

func (s *Simulator) createWorkspace(c simulation.Call) simulation.Reply {
	// No known client sends overlayNetworkDeploymentMode, sliceSubnet, sliceGWType or standardQosProfileName, but an example in
	// the documentation of EGS 1.15 has all four. No recorded list shows the last three, so the simulator only checks that they
	// are strings.
	in := s.body(c, triedRegister, "overlayNetworkDeploymentMode", "sliceSubnet", "sliceGWType", "standardQosProfileName",
		"workspaceName", "clusters", "namespaces", "username", "email")
	_, _, _ = in.Text("sliceSubnet"), in.Text("sliceGWType"), in.Text("standardQosProfileName")
	w := Workspace{
		OverlayMode: in.Text("overlayNetworkDeploymentMode"),
		Name:        in.mustText("workspaceName"), Clusters: in.mustTexts("clusters"), Namespaces: in.mustTexts("namespaces"),
		UserName: in.mustText("username"), Email: in.mustText("email"),
	}
	in.refuseInvalid()
	in.checkWorkspace(w)
	if refused := in.Refused(); refused != nil {
		return *refused
	}
	if !s.addWorkspace(w, false) {
		return s.refuse(http.StatusConflict, triedRegister, fmt.Sprintf("sliceconfigs.controller.kubeslice.io %q already exists", w.Name))
	}
	return success(map[string]string{"workspaceName": w.Name})
}

func workspaceNotFound(name string) string {
	return fmt.Sprintf("sliceconfigs.controller.kubeslice.io %q not found", name)
}

// checkWorkspace denies the request if a name is not valid in Kubernetes or if a cluster is not registered.
func (b *body) checkWorkspace(w Workspace) {
	var wrong []detail
	note := func(field, message string) {
		wrong = append(wrong, detail{Reason: "FieldValueInvalid", Field: field, Message: message})
	}
	checkName := func(field, name string) {
		if !labelForm.MatchString(name) {
			note(field, fmt.Sprintf("Invalid value: %q: a lowercase RFC 1123 label is expected", name))
		}
	}
	checkName("metadata.name", w.Name)
	for _, namespace := range w.Namespaces {
		checkName("spec.namespaceIsolationProfile.applicationNamespaces", namespace)
	}
	status, text := http.StatusUnprocessableEntity, "is invalid"
	if len(wrong) == 0 {
		status, text = b.s.options.UnknownClusterStatus, "has clusters that are not registered"
		for _, cluster := range w.Clusters {
			if !slices.Contains(b.s.options.Clusters, cluster) {
				note("spec.clusters", fmt.Sprintf("cluster %q is not registered", cluster))
			}
		}
	}
	if len(wrong) > 0 {
		b.deny(status, fmt.Sprintf("SliceConfig.controller.kubeslice.io %q %s", w.Name, text), wrong...)
	}
}

func (s *Simulator) listWorkspaces(_ simulation.Call, caller grant) simulation.Reply {
	if caller.role != roleOwner && s.options.WorkspaceReaders == WorkspaceReadersOwners {
		return s.forbidden()
	}
	entries := []workspaceEntry{}
	for _, w := range s.listedWorkspaces() {
		if !caller.bound || s.options.WorkspaceReaders == WorkspaceReadersAll || w.Name == caller.workspace {
			entries = append(entries, s.workspaceEntry(w))
		}
	}
	listed := success(map[string]any{"workspaces": entries})
	if len(entries) == 0 {
		return s.emptyList(s.options.EmptyWorkspaceList, "workspaces", listed)
	}
	return listed
}

// workspaceEntry returns the entry of a workspace in a list. If the workspace has no namespaces, the member namespaces is null,
// as recorded by the vendor.
func (s *Simulator) workspaceEntry(w Workspace) workspaceEntry {
	entry := workspaceEntry{
		Name: w.Name, OverlayMode: cmp.Or(w.OverlayMode, overlayNoNetwork), MaxClusters: maxClusters, Description: describedByAPI,
		ClusterNames: w.Clusters,
	}
	if s.options.EmptyDescriptions {
		entry.Description = ""
	}
	for _, namespace := range w.Namespaces {
		entry.Namespaces = append(entry.Namespaces, namespaceEntry{Namespace: namespace, Clusters: w.Clusters})
	}
	return entry
}

func (s *Simulator) deleteWorkspace(c simulation.Call) simulation.Reply {
	in := s.body(c, triedDeregister, "workspaceName")
	name := in.mustText("workspaceName")
	if refused := in.refused(); refused != nil {
		return *refused
	}
	keys := s.keysOf(name)
	if s.options.WorkspaceDeletion == WorkspaceDeletionRefusedWithKeys && len(keys) > 0 && s.workspaces.ByID(name) != nil {
		return s.refuse(http.StatusConflict, triedDeregister, fmt.Sprintf("workspace %q has %d API keys", name, len(keys)))
	}
	if item := s.workspaces.ByID(name); item != nil && item.Value.ActiveGPRs {
		return s.refuse(s.options.ActiveGPRsStatus, triedDeregister, messageActiveGPRs)
	}
	if !s.endWorkspace(name) {
		return s.refuse(s.options.DeleteUnknownWorkspaceStatus, triedDeregister, workspaceNotFound(name))
	}
	s.endKeys(name)
	return s.deleted(struct{}{})
}

// endKeys deletes the keys of a deleted workspace if Options.WorkspaceDeletion is WorkspaceDeletionRemovesKeys.
func (s *Simulator) endKeys(workspace string) {
	if s.options.WorkspaceDeletion == WorkspaceDeletionRemovesKeys {
		for _, id := range s.keysOf(workspace) {
			s.keys.Remove(id)
		}
	}
}

func (s *Simulator) keysOf(workspace string) []string {
	var ids []string
	for _, key := range s.keys.All() {
		if key.Value.WorkspaceName == workspace {
			ids = append(ids, key.ID)
		}
	}
	return ids
}

// AddWorkspace adds a workspace as if it was created outside the API. The workspace is ready at once and is not validated.
// AddWorkspace returns false if the name exists.
func (s *Simulator) AddWorkspace(w Workspace) bool { return s.addWorkspace(w, true) }

func (s *Simulator) postWorkspace(_ string, w Workspace) error {
	switch {
	case w.Name == "":
		return errors.New("name is missing")
	case !s.AddWorkspace(w):
		return fmt.Errorf("%w: a workspace has this name", simulation.ErrExists)
	}
	return nil
}

// Workspaces returns all workspaces in the order of lists, including workspaces that are not ready or are being deleted. The
// slice is never nil.
func (s *Simulator) Workspaces() []Workspace {
	all := []Workspace{}
	for _, item := range s.workspaces.All() {
		all = append(all, item.Value.clone())
	}
	return all
}

// DeleteWorkspace immediately deletes a workspace as if it was deleted outside the API, and reports whether it existed. If
// Options.WorkspaceDeletion is WorkspaceDeletionRemovesKeys, DeleteWorkspace also deletes the keys of the workspace.
func (s *Simulator) DeleteWorkspace(name string) bool {
	if !s.workspaces.Remove(name) {
		return false
	}
	s.endKeys(name)
	return true
}
