// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// named has the calls for one kind of object: GPR templates or their bindings. The name of an object is unique. named finds
// objects in lists only: one list request serves all objects, and only a list can prove that an object does not exist.
type named[T any] struct {
	apiclient.Listings[T]
	client *Client
	// path is the base path of all calls. member is the name of the member that holds an object's name in get and delete
	// requests.
	path, member string
	// ofWorkspace is whether an object has the name of its workspace.
	ofWorkspace bool
}

// newNamed returns the calls for one kind of object. The parameter array is the name of the member that holds the objects of
// a list. The function check returns an error if an entry is invalid. If the entry is valid, check may normalize it.
func newNamed[T any](c *Client, thing, path, array, member string, name func(*T) string, check func(*T) error) *named[T] {
	op := "list " + thing + "s"
	return &named[T]{client: c, path: path, member: member, Listings: apiclient.Listings[T]{
		Secrets: c.conn.Secrets, Op: op, Thing: thing, ID: name, ByName: true, Compare: func(a, b T) int { return cmp.Compare(name(&a), name(&b)) },
		Clock: &c.conn.Clock, Pause: c.conn.Transport.Pause,
		Fetch: func(ctx context.Context, _ string, _ bool) (*apiclient.Listing[T], error) {
			return fetch(ctx, c, op, path+"/list", nil, func(data json.RawMessage, most int) (*apiclient.Listing[T], error) {
				return decodeNamed(data, array, most, name, check)
			})
		},
	}}
}

// decodeNamed decodes the data of a list. The parameter most is the maximum number of entries: see apiclient.Entries.
// decodeNamed counts invalid entries and returns the others.
func decodeNamed[T any](
	data json.RawMessage, array string, most int, name func(*T) string, check func(*T) error,
) (l *apiclient.Listing[T], err error) {
	l = &apiclient.Listing[T]{}
	l.Inferred, err = apiclient.Entries(data, array, most, func(entry *T, err error) {
		if err == nil {
			err = check(entry)
		}
		if id := name(entry); isName(id) {
			l.Add(id, *entry, err)
			return
		}
		l.Add("", *entry, errNoName)
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

var errNoName = errors.New("the entry has no name")

// ref returns a reference to the object with the name. Its NotVisible returns an error if the credentials may be unable to
// see the object, because they are or may be bound to a workspace.
func (n *named[T]) ref(ctx context.Context, name string, created time.Time) apiclient.Ref[T] {
	return apiclient.Ref[T]{ID: name, Created: created, NotVisible: func(*apiclient.Listing[T]) error {
		workspace := ""
		if n.ofWorkspace {
			workspace = name
		}
		return n.client.unbound(ctx, n.Op, n.Thing+"s", workspace, true)
	}}
}

// find returns the object with the name. The parameter changed is the time of the object's last change by the clock of EGS,
// or zero if that time is unknown or long ago. The callback is(object) reports whether a listed object has the values of that
// change: see apiclient.Listings.FindAs.
func (n *named[T]) find(ctx context.Context, name string, changed time.Time, is func(*T) bool) (*T, error) {
	return n.FindAs(ctx, n.ref(ctx, name, changed), is)
}

func (n *named[T]) send(ctx context.Context, verb, method string, body any) (apiclient.Call, json.RawMessage, error) {
	r := n.client.request(verb+" "+n.Thing, method, n.path)
	r.Body, r.Writes, r.Repeatable = body, true, method == http.MethodPut
	data, err := n.client.call(ctx, r)
	return r, data, err
}

// create creates an object: see apiclient.Listings.Create. If a list shows the name, create sends no request and returns
// ErrExists, since EGS may overwrite the existing object. The function decode returns the object in the response and the name
// that EGS gave the object. This name is "" if the response has no name.
func (n *named[T]) create(
	ctx context.Context, name string, body any, decode func(json.RawMessage) (T, string), equal func(*T) bool,
) (*apiclient.Created[T], error) {
	created, err := n.Create(ctx, apiclient.Creation[T]{
		Op: "create " + n.Thing, Turn: name, UniqueName: name, ListForbidden: refusesListing,
		Refuse: func(before *apiclient.Listing[T]) error {
			if !before.Has(name) || n.IsDeleted(name) {
				return nil
			}
			// The object may have been deleted after that list was requested.
			if now, err := n.Since(ctx, "", n.Clock.Local().Add(1)); err != nil || !now.Has(name) {
				return err
			}
			return &Error{Op: "create " + n.Thing, Err: ErrExists, Message: fmt.Sprintf("the list contains the %s %q", n.Thing, name)}
		},
		Send: func(ctx context.Context) (item T, id string, err error) {
			r, data, err := n.send(ctx, "create", http.MethodPost, body)
			if err != nil {
				return item, "", err
			}
			if item, id = decode(data); id == "" {
				err = n.client.conn.Failed(r, Error{Status: http.StatusOK, Message: "the response does not contain the name of the " + n.Thing, Err: ErrUnexpectedResponse})
			}
			return item, id, err
		},
		Equal: func(listed *T) bool { return n.ID(listed) == name && equal(listed) },
		MayEqual: func(listed *T) bool {
			id := n.ID(listed)
			// EGS may derive the name of a binding from the name of the workspace.
			return id == name || n.ofWorkspace && strings.Contains(id, name) && equal(listed)
		},
	})
	if isTaken(err) {
		return nil, because(err, ErrExists, "")
	}
	return created, err
}

func (n *named[T]) get(ctx context.Context, name string) (apiclient.Call, json.RawMessage, error) {
	r := n.client.request("get "+n.Thing, http.MethodGet, n.path)
	r.Query, r.Repeatable = url.Values{n.member: {name}}, true
	data, err := n.client.call(ctx, r)
	return r, data, err
}

func (n *named[T]) put(ctx context.Context, body any) (json.RawMessage, error) {
	_, data, err := n.send(ctx, "update", http.MethodPut, body)
	return data, err
}

// update calls put. It returns the data of the response, if any, and the time of the update. An update is idempotent. If the
// response does not show whether the update succeeded, a list decides: update succeeds if the list shows the new values. The
// callback is(object) reports whether a listed object has the new values. If EGS refuses the update, update fails, even if
// the list shows the new values. The error is ErrNotFound if the object is proven not to exist.
func (n *named[T]) update(
	ctx context.Context, name string, changed time.Time, put func(context.Context) (json.RawMessage, error), is func(*T) bool,
) (json.RawMessage, time.Time, error) {
	if err := ctx.Err(); err != nil {
		return nil, time.Time{}, err
	}
	data, err := put(ctx)
	n.Changed()
	now := n.Clock.Now()
	if err == nil || refusesListing(err) {
		return data, now, err
	}
	found, listErr := n.Find(ctx, n.ref(ctx, name, changed))
	switch {
	case errors.Is(listErr, ErrNotFound):
		return nil, now, listErr
	case listErr == nil && apiclient.MaybeDone(err) && is(found):
		return nil, now, nil
	}
	return nil, now, err
}

// remove deletes an object. It succeeds if the object no longer exists: see apiclient.Listings.Delete.
func (n *named[T]) remove(ctx context.Context, name string, created time.Time) error {
	return n.Delete(ctx, "delete "+n.Thing, n.ref(ctx, name, created), func(ctx context.Context) (proven bool, err error) {
		_, data, err := n.send(ctx, "delete", http.MethodDelete, map[string]string{n.member: name})
		return err == nil && data != nil, err
	})
}
