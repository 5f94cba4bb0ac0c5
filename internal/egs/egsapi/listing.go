// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// APIKeyList is what a list call tells.
type APIKeyList struct {
	// Keys are in the controller's order.
	Keys []APIKey
	// Unreadable counts the entries that are not in Keys because they could not be
	// read.
	Unreadable int
}

// APIKeys lists the keys of one workspace, or with "" all that the credentials
// may see.
func (c *Client) APIKeys(ctx context.Context, workspace string) (*APIKeyList, error) {
	l, err := c.listing(ctx, workspace)
	if err != nil {
		return nil, err
	}
	if workspace == "" {
		return &APIKeyList{Keys: l.keys, Unreadable: l.unreadable + len(l.odd)}, nil
	}
	if err := c.sees(KeyRef{WorkspaceName: workspace}); err != nil {
		return nil, err
	}
	list := &APIKeyList{Unreadable: l.unreadable + len(l.odd)}
	for _, key := range l.keys {
		// A controller that does not know the filter answers with every key.
		if key.WorkspaceName == workspace {
			list.Keys = append(list.Keys, key)
		}
	}
	return list, nil
}

// APIKey finds a key in the list; there is no call that gets one. The error is
// ErrNotFound only where a complete, well-formed list proves that the key does not
// exist.
func (c *Client) APIKey(ctx context.Context, ref KeyRef) (*APIKey, error) {
	_, key, err := c.find(ctx, ref)
	return key, err
}

// find is APIKey, and tells the listing that the key was found in.
func (c *Client) find(ctx context.Context, ref KeyRef) (*listing, *APIKey, error) {
	l, err := c.listing(ctx, ref.WorkspaceName)
	if err != nil {
		return nil, nil, err
	}
	if i, ok := l.byID[ref.ID]; ok {
		return l, &l.keys[i], nil
	}
	if ref.Secret != "" {
		if i, ok := l.bySecret[ref.Secret]; ok {
			return l, &l.keys[i], nil
		}
	}
	if l.odd[ref.ID] {
		return nil, nil, &Error{Op: opList, Status: http.StatusOK, Err: ErrNotEGS, Message: fmt.Sprintf(
			"the list's entry of the key %s could not be read", ref.ID)}
	}
	if l.unreadable > 0 {
		return nil, nil, &Error{Op: opList, Status: http.StatusOK, Err: ErrNotEGS, Message: fmt.Sprintf(
			"the list does not prove that the key %s is gone, since %d of its entries could not be read", ref.ID, l.unreadable)}
	}
	if err := c.sees(ref); err != nil {
		return nil, nil, err
	}
	return nil, nil, &Error{Op: opList, Message: fmt.Sprintf("no key has the id %s", ref.ID), Err: ErrNotFound}
}

// sees returns an error where the credentials are bound to a workspace and may
// not see such a key, so that a list's silence about it proves nothing.
func (c *Client) sees(ref KeyRef) error {
	bound := c.tokens.boundTo()
	if bound == "" || (bound == ref.WorkspaceName && ref.Role != roleOwner) {
		return nil
	}
	return &Error{Op: opList, Err: ErrUnseen, Message: fmt.Sprintf(
		"the provider's credentials are bound to the workspace %q and do not see Owner keys or the keys outside it; "+
			"use an Owner key, or one of the right workspace", bound)}
}

// roleOwner is the role that is not bound to a workspace.
const roleOwner = "Owner"

// listing is one complete answer of the list call.
type listing struct {
	keys           []APIKey
	byID, bySecret map[string]int
	// unreadable counts entries that make no sense and could be any key.
	unreadable int
	// odd are the ids of entries of which no more makes sense.
	odd map[string]bool
	// examples are what keys that show their secret teach: see Client.deduce.
	examples map[accountKind]example
	apiclient.Moment
}

// keyListings are the listings by workspace, "" for the unfiltered one.
type keyListings struct {
	apiclient.Listings[*listing]

	mu sync.Mutex
	// refusal is the controller's answer to the unfiltered list where it refuses
	// only that to these credentials.
	refusal error
}

func (l *keyListings) refused() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refusal
}

