// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

const (
	workspacePath = "/api/v1/slice-workspace"
	// workspaceLooks is how many times the client requests the list to find a new workspace if the response to the create was
	// lost. A new workspace is listed with a delay (the vendor's script waits 10 s).
	workspaceLooks = 8
	// createsWhileEnding is the maximum number of create requests while EGS is still deleting a workspace of the same name.
	// These requests and the pauses between them take two and a half minutes.
	createsWhileEnding = 10
)

// Workspace is a workspace as EGS lists it ("slice workspace" on the wire). The list contains neither the user name
// nor the email address.
type Workspace struct {
	Name                         string
	OverlayNetworkDeploymentMode string
	// MaxClusters is 0 if the list does not contain it.
	MaxClusters int64
	Description string
	Clusters    []string
	Namespaces  []WorkspaceNamespace
}

// WorkspaceNamespace is a namespace of a workspace. Clusters has the clusters on which the namespace exists.
type WorkspaceNamespace struct {
	Name     string
	Clusters []string
}

// NewWorkspace has the arguments of CreateWorkspace. The order of clusters and namespaces is not significant.
type NewWorkspace struct {
	Name                 string
	Clusters, Namespaces []string
	UserName, Email      string
}

// WorkspaceList is a list of workspaces, sorted by name.
type WorkspaceList = apiclient.List[Workspace]

// Workspaces returns the workspaces that the credentials can see: see apiclient.Listings.Fresh.
func (c *Client) Workspaces(ctx context.Context) (*WorkspaceList, error) {
	return c.workspaces.List(ctx, "")
}

// Workspace returns a workspace from the list. The parameter created is the time of the workspace's creation by the clock of
// EGS, or zero if that time is unknown or long ago. The error is ErrNotFound only if the workspace is proven not to exist:
// see apiclient.Listings.Find.
func (c *Client) Workspace(ctx context.Context, name string, created time.Time) (*Workspace, error) {
	found, err := c.workspaces.Find(ctx, c.workspaceRef(ctx, name, created))
	if err == nil {
		c.unlisted.Delete(name)
	}
	return found, err
}

func (c *Client) workspaceRef(ctx context.Context, name string, created time.Time) apiclient.Ref[Workspace] {
	return apiclient.Ref[Workspace]{ID: name, Created: created, NotVisible: func(l *apiclient.Listing[Workspace]) error {
		return c.seesWorkspace(ctx, l, name)
	}}
}

// errNotListed means that the workspace was created, but no list has shown it yet.
var errNotListed = errors.New("not listed yet")

// seesWorkspace returns an error if a listing without the workspace does not prove that the workspace no longer exists. There
// are two such cases: the credentials are or may be bound to another workspace, or no listing has shown the workspace since
// it was created.
func (c *Client) seesWorkspace(ctx context.Context, l *apiclient.Listing[Workspace], name string) error {
	bound, known := c.tokens.claims().boundTo()
	if _, unlisted := c.unlisted.Load(name); unlisted && (bound == "" || bound == name) {
		return &Error{Op: opListWorkspaces, Err: errNotListed, Message: fmt.Sprintf(
			"the workspace %q was created, but the list does not show it yet", name)}
	}
	if !known && len(l.Items) > 1 {
		return nil
	}
	return c.unbound(ctx, opListWorkspaces, "workspaces", name, len(l.Items) == 1)
}

// unbound returns an error if the credentials are bound, or may be bound, to another workspace than the given one. Such
// credentials do not see all objects, so an object that is not in the list may exist. workspace may be "". things names the
// kind of object in the error. few is true if the list is too short to show whether Owner credentials are bound. unbound then
// also checks the list of keys.
func (c *Client) unbound(ctx context.Context, op, things, workspace string, few bool) error {
	bound, known := c.tokens.claims().boundTo()
	if !known {
		// The workspaces of the keys in the list show whether the credentials are bound.
		if keys, err := c.keys.Get(ctx, ""); err == nil {
			bound, known = c.boundBy(keys, KeyRef{WorkspaceName: workspace})
		}
	}
	switch {
	case !known:
		return &Error{Op: op, Err: ErrNotVisible, Message: "it is unknown which " + things + " the provider's credentials can see; " +
			"use an API key instead of an access token"}
	case bound != "" && bound != workspace:
		return &Error{Op: op, Err: ErrNotVisible, Message: fmt.Sprintf(
			"the provider's credentials are bound to the workspace %q and cannot see other %s; use an Owner key", bound, things)}
	case bound == "" && few:
		if keys, err := c.keys.Get(ctx, ""); err == nil {
			return c.mayBeBound(keys, workspace)
		}
	}
	return nil
}

// ExpectWorkspace records that an earlier run created a workspace and that no list has shown it yet. A list without the workspace
// then does not prove that the workspace no longer exists.
func (c *Client) ExpectWorkspace(name string) { c.unlisted.Store(name, true) }

