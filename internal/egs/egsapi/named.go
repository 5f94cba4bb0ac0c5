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

// named are objects of a kind that have a unique name, and one path for all calls: GPR templates and their bindings. They are
// read from lists only: one request serves all, and a list is what proves absence.
type named[T any] struct {
	apiclient.Listings[T]
	client *Client
	// path is that of all calls. Deletes name an object by the member.
	path, member string
	// ofWorkspace says that an object has the name of its workspace.
	ofWorkspace bool
}

// nameds makes the listings of such objects, which a list has in the array. Check says what is wrong with an entry, and may put it right.
func nameds[T any](c *Client, thing, path, array, member string, name func(*T) string, check func(*T) error) *named[T] {
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

// decodeNamed reads the data of a list, of up to that many entries: see apiclient.Entries. An entry that cannot be read does not
// hide the others.
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

// ref is the object of the name. Credentials that are bound to a workspace may not see all.
func (n *named[T]) ref(ctx context.Context, name string, created time.Time) apiclient.Ref[T] {
	return apiclient.Ref[T]{ID: name, Created: created, Unseen: func(*apiclient.Listing[T]) error {
		workspace := ""
		if n.ofWorkspace {
			workspace = name
		}
		return n.client.unbound(ctx, n.Op, n.Thing+"s", workspace, true)
	}}
}

// find finds an object that was last changed at a time, by the controller's clock, zero where that is not known or long ago, to
// what is says: see apiclient.Listings.FindAs.
func (n *named[T]) find(ctx context.Context, name string, changed time.Time, is func(*T) bool) (*T, error) {
	return n.FindAs(ctx, n.ref(ctx, name, changed), is)
}

// send sends a write, and returns the data of its response.
func (n *named[T]) send(ctx context.Context, verb, method string, body any) (apiclient.Call, json.RawMessage, error) {
	r := n.client.request(verb+" "+n.Thing, method, n.path)
	r.Body, r.Writes, r.Repeatable = body, true, method == http.MethodPut
	data, err := n.client.call(ctx, r)
	return r, data, err
}

// create creates an object: see apiclient.Listings.Create. The error is ErrExists, and nothing is sent, where a list shows one
// of the name: what EGS does with a second one is not known, it may overwrite the first. What the response holds is read by
// answer, which returns the name that EGS gave the object, "" where it names none.
func (n *named[T]) create(
	ctx context.Context, name string, body any, answer func(json.RawMessage) (T, string), equal func(*T) bool,
) (*apiclient.Created[T], error) {
	created, err := n.Create(ctx, apiclient.Creation[T]{
		Op: "create " + n.Thing, Turn: name, Named: name, Unlisted: refusesListing,
		Refuse: func(before *apiclient.Listing[T]) error {
			if !before.Has(name) || n.IsDeleted(name) {
				return nil
			}
			// It may have been deleted since.
			if now, err := n.Since(ctx, "", n.Clock.Local().Add(1)); err != nil || !now.Has(name) {
				return err
			}
			return &Error{Op: "create " + n.Thing, Err: ErrExists, Message: fmt.Sprintf("the list shows the %s %q", n.Thing, name)}
		},
		Send: func(ctx context.Context) (item T, id string, err error) {
			r, data, err := n.send(ctx, "create", http.MethodPost, body)
			if err != nil {
				return item, "", err
			}
			if item, id = answer(data); id == "" {
				err = n.client.conn.Failed(r, Error{Status: http.StatusOK, Message: "the response does not name the " + n.Thing, Err: ErrNotEGS})
			}
			return item, id, err
		},
		Equal: func(listed *T) bool { return n.ID(listed) == name && equal(listed) },
		MayBe: func(listed *T) bool {
			id := n.ID(listed)
			// EGS may name what is of a workspace in its own way.
			return id == name || n.ofWorkspace && strings.Contains(id, name) && equal(listed)
		},
	})
	if isTaken(err) {
		return nil, because(err, ErrExists, "")
	}
	return created, err
}

// get requests an object, and returns the data of the response.
func (n *named[T]) get(ctx context.Context, name string) (apiclient.Call, json.RawMessage, error) {
	r := n.client.request("get "+n.Thing, http.MethodGet, n.path)
	r.Query, r.Repeatable = url.Values{n.member: {name}}, true
	data, err := n.client.call(ctx, r)
	return r, data, err
}

// put sends a change, and returns the data of the response.
func (n *named[T]) put(ctx context.Context, body any) (json.RawMessage, error) {
	_, data, err := n.send(ctx, "update", http.MethodPut, body)
	return data, err
}

// update has put change an object to what is says, and returns the data of the response, if any, and when. Doing so again comes
// to the same. If the response proves nothing, the list tells what became of it; what EGS refuses was not done, also where the list
// happens to show it. The error is ErrNotFound where the object is proven not to exist.
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

// remove deletes an object. One that no longer exists is deleted: see apiclient.Listings.Delete.
func (n *named[T]) remove(ctx context.Context, name string, created time.Time) error {
	return n.Delete(ctx, "delete "+n.Thing, n.ref(ctx, name, created), func(ctx context.Context) (proven bool, err error) {
		_, data, err := n.send(ctx, "delete", http.MethodDelete, map[string]string{n.member: name})
		return err == nil && data != nil, err
	})
}