// granted says whether an unfiltered list was had.
func (l *keyListings) granted() bool {
	_, ok := l.Latest("")
	return ok
}

func (l *keyListings) refuse(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refusal = err
}

// listing returns every key, or where the credentials may not list every key those
// of the workspace: one request serves all workspaces, if possible.
func (c *Client) listing(ctx context.Context, workspace string) (*listing, error) {
	return c.listingBy(workspace, func(filter string, fetch func(context.Context) (*listing, error)) (*listing, error) {
		return c.keys.Get(ctx, filter, time.Time{}, 0, fetch)
	})
}

// listingBy is listing, where get is asked for the listing of a filter.
func (c *Client) listingBy(workspace string, get func(filter string, fetch func(context.Context) (*listing, error)) (*listing, error)) (*listing, error) {
	if workspace == "" || c.keys.refused() == nil {
		all, err := get("", func(ctx context.Context) (*listing, error) {
			return c.fetch(ctx, nil)
		})
		// What was granted before is not refused to these credentials: it will pass.
		if workspace == "" || !refusesListing(err) || c.keys.granted() {
			return all, err
		}
		c.keys.refuse(err)
	}
	filtered, err := get(workspace, func(ctx context.Context) (*listing, error) {
		// The filter has two names, that of the SDK and that of the REST page. A
		// controller ignores the one it does not know, so that one request serves
		// both kinds. One that refuses it instead is asked with each name alone.
		names := []string{"workspaceName", "workspace"}
		both := url.Values{}
		for _, name := range names {
			both.Set(name, workspace)
		}
		l, err := c.fetch(ctx, both)
		for _, name := range names {
			if !apiclient.IsStatus(err, http.StatusBadRequest, http.StatusUnprocessableEntity) {
				break
			}
			l, err = c.fetch(ctx, url.Values{name: {workspace}})
		}
		return l, err
	})
	if refusesListing(err) {
		c.keys.refuse(nil)
	}
	return filtered, err
}

// baselineAge bounds how old the list is that tells what was there before a create.
// The younger, the less can somebody else have made in between that would be taken
// for what the create made; the older, the more creates share one list.
const baselineAge = 30 * time.Second

// baseline is a listing that is no older than baselineAge, however much this client
// wrote since.
func (c *Client) baseline(ctx context.Context, workspace string) (*listing, error) {
	notBefore := c.keys.Now().Add(-baselineAge)
	return c.listingBy(workspace, func(filter string, fetch func(context.Context) (*listing, error)) (*listing, error) {
		return c.keys.Baseline(ctx, filter, notBefore, fetch)
	})
}

// latestOf is the listing that was had last and holds the workspace, or nil.
func (l *keyListings) latestOf(workspace string) *listing {
	if l.refused() == nil {
		workspace = ""
	}
	latest, _ := l.Latest(workspace)
	return latest
}

func refusesListing(err error) bool {
	return apiclient.IsStatus(err, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity)
}

// fetch sends the list request.
func (c *Client) fetch(ctx context.Context, query url.Values) (*listing, error) {
	data, err := c.call(ctx, request{
		op:         opList,
		method:     http.MethodGet,
		path:       "/api/v1/api-key/list",
		query:      query,
		repeatable: true,
		maxAnswer:  maxList,
	})
	if apiclient.IsStatus(err, http.StatusNotFound) && isEmptyList(err) {
		return &listing{}, nil
	}
	if err != nil {
		return nil, err
	}
	l, err := decodeListing(data)
	if err != nil {
		return nil, &Error{Op: opList, Status: http.StatusOK, Message: err.Error(), Err: ErrNotEGS}
	}
	return l, nil
}

// isEmptyList says whether a 404 is the controller's way to say that there are no
// keys. Only the documented text does ("No API Keys found", REST page): a wrong base
// URL or a controller that has lost its cluster gives a 404 too, and must not make
// every key look gone.
func isEmptyList(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	for text := range strings.SplitSeq(e.Message, ": ") {
		if strings.EqualFold(strings.TrimRight(text, "."), "No API Keys found") {
			return true
		}
	}
	return false
}