// CreateWorkspace creates a workspace. Use AwaitWorkspace to wait until the workspace is ready. The error is ErrExists if a
// workspace with this name exists, and ErrStillDeleting if EGS is still deleting such a workspace. adopted reports whether
// the response was lost and a workspace with the same name, clusters and namespaces appeared after the request: see
// apiclient.Listings.Create.
func (c *Client) CreateWorkspace(ctx context.Context, w NewWorkspace) (createdAt time.Time, adopted bool, err error) {
	created, err := c.workspaces.Create(ctx, apiclient.Creation[Workspace]{
		Op: opCreateWorkspace, Turn: w.Name, UniqueName: w.Name, Looks: workspaceLooks, ListForbidden: refusesListing,
		Send: func(ctx context.Context) (Workspace, string, error) {
			return Workspace{Name: w.Name}, w.Name, c.postWhenFree(ctx, w)
		},
		Equal:    func(listed *Workspace) bool { return listed.is(w) },
		MayEqual: func(listed *Workspace) bool { return listed.Name == w.Name },
	})
	if isTaken(err) && !errors.Is(err, ErrStillDeleting) {
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

// postWhenFree sends the create request. If this client deleted a workspace of the same name and no list shows that
// workspace, EGS may still be deleting it. In this case, postWhenFree retries while EGS refuses the request with a conflict
// (409).
func (c *Client) postWhenFree(ctx context.Context, w NewWorkspace) error {
	for try := 1; ; try++ {
		err := c.postWorkspace(ctx, w)
		if !c.workspaces.IsDeleted(w.Name) || !isTaken(err) {
			return err
		}
		l, listErr := c.workspaces.Since(ctx, "", c.workspaces.Clock.Local())
		if listErr != nil || l.Has(w.Name) {
			return err
		}
		if try == createsWhileEnding || c.workspaces.Pause(ctx, try) != nil {
			return because(err, ErrStillDeleting, "; the list does not show the workspace, so EGS is probably still deleting it")
		}
	}
}

func because(err, cause error, more string) error {
	return apiclient.Changed(err, func(e *Error) { e.Err, e.Message = cause, e.Message+more })
}

// postWorkspace sends the create request. Only a response with the name of the workspace proves that the workspace was
// created.
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
		return c.conn.Failed(r, Error{Status: http.StatusOK, Message: "the response does not contain the name of the workspace", Err: ErrUnexpectedResponse})
	}
	return nil
}

// is reports whether the workspace is equal to the requested workspace in all values that the list contains.
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

// DeleteWorkspace deletes a workspace. It succeeds if the workspace no longer exists: see apiclient.Listings.Delete.
// AwaitWorkspaceDeleted waits until the name can be used again. For the parameter created see Workspace. If no list has ever
// shown the workspace, a list without it proves the delete only if EGS also responds to the delete with 404 or 410. EGS may
// delete the keys of the workspace, so the next read requests a new list of keys.
func (c *Client) DeleteWorkspace(ctx context.Context, name string, created time.Time) error {
	unknown := false
	ref := c.workspaceRef(ctx, name, created)
	ref.NotVisible = func(l *apiclient.Listing[Workspace]) error {
		err := c.seesWorkspace(ctx, l, name)
		if unknown && errors.Is(err, errNotListed) {
			return nil
		}
		return err
	}
	return c.workspaces.Delete(ctx, opDeleteWorkspace, ref, func(ctx context.Context) (proven bool, err error) {
		defer c.keys.Changed()
		r := c.request(opDeleteWorkspace, http.MethodDelete, workspacePath)
		r.Body, r.Writes = map[string]string{"workspaceName": name}, true
		data, err := c.call(ctx, r)
		unknown = apiclient.IsStatus(err, http.StatusNotFound, http.StatusGone)
		return err == nil && data != nil, err
	})
}

// KubeConfig returns the kubeconfig of a workspace for a cluster, in YAML. The kubeconfig is a secret.
func (c *Client) KubeConfig(ctx context.Context, workspace, cluster string) (string, error) {
	return c.kubeConfig(ctx, workspace, cluster, true)
}

// kubeConfig is like KubeConfig. The parameter repeatable is whether the client retries a failed request, and is false if the
// caller retries. The request is a POST, but changes nothing in EGS.
func (c *Client) kubeConfig(ctx context.Context, workspace, cluster string, repeatable bool) (string, error) {
	r := c.request(opKubeConfig, http.MethodPost, workspacePath+"/kube-config")
	r.Repeatable, r.Body = repeatable, map[string]string{"workspaceName": workspace, "clusterName": cluster}
	data, err := c.call(ctx, r)
	if err != nil {
		return "", err
	}
	var response struct {
		KubeConfig string `json:"kubeConfig"`
	}
	// The error does not contain the response, because the response may contain the secret in another form.
	if json.Unmarshal(data, &response) != nil || strings.TrimSpace(response.KubeConfig) == "" {
		return "", &Error{Op: opKubeConfig, Status: http.StatusOK, Message: "the response contains no kubeconfig", Err: ErrUnexpectedResponse}
	}
	return response.KubeConfig, nil
}
