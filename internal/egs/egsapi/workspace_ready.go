// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// AwaitWorkspace waits until the workspace is listed and EGS returns the kubeconfig of the workspace for the cluster. The API
// has no other known sign that a new workspace is ready. EGS does not document how it responds to requests for the kubeconfig
// before the workspace is ready. Pauses between requests grow, and concurrent calls share the lists. If waiting cannot fix an
// error, AwaitWorkspace returns the error immediately. If the context ends, the error says what was missing, for how long,
// and why.
func (c *Client) AwaitWorkspace(ctx context.Context, name, cluster string) (*Workspace, error) {
	start := c.conn.Clock.Local()
	var workspace *Workspace
	var seen time.Time
	var last error
	for try := 1; ; try++ {
		var err error
		if workspace == nil {
			workspace, err = c.nextListed(ctx, name, &seen)
		}
		if workspace != nil {
			if _, err = c.kubeConfig(ctx, name, cluster, false); err == nil {
				return workspace, nil
			}
		}
		if ctx.Err() == nil && !isNotYet(err) {
			return nil, err
		}
		if last == nil || ctx.Err() == nil {
			// After the context ends, the error of the aborted request must not replace the error that explains the wait.
			last = err
		}
		if c.workspaces.Pause(ctx, try) != nil {
			op, missing := opListWorkspaces, fmt.Sprintf("the workspace %q is still not listed", name)
			if workspace != nil {
				op, missing = opKubeConfig, fmt.Sprintf("the kubeconfig of the workspace %q for the cluster %q is still not available", name, cluster)
			}
			return nil, &Error{
				Op: op, Err: errors.Join(ctx.Err(), last),
				Message: fmt.Sprintf("after %s %s (%v)", c.conn.Clock.Local().Sub(start).Round(time.Second), missing, last),
			}
		}
	}
}

// AwaitWorkspaceDeleted waits until the name of a workspace that this client deleted can be used again. The wait ends if the
// list does not show the workspace, or if this client has created another workspace with the same name. The wait also ends if
// the list request fails, because the delete is already proven. AwaitWorkspaceDeleted returns an error only if the context
// ends and the last list showed the workspace.
func (c *Client) AwaitWorkspaceDeleted(ctx context.Context, name string) error {
	start := c.conn.Clock.Local()
	var seen time.Time
	shown := false
	for try := 1; ; try++ {
		listed, _ := c.nextListed(ctx, name, &seen)
		if ctx.Err() == nil {
			shown = listed != nil
		}
		if !shown || !c.workspaces.IsDeleted(name) {
			return nil
		}
		if c.workspaces.Pause(ctx, try) != nil && c.workspaces.IsDeleted(name) {
			return &Error{
				Op: opDeleteWorkspace, Err: ctx.Err(),
				Message: fmt.Sprintf("EGS reported that the workspace %q was deleted, but still lists it after %s",
					name, c.conn.Clock.Local().Sub(start).Round(time.Second)),
			}
		}
	}
}

// nextListed returns the workspace from a listing that is requested after the time seen, and sets seen to the time of that
// request. Concurrent calls share the listing. The error is errNotListed if the listing does not show the workspace.
func (c *Client) nextListed(ctx context.Context, name string, seen *time.Time) (*Workspace, error) {
	l, err := c.workspaces.Since(ctx, "", seen.Add(1))
	if err != nil {
		*seen = c.conn.Clock.Local()
		return nil, err
	}
	*seen = l.Requested()
	for i := range l.Items {
		if l.Items[i].Name == name {
			c.unlisted.Delete(name)
			return &l.Items[i], nil
		}
	}
	if err := c.seesWorkspace(ctx, l, name); err != nil {
		return nil, err
	}
	return nil, &Error{Op: opListWorkspaces, Err: errNotListed, Message: fmt.Sprintf("the workspace %q is not listed", name)}
}

// isNotYet reports whether the error may be temporary: the workspace is not ready yet, or the request failed for another
// temporary reason.
func isNotYet(err error) bool {
	if errors.Is(err, errNotListed) {
		return true
	}
	if errors.Is(err, ErrNotVisible) || transport.IsCertificate(err) {
		return false
	}
	if _, noResponse := errors.AsType[*transport.Error](err); noResponse {
		return true
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	switch e.Status {
	case http.StatusNotFound, http.StatusRequestTimeout, http.StatusConflict, http.StatusUnprocessableEntity,
		http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented:
		return false
	default:
		// A successful response without a list or kubeconfig comes from a proxy, or the workspace is not ready.
		return e.Status >= http.StatusInternalServerError || (e.IsUnexpected() && e.Status < http.StatusMultipleChoices)
	}
}
