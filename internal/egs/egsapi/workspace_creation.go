// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// longLooks is how often the list is asked, with pauses, for a workspace that the
// controller says exists, where that may be what a lost create made, and after the
// last try, which no conflict will follow: it is listed only some time after it was made
// (the vendor's script waits 10 s).
const longLooks = 8

// triesWhileEnding is how often a create is sent while EGS is not done with the
// workspace of the name that was deleted: over two and a half minutes.
const triesWhileEnding = 10

// workspaceFate is what this client did to a workspace.
type workspaceFate int

const (
	// fateUntouched: nothing. fateTouched: something, of which the end is not known.
	fateUntouched workspaceFate = iota
	fateTouched
	// fateMade: made by it, and in no list yet. fateListed: and a list showed it.
	fateMade
	fateListed
	// fateDeleted: deleted by it.
	fateDeleted
)

// workspaceCreations keeps workspaces of one name from being made at the same time,
// and remembers what was made.
type workspaceCreations struct {
	turns apiclient.Turns[string]

	mu    sync.Mutex
	fates map[string]workspaceFate
}

// become changes the fate of a workspace from one of some, or from any.
func (c *workspaceCreations) become(name string, fate workspaceFate, from ...workspaceFate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(from) > 0 && !slices.Contains(from, c.fates[name]) {
		return
	}
	if c.fates == nil {
		c.fates = map[string]workspaceFate{}
	}
	c.fates[name] = fate
}

func (c *workspaceCreations) fate(name string) workspaceFate {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fates[name]
}

func (c *workspaceCreations) touched(name string) { c.become(name, fateTouched, fateUntouched) }
func (c *workspaceCreations) made(name string)    { c.become(name, fateMade) }
func (c *workspaceCreations) listed(name string)  { c.become(name, fateListed, fateMade) }
func (c *workspaceCreations) deleted(name string) { c.become(name, fateDeleted) }

// has says whether this client wrote the workspace, or tried to.
func (c *workspaceCreations) has(name string) bool { return c.fate(name) != fateUntouched }

// unlisted says whether this client made the workspace and no list showed it yet, so
// that a list without it proves nothing.
func (c *workspaceCreations) unlisted(name string) bool { return c.fate(name) == fateMade }

// mine says whether this client made the workspace and did not delete it since.
func (c *workspaceCreations) mine(name string) bool {
	fate := c.fate(name)
	return fate == fateMade || fate == fateListed
}

// CreateWorkspace makes a workspace; AwaitWorkspace tells when it can be used. The
// error is ErrExists where a workspace of the name was there before.
//
// Where the answer is lost the list tells what became of it: see
// workspaceMaking.orFind. The error is ErrUncertain where nothing can tell. When the
// context ends, a request that is under way is brought to its end within
// apiclient.Grace, so that a workspace that was made is known.
func (c *Client) CreateWorkspace(ctx context.Context, w NewWorkspace) error {
	endTurn, err := c.workspaceCreations.turns.Take(ctx, w.Name)
	if err != nil {
		return err
	}
	defer endTurn()
	before, err := c.workspaceBaseline(ctx, w.Name)
	// A lost answer could not be made up for, so nothing is made as long as that may
	// change. Credentials that may not list can only create so, and so can all where
	// 404 is how the controller says that there are no workspaces.
	if err != nil && (ctx.Err() != nil || (!refusesListing(err) && !apiclient.IsStatus(err, http.StatusNotFound))) {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}

	// From here on a workspace may be made.
	making := &workspaceMaking{
		Client: c, workspace: w, before: before, Sending: apiclient.BeginSending(ctx, c.LastKnownTime()),
	}
	making.mine = c.workspaceCreations.mine(w.Name)
	c.workspaceCreations.touched(w.Name)
	ctx, cancel := apiclient.Linger(ctx, apiclient.Grace)
	defer cancel()
	return making.orFind(ctx)
}

// workspaceMaking is one create under way.
type workspaceMaking struct {
	*Client
	workspace NewWorkspace
	// before is what was there before; nil where that could not be had.
	before *workspaceListing
	// mine says that this client made a workspace of the name before.
	mine bool
	apiclient.Sending
}

// orFind makes the workspace. Where it is not known whether the controller made it, a
// workspace of the name that is in the list now, was not there before, and has the
// same clusters and namespaces is the one. If there is none the request is sent again:
// since names are unique it makes no second one, but is refused with a conflict, and
// then the list is looked at once more, for longer.
func (m *workspaceMaking) orFind(ctx context.Context) error {
	request, cancel := apiclient.Linger(m.Interrupted, apiclient.GraceOfRequest)
	defer cancel()
	for {
		m.Sent++
		err := m.postWhenFree(request) //nolint:contextcheck // It ends sooner.
		switch conflict := apiclient.IsStatus(err, http.StatusConflict); {
		case err == nil:
			m.workspaceCreations.made(m.workspace.Name)
			return nil
		case errors.Is(err, ErrEnding):
			return err
		case conflict && (m.Sent == 1 || m.existed()):
			return exists(err, "")
		case m.Sent == 1 && !apiclient.MaybeDone(err):
			return err
		}
		found, why := m.settle(ctx, err)
		switch {
		case why != nil:
			return m.uncertain(err, why)
		case found != nil:
			return m.judge(found, err)
		case apiclient.IsStatus(err, http.StatusConflict):
			return m.uncertain(err, errors.New("the controller says that the workspace exists, but does not list it"))
		case !apiclient.MaybeDone(err) || m.Sent == apiclient.Tries || m.Interrupted.Err() != nil:
			return m.Failed(err, "no such workspace")
		}
	}
}

