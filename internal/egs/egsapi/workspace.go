// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

const (
	workspacePath     = "/api/v1/slice-workspace"
	workspaceListPath = workspacePath + "/list"
	kubeConfigPath    = workspacePath + "/kube-config"
)

// Workspace is a workspace as the controller lists it ("slice workspace" on the
// wire). The list shows neither its user name nor its e-mail address.
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

// NewWorkspace is what a workspace is created with. The order of clusters and
// namespaces means nothing.
type NewWorkspace struct {
	Name                 string
	Clusters, Namespaces []string
	UserName, Email      string
}

// WorkspaceList is what a list call tells.
type WorkspaceList struct {
	// Workspaces are in the controller's order.
	Workspaces []Workspace
	// Unreadable counts the entries that are not in Workspaces because they could not
	// be read.
	Unreadable int
}

// Workspaces lists the workspaces that the credentials may see.
func (c *Client) Workspaces(ctx context.Context) (*WorkspaceList, error) {
	l, err := c.workspaceListing(ctx)
	if err != nil {
		return nil, err
	}
	return &WorkspaceList{Workspaces: l.workspaces, Unreadable: l.unreadable + len(l.odd)}, nil
}

// Workspace finds a workspace in the list; there is no call that gets one. The error
// is ErrNotFound only where a complete, well-formed list proves that the workspace
// does not exist.
func (c *Client) Workspace(ctx context.Context, name string) (*Workspace, error) {
	l, err := c.workspaceListing(ctx)
	if err != nil {
		return nil, err
	}
	return c.findWorkspace(l, name)
}

// DeleteWorkspace deletes the workspace. As with keys, one that is gone already is
// deleted, and a complete list is what proves it: see DeleteAPIKey.
//
// EGS may be at it for a while: see AwaitWorkspaceGone. So after a delete whose answer was
// lost, "not found" means that it is accepted, and of a workspace that no list has shown
// yet, it proves that there is none.
//
// What becomes of the workspace's keys is the controller's affair, so that they are
// listed anew too.
func (c *Client) DeleteWorkspace(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	lost, unknown := false, false
	err := apiclient.Deletion{
		Op:    opDeleteWorkspace,
		Thing: "workspace",
		Send: func(ctx context.Context, stop <-chan struct{}) (bool, error) {
			proven, err := c.sendDeleteWorkspace(ctx, name, stop)
			unknown = apiclient.IsStatus(err, http.StatusNotFound, http.StatusGone)
			if lost && unknown {
				return true, nil
			}
			lost = lost || apiclient.MaybeDone(err)
			return proven, err
		},
		Look: func(ctx context.Context) error {
			_, err := c.Workspace(ctx, name)
			if unknown && errors.Is(err, errUnlisted) {
				return ErrNotFound
			}
			return err
		},
		Pause: c.transport.Pause,
	}.UntilGone(ctx)
	if err == nil {
		c.workspaceCreations.deleted(name)
	} else {
		c.workspaceCreations.touched(name)
	}
	return err
}

// ExpectWorkspace says that a workspace was made, by an earlier run, and that no list
// has shown it yet: that a list does not hold it does not prove that it is gone.
func (c *Client) ExpectWorkspace(name string) { c.workspaceCreations.made(name) }

// sendDeleteWorkspace sends the request. The answer proves that it was done if it
// comes in an envelope.
func (c *Client) sendDeleteWorkspace(ctx context.Context, name string, stop <-chan struct{}) (proven bool, err error) {
	defer c.workspaces.Changed()
	defer c.keys.Changed()
	data, err := c.call(ctx, request{
		op:     opDeleteWorkspace,
		method: http.MethodDelete,
		path:   workspacePath,
		body: struct {
			WorkspaceName string `json:"workspaceName"`
		}{name},
		writes:    true,
		maxAnswer: maxAnswer,
		stop:      stop,
	})
	return err == nil && data != nil, err
}

// KubeConfig is the kubeconfig of a workspace on a cluster: YAML, and a secret.
func (c *Client) KubeConfig(ctx context.Context, workspace, cluster string) (string, error) {
	return c.kubeConfig(ctx, workspace, cluster, true)
}

// kubeConfig is KubeConfig, once where a caller decides by itself whether to try
// again. The call changes nothing, though it is a POST.
func (c *Client) kubeConfig(ctx context.Context, workspace, cluster string, repeatable bool) (string, error) {
	data, err := c.call(ctx, request{
		op:     opKubeConfig,
		method: http.MethodPost,
		path:   kubeConfigPath,
		body: struct {
			WorkspaceName string `json:"workspaceName"`
			ClusterName   string `json:"clusterName"`
		}{workspace, cluster},
		repeatable: repeatable,
		maxAnswer:  maxAnswer,
	})
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
