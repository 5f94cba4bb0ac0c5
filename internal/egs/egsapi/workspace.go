// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

const workspacePath = "/api/v1/slice-workspace"

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
	bound, known := c.tokens.boundTo()
	if _, unlisted := c.unlisted.Load(name); unlisted && (bound == "" || bound == name) {
		return &Error{Op: opListWorkspaces, Err: errUnlisted, Message: fmt.Sprintf(
			"the workspace %q was created, and the list does not show it yet", name)}
	}
	if !known && len(l.Items) > 1 {
		return nil
	}
	if !known {
		// The keys that the credentials see tell what they are bound to.
		if keys, err := c.keys.Get(ctx, ""); err == nil {
			bound, known = c.boundBy(keys, KeyRef{WorkspaceName: name})
		}
	}
	switch {
	case !known:
		return &Error{Op: opListWorkspaces, Err: ErrUnseen, Message: "it is not known which workspaces the provider's credentials see; " +
			"use an API key instead of an access token"}
	case bound != "" && bound != name:
		return &Error{Op: opListWorkspaces, Err: ErrUnseen, Message: fmt.Sprintf(
			"the provider's credentials are bound to the workspace %q and may not see others; use an Owner key", bound)}
	}
	return nil
}

// ExpectWorkspace says that a workspace was created, by an earlier run, and that no list has shown it yet: a list
// without it does not prove that it no longer exists.
func (c *Client) ExpectWorkspace(name string) { c.unlisted.Store(name, true) }

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
		return "", &Error{Op: opKubeConfig, Status: http.StatusOK, Message: "the answer holds no kubeconfig", Err: ErrNotEGS}
	}
	return answer.KubeConfig, nil
}