// postWhenFree is post, again and again while the name is taken by the workspace that
// this client deleted, which the controller no longer lists but is not done with. The
// error is ErrEnding where that does not end.
func (m *workspaceMaking) postWhenFree(ctx context.Context) error {
	for try := 1; ; try++ {
		err := m.post(ctx)
		if m.workspaceCreations.fate(m.workspace.Name) != fateDeleted || !apiclient.IsStatus(err, http.StatusConflict) {
			return err
		}
		if _, listErr := m.Workspace(ctx, m.workspace.Name); !errors.Is(listErr, ErrNotFound) {
			return err
		}
		if try == triesWhileEnding || m.transport.Pause(m.Interrupted, try) != nil { //nolint:contextcheck // No other is to be sent.
			return ending(err, try)
		}
	}
}

// ending is the error of a create that was refused as long as it was tried, since the
// workspace of the name that this client deleted is still there, though not listed.
func ending(refused error, tries int) error {
	e, ok := errors.AsType[*Error](refused)
	if !ok {
		return refused
	}
	told := *e
	told.Err, told.Attempts = ErrEnding, tries
	told.Message += "; the list does not show it, so EGS is probably not done with deleting it"
	return &told
}

// post sends the request. Only an answer that names the workspace tells that it was
// made.
func (m *workspaceMaking) post(ctx context.Context) error {
	defer m.workspaces.Changed()
	r := request{
		op:     opCreateWorkspace,
		method: http.MethodPost,
		path:   workspacePath,
		body: struct {
			WorkspaceName string   `json:"workspaceName"`
			Clusters      []string `json:"clusters"`
			Namespaces    []string `json:"namespaces"`
			UserName      string   `json:"username"`
			Email         string   `json:"email"`
		}{
			m.workspace.Name, append([]string{}, m.workspace.Clusters...), append([]string{}, m.workspace.Namespaces...),
			m.workspace.UserName, m.workspace.Email,
		},
		writes:    true,
		maxAnswer: maxAnswer,
		stop:      m.Interrupted.Done(),
	}
	data, err := m.call(ctx, r)
	if err != nil {
		return err
	}
	var answer struct {
		WorkspaceName string `json:"workspaceName"`
	}
	if json.Unmarshal(data, &answer) != nil || answer.WorkspaceName != m.workspace.Name {
		return r.failed(Error{Status: http.StatusOK, Message: "the answer does not name the workspace", Err: ErrNotEGS})
	}
	return nil
}

// existed says whether a workspace of the name was there before.
func (m *workspaceMaking) existed() bool {
	return m.mine || (m.before != nil && !m.before.lacks(m.workspace.Name))
}

// settle returns the workspace of the name that is there now, nil where there is none.
// One that differs is looked at again: the controller may still be at it.
func (m *workspaceMaking) settle(ctx context.Context, lost error) (*Workspace, error) {
	if m.before == nil {
		return nil, errors.New("what workspaces there were before could not be listed")
	}
	most := apiclient.Looks
	if apiclient.IsStatus(lost, http.StatusConflict) || m.Sent == apiclient.Tries {
		most = longLooks
	}
	for look := 1; ; look++ {
		// Not a list that is as old as the request.
		m.workspaces.Changed()
		found, err := m.Workspace(ctx, m.workspace.Name)
		if err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, errUnlisted) {
			return nil, err
		}
		if look == most || (found != nil && (m.existed() || found.is(m.workspace))) {
			return found, nil
		}
		if m.transport.Pause(ctx, look) != nil {
			return found, fmt.Errorf("%s after the interrupt the controller's list did not show it yet", apiclient.Grace)
		}
	}
}

// judge says whether the workspace that is there is what a lost create made.
func (m *workspaceMaking) judge(found *Workspace, lost error) error {
	switch {
	case m.existed():
		return exists(lost, "a workspace of the name was there before")
	case !found.is(m.workspace):
		return exists(lost, "a workspace of the name came into being that has other clusters or namespaces")
	}
	if err := m.before.complete(m.workspace.Name); err != nil {
		// It may have been there before.
		return m.uncertain(lost, err)
	}
	m.workspaceCreations.made(m.workspace.Name)
	m.workspaceCreations.listed(m.workspace.Name)
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

// exists is the error of a create whose workspace exists, by a refusal that says so
// or, with why, by the list.
func exists(err error, why string) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return errors.Join(ErrExists, err)
	}
	told := *e
	if why == "" {
		told.Err = ErrExists
		return &told
	}
	return &Error{
		Op: e.Op, Write: e.Write, Attempts: e.Attempts, Elapsed: e.Elapsed, Err: errors.Join(ErrExists, err),
		Message: fmt.Sprintf("the answer was lost (%v), and %s", err, why),
	}
}

// uncertain is the error of a create that nobody knows the end of.
func (m *workspaceMaking) uncertain(lost, why error) error {
	return m.Uncertain(opCreateWorkspace, lost, why, m.workspace.Name)
}
