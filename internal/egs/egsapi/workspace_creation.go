// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

const (
	// workspaceLooks is how many listings are searched for a workspace whose create lost its response: it is listed only
	// some time later (the vendor's script waits 10 s).
	workspaceLooks = 8
	// createsWhileEnding is how often a create is sent while EGS is not done with the workspace of the name that was
	// deleted: over two and a half minutes.
	createsWhileEnding = 10
)

// CreateWorkspace creates a workspace; AwaitWorkspace tells when it can be used. The error is ErrExists where a workspace
// of the name exists, and ErrEnding where EGS is not done with deleting one. For lost responses see
// apiclient.Listings.Create: adopted says that one was lost, and that the workspace that appeared since has the same
// clusters and namespaces.
func (c *Client) CreateWorkspace(ctx context.Context, w NewWorkspace) (createdAt time.Time, adopted bool, err error) {
	created, err := c.workspaces.Create(ctx, apiclient.Creation[Workspace]{
		Op: opCreateWorkspace, Turn: w.Name, Named: w.Name, Looks: workspaceLooks, Unlisted: refusesListing,
		Send: func(ctx context.Context) (Workspace, string, error) {
			return Workspace{Name: w.Name}, w.Name, c.postWhenFree(ctx, w)
		},
		Equal: func(listed *Workspace) bool { return listed.is(w) },
		MayBe: func(listed *Workspace) bool { return listed.Name == w.Name },
	})
	if apiclient.IsStatus(err, http.StatusConflict) && !errors.Is(err, ErrEnding) {
		return time.Time{}, false, because(err, ErrExists, "")
	}
	if err != nil {
		return time.Time{}, false, err
	}
	adopted = created.Adopted != ""
	if !adopted {
		c.ExpectWorkspace(w.Name)
	}
	return created.CreatedAt, adopted, nil
}

// postWhenFree sends the create, again while it is refused (409) since the controller is not done with the workspace of
// the name that this client deleted, though no list shows it.
func (c *Client) postWhenFree(ctx context.Context, w NewWorkspace) error {
	for try := 1; ; try++ {
		err := c.postWorkspace(ctx, w)
		if !c.workspaces.IsDeleted(w.Name) || !apiclient.IsStatus(err, http.StatusConflict) {
			return err
		}
		l, listErr := c.workspaces.Since(ctx, "", c.workspaces.Clock.Local())
		if listErr != nil || l.Has(w.Name) {
			return err
		}
		if try == createsWhileEnding || c.workspaces.Pause(ctx, try) != nil {
			return because(err, ErrEnding, "; the list does not show it, so EGS is probably not done with deleting it")
		}
	}
}

// because is the error with another cause, and more to say.
func because(err, cause error, more string) error {
	return apiclient.Changed(err, func(e *Error) { e.Err, e.Message = cause, e.Message+more })
}

// postWorkspace sends the request. Only a response that names the workspace tells that it was created.
func (c *Client) postWorkspace(ctx context.Context, w NewWorkspace) error {
	r := c.request(opCreateWorkspace, http.MethodPost, workspacePath)
	r.Writes = true
	r.Body = map[string]any{
		"workspaceName": w.Name, "username": w.UserName, "email": w.Email,
		"clusters": append([]string{}, w.Clusters...), "namespaces": append([]string{}, w.Namespaces...),
	}
	data, err := c.call(ctx, r)
	if err != nil {
		return err
	}
	var response struct {
		WorkspaceName string `json:"workspaceName"`
	}
	if json.Unmarshal(data, &response) != nil || response.WorkspaceName != w.Name {
		return c.conn.Failed(r, Error{Status: http.StatusOK, Message: "the response does not name the workspace", Err: ErrNotEGS})
	}
	return nil
}

// is says whether the workspace is what was asked for, as far as the list tells.
func (w *Workspace) is(n NewWorkspace) bool {
	namespaces := make([]string, len(w.Namespaces))
	for i, namespace := range w.Namespaces {
		namespaces[i] = namespace.Name
	}
	return w.Name == n.Name && sameSet(w.Clusters, n.Clusters) && sameSet(namespaces, n.Namespaces)
}

func sameSet(a, b []string) bool {
	set := func(s []string) []string {
		s = slices.Clone(s)
		slices.Sort(s)
		return slices.Compact(s)
	}
	return slices.Equal(set(a), set(b))
}
