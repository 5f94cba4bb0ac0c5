// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// The path of the list of keys is written with underscores in the OpenAPI document and
// with hyphens on the REST page.
const (
	underscoredPath = "admin/api_keys"
	hyphenedPath    = "admin/api-keys"
)

// listing is what a list call told, in all its pages.
type listing[T any] struct {
	apiclient.Moment
	items []T
	byID  map[string]int
	// unreadable counts entries that make no sense and could be any.
	unreadable int
	// odd are the ids of entries of which no more makes sense.
	odd map[string]bool
	// ended says that it is known that nothing follows: see Client.pages.
	ended bool
}

// newListing reads entries. Beside an error read returns the id, where there is one
// that makes sense: what could not be read does not hide the others.
func newListing[T any](entries []json.RawMessage, ended bool, read func(json.RawMessage) (id string, item T, err error)) *listing[T] {
	l := &listing[T]{
		items: make([]T, 0, len(entries)),
		byID:  make(map[string]int, len(entries)),
		odd:   map[string]bool{},
		ended: ended,
	}
	for _, entry := range entries {
		id, item, err := read(entry)
		_, twice := l.byID[id]
		switch {
		case id != "" && (err != nil || twice):
			l.odd[id] = true
		case err != nil:
			l.unreadable++
		default:
			l.byID[id] = len(l.items)
			l.items = append(l.items, item)
		}
	}
	return l
}

// find returns the item of this id, or nil.
func (l *listing[T]) find(id string) *T {
	i, ok := l.byID[id]
	if !ok {
		return nil
	}
	item := l.items[i]
	return &item
}

// lacks says whether the listing has no entry of this id.
func (l *listing[T]) lacks(id string) bool {
	_, ok := l.byID[id]
	return !ok && !l.odd[id]
}

// APIKeys lists the keys, those of all users or with a filter of usernames that match
// it; how it matches is the service's affair. The page size is from 2, and 0 for the
// usual one, which shares a listing with everything else that reads.
func (c *Client) APIKeys(ctx context.Context, filter string, size int) (*APIKeyList, error) {
	if size < 2 {
		size = pageSize
	}
	l, err := c.wholeListing(ctx, filter, size)
	if err != nil {
		return nil, err
	}
	return &APIKeyList{Keys: l.items, Unreadable: l.unreadable + len(l.odd)}, nil
}

// APIKey finds a key in the list; there is no call that gets one. The error is
// ErrNotFound only where a complete, well-formed list proves that the key does not
// exist.
func (c *Client) APIKey(ctx context.Context, id string) (*APIKey, error) {
	l, err := c.listing(ctx)
	if err == nil && l.lacks(id) && !l.ended {
		l, err = c.wholeListing(ctx, "", pageSize)
	}
	if err != nil {
		return nil, err
	}
	if key := l.find(id); key != nil {
		return key, nil
	}
	shown := apiclient.Clip(c.hide(id))
	foreign := &Error{Op: opList, Section: section, Status: http.StatusOK, Err: ErrForeign}
	switch {
	case l.odd[id]:
		foreign.Message = fmt.Sprintf("the list's entry of the key %s could not be read", shown)
		return nil, foreign
	case l.unreadable > 0:
		foreign.Message = fmt.Sprintf("the list does not prove that the key %s is gone, since %d of its entries could not be read", shown, l.unreadable)
		return nil, foreign
	}
	return nil, &Error{Op: opList, Section: section, Message: "no key has the id " + shown, Err: ErrNotFound}
}

// listing returns every key as it is after everything written so far.
func (c *Client) listing(ctx context.Context) (*listing[APIKey], error) {
	return c.keys.Get(ctx, "", time.Time{}, 0, c.fetch("", pageSize, false))
}

// wholeListing is a listing that is known to hold every key of the filter.
func (c *Client) wholeListing(ctx context.Context, filter string, size int) (*listing[APIKey], error) {
	place := ""
	if filter != "" || size != pageSize {
		place = fmt.Sprintf("%d %s", size, filter)
	}
	l, err := c.keys.Get(ctx, place, time.Time{}, 0, c.fetch(filter, size, true))
	for err == nil && !l.ended {
		l, err = c.keys.Get(ctx, place, time.Time{}, l.Number, c.fetch(filter, size, true))
	}
	return l, err
}

// baselineAge bounds how old the list is that tells what was there before a create.
// The older, the more creates share one list.
const baselineAge = 30 * time.Second

// baseline is a listing that is no older than baselineAge, however much this client
// wrote since.
func (c *Client) baseline(ctx context.Context) (*listing[APIKey], error) {
	notBefore := c.keys.Now().Add(-baselineAge)
	return c.keys.Baseline(ctx, "", notBefore, c.fetch("", pageSize, false))
}

// fetch sends the list requests.
func (c *Client) fetch(filter string, size int, thorough bool) func(context.Context) (*listing[APIKey], error) {
	return func(ctx context.Context) (*listing[APIKey], error) {
		entries, ended, err := c.pages(ctx, &c.pagesOfKeys, size, thorough, func(ctx context.Context, query url.Values) ([]json.RawMessage, error) {
			if filter != "" {
				query.Set("filter", filter)
			}
			return c.pageOfKeys(ctx, query)
		})
		if err != nil {
			return nil, unlisted(opList, err)
		}
		return newListing(entries, ended, decodeKey), nil
	}
}

// pageOfKeys sends a list request, in the spelling that answers: a 404 is what a service
// says that has the other.
func (c *Client) pageOfKeys(ctx context.Context, query url.Values) ([]json.RawMessage, error) {
	if known := c.collection.Load(); known != nil {
		return c.page(ctx, opList, *known, query)
	}
	path := underscoredPath
	entries, err := c.page(ctx, opList, path, query)
	if isUnknown(err) {
		others, otherErr := c.page(ctx, opList, hyphenedPath, query)
		if isUnknown(otherErr) {
			return nil, c.misplaced(err)
		}
		path, entries, err = hyphenedPath, others, otherErr
	}
	if err == nil {
		c.collection.Store(&path)
	}
	return entries, err
}

// pathOfKeys is the path of the list of keys.
func (c *Client) pathOfKeys() string {
	if known := c.collection.Load(); known != nil {
		return *known
	}
	return underscoredPath
}
