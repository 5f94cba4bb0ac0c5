// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// fetchWorkspaces sends the list request. A 404 may mean that there are no workspaces.
func (c *Client) fetchWorkspaces(ctx context.Context, _ string, _ bool) (*apiclient.Listing[Workspace], error) {
	r := c.request(opListWorkspaces, http.MethodGet, workspaceListPath)
	r.Repeatable, r.List = true, true
	data, err := c.call(ctx, r)
	if apiclient.IsStatus(err, http.StatusNotFound) {
		return &apiclient.Listing[Workspace]{Refusal: err}, nil
	}
	if err != nil {
		return nil, err
	}
	l, err := decodeWorkspaces(data)
	if err != nil {
		return nil, c.conn.Failed(r, Error{Status: http.StatusOK, Message: err.Error(), Err: ErrNotEGS})
	}
	return l, nil
}

// workspaceEntry is an entry of data.workspaces[].
type workspaceEntry struct {
	Name                         string           `json:"name"`
	OverlayNetworkDeploymentMode string           `json:"overlayNetworkDeploymentMode"`
	MaxClusters                  count            `json:"maxClusters"`
	Description                  string           `json:"sliceDescription"`
	Clusters                     []string         `json:"clusters"`
	Namespaces                   []namespaceEntry `json:"namespaces"`
}

type namespaceEntry struct {
	Namespace string   `json:"namespace"`
	Clusters  []string `json:"clusters"`
}

// count is a number in every recorded list; a string of digits would say the same.
// What is neither is not known: it makes no workspace unreadable.
type count int64

func (n *count) UnmarshalJSON(b []byte) error {
	if i, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64); err == nil && i >= 0 {
		*n = count(i)
	}
	return nil
}

// decodeWorkspaces reads the data of a list: {"workspaces":[…]}, or nothing: see entries. An
// entry that cannot be read does not hide the others.
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

// decodeWorkspace reads an entry of the list. Beside an error the name is set, where
// there is one that makes sense.
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
	for _, name := range names {
		if !isName(name) {
			return Workspace{Name: e.Name}, errors.New("the entry has names that make no sense")
		}
	}
	return w, nil
}

// isName says whether the text can be a name of anything.
func isName(s string) bool { return s != "" && !strings.ContainsFunc(s, unicode.IsControl) }
