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

// AwaitWorkspace waits until the workspace is listed and its kubeconfig for the
// cluster can be had: what else tells that a new workspace is ready is not known, and
// neither is what EGS answers until then. It asks after ever longer pauses, and all who
// wait share the lists. What cannot pass by waiting ends it at once, as does the
// context; the error says then what was missing, for how long, and why.
func (c *Client) AwaitWorkspace(ctx context.Context, name, cluster string) (*Workspace, error) {
	start := c.clock.Local()
	var workspace *Workspace
	var after uint64
	var last error
	for try := 1; ; try++ {
		var err error
		if workspace == nil {
			workspace, err = c.workspaceAfter(ctx, name, &after)
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
			// A request that ended with the context tells nothing new.
			last = err
		}
		if c.transport.Pause(ctx, try) != nil {
			op, missing := opListWorkspaces, fmt.Sprintf("the workspace %q is still not listed", name)
			if workspace != nil {
				op, missing = opKubeConfig, fmt.Sprintf("the kubeconfig of the workspace %q for the cluster %q still cannot be had", name, cluster)
			}
			return nil, &Error{
				Op: op, Err: errors.Join(ctx.Err(), last),
				Message: fmt.Sprintf("after %s %s (%v)", c.clock.Local().Sub(start).Round(time.Second), missing, last),
			}
		}
	}
}

// AwaitWorkspaceGone waits as long as lists show a workspace that this client deleted,
// so that its name is free and nothing of it is left. It returns an error only where the
// context ends while the last list still showed it. That it was deleted is proven
// already, so a list that cannot be had, or shows nothing, ends the wait, and so does a
// workspace of the name that this client made since.
func (c *Client) AwaitWorkspaceGone(ctx context.Context, name string) error {
	start := c.clock.Local()
	var after uint64
	shown := false
	for try := 1; ; try++ {
		listed, _ := c.workspaceAfter(ctx, name, &after)
		if ctx.Err() == nil {
			shown = listed != nil
		}
		if !shown || c.workspaceCreations.fate(name) != fateDeleted {
			return nil
		}
		if c.transport.Pause(ctx, try) != nil && c.workspaceCreations.fate(name) == fateDeleted {
			return &Error{
				Op: opDeleteWorkspace, Err: ctx.Err(),
				Message: fmt.Sprintf("EGS said that the workspace %q was deleted, and still lists it after %s",
					name, c.clock.Local().Sub(start).Round(time.Second)),
			}
		}
	}
}

// workspaceAfter is Workspace, in a listing that was asked for after so many requests,
// which it counts.
func (c *Client) workspaceAfter(ctx context.Context, name string, after *uint64) (*Workspace, error) {
	l, err := c.workspaces.Get(ctx, "", time.Time{}, *after, c.fetchWorkspaces)
	if err != nil {
		*after = c.workspaces.Sent()
		return nil, err
	}
	*after = l.Number
	return c.findWorkspace(l, name)
}

// isNotYet says whether the error may pass when the workspace is ready, or by itself.
func isNotYet(err error) bool {
	if errors.Is(err, ErrNotFound) || errors.Is(err, errUnlisted) {
		return true
	}
	if errors.Is(err, ErrUnseen) || transport.IsCertificate(err) {
		return false
	}
	if _, unanswered := errors.AsType[*transport.Error](err); unanswered {
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
		// A success without a list or kubeconfig is of somebody between, or not ready.
		return e.Status >= http.StatusInternalServerError || (e.Foreign() && e.Status < http.StatusMultipleChoices)
	}
}
