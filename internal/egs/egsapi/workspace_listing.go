// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

func (c *Client) fetchWorkspaces(ctx context.Context, _ string, _ bool) (*apiclient.Listing[Workspace], error) {
	return fetch(ctx, c, opListWorkspaces, workspacePath+"/list", nil, decodeWorkspaces)
}

// workspaceEntry is an entry of data.workspaces[].
type workspaceEntry struct {
	Name                         string   `json:"name"`
	OverlayNetworkDeploymentMode string   `json:"overlayNetworkDeploymentMode"`
	MaxClusters                  count    `json:"maxClusters"`
	Description                  string   `json:"sliceDescription"`
	Clusters                     []string `json:"clusters"`
	Namespaces                   []struct {
		Namespace string   `json:"namespace"`
		Clusters  []string `json:"clusters"`
	} `json:"namespaces"`
}

// count is a number in every recorded list; a string of digits would say the same. What is neither is not known: it
// makes no workspace unreadable.
type count int64

func (n *count) UnmarshalJSON(b []byte) error {
	if i, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64); err == nil && i >= 0 {
		*n = count(i)
	}
	return nil
}

// decodeWorkspaces reads the data of a list: {"workspaces":[…]}, or nothing: see entries. An entry that cannot be read
// does not hide the others.
func decodeWorkspaces(data json.RawMessage) (*apiclient.Listing[Workspace], error) {
	list, none, err := entries(data, "workspaces")
	if err != nil {
		return nil, err
	}
	l := &apiclient.Listing[Workspace]{Inferred: none}
	for _, entry := range list {
		w, err := decodeWorkspace(entry)
		l.Add(w.Name, w, err)
	}
	return l, nil
}

// decodeWorkspace reads an entry of the list. Beside an error the name is set, if it is valid.
func decodeWorkspace(raw json.RawMessage) (Workspace, error) {
	var e workspaceEntry
	err := json.Unmarshal(raw, &e)
	if !isName(e.Name) {
		return Workspace{}, errors.New("the entry has no name")
	}
	if err != nil {
		return Workspace{Name: e.Name}, err
	}
	w := Workspace{
		Name:                         e.Name,
		OverlayNetworkDeploymentMode: e.OverlayNetworkDeploymentMode,
		MaxClusters:                  int64(e.MaxClusters),
		Description:                  e.Description,
		Clusters:                     e.Clusters,
	}
	names := slices.Clone(e.Clusters)
	for _, namespace := range e.Namespaces {
		w.Namespaces = append(w.Namespaces, WorkspaceNamespace{Name: namespace.Namespace, Clusters: namespace.Clusters})
		names = append(append(names, namespace.Namespace), namespace.Clusters...)
	}
	if slices.ContainsFunc(names, func(name string) bool { return !isName(name) }) {
		return Workspace{Name: e.Name}, errors.New("the entry has names that make no sense")
	}
	return w, nil
}

func isName(s string) bool { return s != "" && !strings.ContainsFunc(s, unicode.IsControl) }
