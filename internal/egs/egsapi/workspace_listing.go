// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
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

// count is a number in every recorded list; a string of digits is accepted too. Any other value is treated as unknown, and
// does not make the workspace invalid.
type count int64

func (n *count) UnmarshalJSON(b []byte) error {
	if i, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64); err == nil && i >= 0 {
		*n = count(i)
	}
	return nil
}

// decodeWorkspaces decodes the data of a list: {"workspaces":[…]}. The parameter most is the maximum number of entries: see
// apiclient.Entries. decodeWorkspaces counts invalid entries and returns the others.
func decodeWorkspaces(data json.RawMessage, most int) (l *apiclient.Listing[Workspace], err error) {
	l = &apiclient.Listing[Workspace]{}
	l.Inferred, err = apiclient.Entries(data, "workspaces", most, func(entry *workspaceEntry, err error) {
		w, err := entry.workspace(err)
		l.Add(w.Name, w, err)
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// workspace converts the entry to a Workspace. The parameter err is the error from decoding the entry. If workspace returns
// an error, the returned Workspace has only a name. This name is "" if the name of the entry is invalid.
func (e *workspaceEntry) workspace(err error) (Workspace, error) {
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
		return Workspace{Name: e.Name}, errors.New("the entry has invalid names")
	}
	return w, nil
}

func isName(s string) bool { return s != "" && transport.IsPrintable(s) }
