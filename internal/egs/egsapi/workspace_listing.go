// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// errUnlisted: the workspace was made by this client, and no list has shown it yet.
var errUnlisted = errors.New("not listed yet")

// workspaceListing is one complete answer of the list call.
type workspaceListing struct {
	workspaces []Workspace
	byName     map[string]int
	// unreadable counts entries that make no sense and could be any workspace.
	unreadable int
	// odd are the names of entries of which no more makes sense.
	odd map[string]bool
	// silent says that the list is null: it may be empty, and proves nothing.
	silent bool
	apiclient.Moment
}

// lacks says whether the workspace is not in the listing.
func (l *workspaceListing) lacks(name string) bool {
	_, ok := l.byName[name]
	return !ok && !l.odd[name]
}

// complete returns an error where the listing's silence about a workspace proves
// nothing.
func (l *workspaceListing) complete(name string) error {
	var why string
	switch {
	case l.odd[name]:
		why = fmt.Sprintf("the list's entry of the workspace %q could not be read", name)
	case l.unreadable > 0:
		why = fmt.Sprintf("the list does not prove that the workspace %q is gone, since %d of its entries could not be read", name, l.unreadable)
	case l.silent:
		why = fmt.Sprintf("the list does not prove that the workspace %q is gone, since it is null", name)
	default:
		return nil
	}
	return &Error{Op: opListWorkspaces, Status: http.StatusOK, Err: ErrNotEGS, Message: why}
}

// findWorkspace is Workspace in a listing.
func (c *Client) findWorkspace(l *workspaceListing, name string) (*Workspace, error) {
	if i, ok := l.byName[name]; ok {
		c.workspaceCreations.listed(name)
		return &l.workspaces[i], nil
	}
	if err := l.complete(name); err != nil {
		return nil, err
	}
	if err := c.seesWorkspace(name); err != nil {
		return nil, err
	}
	if c.workspaceCreations.unlisted(name) {
		return nil, &Error{Op: opListWorkspaces, Err: errUnlisted, Message: fmt.Sprintf(
			"the workspace %q was made, and the list does not show it yet", name)}
	}
	return nil, &Error{Op: opListWorkspaces, Message: fmt.Sprintf("no workspace has the name %q", name), Err: ErrNotFound}
}

// seesWorkspace returns an error where the credentials are bound to another
// workspace, so that a list's silence about this one proves nothing.
func (c *Client) seesWorkspace(name string) error {
	bound := c.tokens.boundTo()
	if bound == "" || bound == name {
		return nil
	}
	return &Error{Op: opListWorkspaces, Err: ErrUnseen, Message: fmt.Sprintf(
		"the provider's credentials are bound to the workspace %q and may not see others; use an Owner key", bound)}
}

// workspaceListing returns all workspaces as they are after everything written so
// far.
func (c *Client) workspaceListing(ctx context.Context) (*workspaceListing, error) {
	return c.workspaces.Get(ctx, "", time.Time{}, 0, c.fetchWorkspaces)
}

// workspaceBaselineAge is shorter than baselineAge: a name is unique, so somebody else's
// workspace of it would be taken for ours. Workspaces that are made at the same time
// share a list all the same.
const workspaceBaselineAge = time.Second

// workspaceBaseline is a listing that is no older than workspaceBaselineAge. For a workspace
// that this client has written it holds everything written so far: a name comes back,
// as when a workspace is replaced.
func (c *Client) workspaceBaseline(ctx context.Context, name string) (*workspaceListing, error) {
	notBefore := c.workspaces.Now().Add(-workspaceBaselineAge)
	if c.workspaceCreations.has(name) {
		return c.workspaces.Get(ctx, "", notBefore, 0, c.fetchWorkspaces)
	}
	return c.workspaces.Baseline(ctx, "", notBefore, c.fetchWorkspaces)
}

// fetchWorkspaces sends the list request. No refusal is known to mean that there are
// no workspaces, as 404 does for keys.
func (c *Client) fetchWorkspaces(ctx context.Context) (*workspaceListing, error) {
	data, err := c.call(ctx, request{
		op:         opListWorkspaces,
		method:     http.MethodGet,
		path:       workspaceListPath,
		repeatable: true,
		maxAnswer:  maxList,
	})
	if err != nil {
		return nil, err
	}
	l, err := decodeWorkspaces(data)
	if err != nil {
		return nil, &Error{Op: opListWorkspaces, Status: http.StatusOK, Message: err.Error(), Err: ErrNotEGS}
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

// decodeWorkspaces reads the data of a list: {"workspaces":[…]}. An entry that cannot
// be read does not hide the others.
func decodeWorkspaces(data json.RawMessage) (*workspaceListing, error) {
	var list map[string]json.RawMessage
	var entries []json.RawMessage
	whole, ok := json.RawMessage(nil), json.Unmarshal(data, &list) == nil
	if ok {
		whole, ok = list["workspaces"]
	}
	if !ok || json.Unmarshal(whole, &entries) != nil {
		return nil, errors.New("the list has no data.workspaces array")
	}
	l := &workspaceListing{
		workspaces: make([]Workspace, 0, len(entries)),
		byName:     make(map[string]int, len(entries)),
		odd:        map[string]bool{},
		// A service in Go writes an empty array so by mistake; others, what failed.
		silent: entries == nil,
	}
	for _, entry := range entries {
		l.add(decodeWorkspace(entry))
	}
	return l, nil
}

// add takes up what was read of an entry.
func (l *workspaceListing) add(w Workspace, err error) {
	_, twice := l.byName[w.Name]
	switch {
	case w.Name != "" && (err != nil || twice):
		l.odd[w.Name] = true
	case err != nil:
		l.unreadable++
	default:
		l.byName[w.Name] = len(l.workspaces)
		l.workspaces = append(l.workspaces, w)
	}
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
