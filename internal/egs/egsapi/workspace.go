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
	// workspaceLooks is how many listings are searched for a workspace whose create lost its response: it is listed only
	// some time later (the vendor's script waits 10 s).
	workspaceLooks = 8
	// createsWhileEnding is how often a create is sent while EGS is not done with the workspace of the name that was
	// deleted: over two and a half minutes.
	createsWhileEnding = 10
)

// Workspace is a workspace as the controller lists it ("slice workspace" on the wire). The list shows neither its user
// name nor its e-mail address.
type Workspace struct {
	Name                         string
	OverlayNetworkDeploymentMode string
	// MaxClusters is 0 where the list does not say.
	MaxClusters int64
	Description string
	Clusters    []string
	Namespaces  []WorkspaceNamespace
}

// WorkspaceNamespace is a namespace of a workspace and the clusters it is on.
type WorkspaceNamespace struct {
	Name     string
	Clusters []string
}

// NewWorkspace is what a workspace is created with. The order of clusters and namespaces means nothing.
type NewWorkspace struct {
	Name                 string
	Clusters, Namespaces []string
	UserName, Email      string
}

// WorkspaceList is a list of workspaces, sorted by name.
type WorkspaceList = apiclient.List[Workspace]

// Workspaces lists the workspaces that the credentials may see: see apiclient.Listings.Fresh.
func (c *Client) Workspaces(ctx context.Context) (*WorkspaceList, error) {
	return c.workspaces.List(ctx, "")
}

// Workspace finds a workspace in the list. Created is when it was created, by the controller's clock, zero where that is
// not known or long ago. The error is ErrNotFound only where it is proven that the workspace does not exist: see
// apiclient.Listings.Find.
func (c *Client) Workspace(ctx context.Context, name string, created time.Time) (*Workspace, error) {
	found, err := c.workspaces.Find(ctx, c.workspaceRef(ctx, name, created))
	if err == nil {
		c.unlisted.Delete(name)
	}
	return found, err
}

func (c *Client) workspaceRef(ctx context.Context, name string, created time.Time) apiclient.Ref[Workspace] {
	return apiclient.Ref[Workspace]{ID: name, Created: created, Unseen: func(l *apiclient.Listing[Workspace]) error {
		return c.seesWorkspace(ctx, l, name)
	}}
}

// errUnlisted: the workspace was created, and no list has shown it yet.
var errUnlisted = errors.New("not listed yet")

// seesWorkspace returns an error where a listing without the workspace proves nothing: the credentials are or may be
// bound to another one, or no listing has shown it since it was created.
func (c *Client) seesWorkspace(ctx context.Context, l *apiclient.Listing[Workspace], name string) error {
	bound, known := c.tokens.claims().boundTo()
	if _, unlisted := c.unlisted.Load(name); unlisted && (bound == "" || bound == name) {
		return &Error{Op: opListWorkspaces, Err: errUnlisted, Message: fmt.Sprintf(
			"the workspace %q was created, but the list does not show it yet", name)}
	}
	if !known && len(l.Items) > 1 {
		return nil
	}
	return c.unbound(ctx, opListWorkspaces, "workspaces", name, len(l.Items) == 1)
}

// unbound returns an error where the credentials are, or may be, bound to another workspace than this one, which may be "": a
// list of the things proves nothing then. Few says that it shows so few that those of an Owner may be bound too.
func (c *Client) unbound(ctx context.Context, op, things, workspace string, few bool) error {
	bound, known := c.tokens.claims().boundTo()
	if !known {
		// The keys that the credentials see tell what they are bound to.
		if keys, err := c.keys.Get(ctx, ""); err == nil {
			bound, known = c.boundBy(keys, KeyRef{WorkspaceName: workspace})
		}
	}
	switch {
	case !known:
		return &Error{Op: op, Err: ErrUnseen, Message: "it is not known which " + things + " the provider's credentials see; " +
			"use an API key instead of an access token"}
	case bound != "" && bound != workspace:
		return &Error{Op: op, Err: ErrUnseen, Message: fmt.Sprintf(
			"the provider's credentials are bound to the workspace %q and cannot see other %s; use an Owner key", bound, things)}
	case bound == "" && few:
		if keys, err := c.keys.Get(ctx, ""); err == nil {
			return c.mayBeBound(keys, workspace)
		}
	}
	return nil
}

// ExpectWorkspace says that a workspace was created, by an earlier run, and that no list has shown it yet: a list
// without it does not prove that it no longer exists.
func (c *Client) ExpectWorkspace(name string) { c.unlisted.Store(name, true) }

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
	if isTaken(err) && !errors.Is(err, ErrEnding) {
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
		if !c.workspaces.IsDeleted(w.Name) || !isTaken(err) {
			return err
		}
		l, listErr := c.workspaces.Since(ctx, "", c.workspaces.Clock.Local())
		if listErr != nil || l.Has(w.Name) {
			return err
		}
		if try == createsWhileEnding || c.workspaces.Pause(ctx, try) != nil {
			return because(err, ErrEnding, "; the list does not show it, so EGS is probably still deleting it")
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

// DeleteWorkspace deletes the workspace; AwaitWorkspaceGone tells when its name is free. One that no longer exists is
// deleted; see apiclient.Listings.Delete. Created is as for Workspace. Of a workspace that no list has shown yet, "not
// found" proves that there is none. What becomes of its keys is up to the controller, so they are listed again.
func (c *Client) DeleteWorkspace(ctx context.Context, name string, created time.Time) error {
	unknown := false
	ref := c.workspaceRef(ctx, name, created)
	ref.Unseen = func(l *apiclient.Listing[Workspace]) error {
		err := c.seesWorkspace(ctx, l, name)
		if unknown && errors.Is(err, errUnlisted) {
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

// KubeConfig is the kubeconfig of a workspace on a cluster: YAML, and a secret.
func (c *Client) KubeConfig(ctx context.Context, workspace, cluster string) (string, error) {
	return c.kubeConfig(ctx, workspace, cluster, true)
}

// kubeConfig is KubeConfig; not repeatable for a caller that decides by itself whether to try again. The call changes
// nothing, though it is a POST.
func (c *Client) kubeConfig(ctx context.Context, workspace, cluster string, repeatable bool) (string, error) {
	r := c.request(opKubeConfig, http.MethodPost, workspacePath+"/kube-config")
	r.Repeatable, r.Body = repeatable, map[string]string{"workspaceName": workspace, "clusterName": cluster}
	data, err := c.call(ctx, r)
	if err != nil {
		return "", err
	}
	var answer struct {
		KubeConfig string `json:"kubeConfig"`
	}
	// What came instead is not told: it may be the secret in another form.
	if json.Unmarshal(data, &answer) != nil || strings.TrimSpace(answer.KubeConfig) == "" {
		return "", &Error{Op: opKubeConfig, Status: http.StatusOK, Message: "the response holds no kubeconfig", Err: ErrNotEGS}
	}
	return answer.KubeConfig, nil
}
