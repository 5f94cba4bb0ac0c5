// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// APIKeyList is what a list call tells.
type APIKeyList struct {
	// Keys are in the service's order.
	Keys []APIKey
	// Unreadable counts the entries that are not in Keys because they could not be
	// read, or hide their key.
	Unreadable int
}

// APIKeys lists all keys, the client's own too.
func (c *Client) APIKeys(ctx context.Context) (*APIKeyList, error) {
	l, err := c.listing(ctx)
	if err != nil {
		return nil, err
	}
	return &APIKeyList{Keys: l.keys, Unreadable: l.unreadable + l.hidden + len(l.odd)}, nil
}

// APIKey finds a key in the list; there is no call that gets one. The error is
// ErrNotFound only where a complete, well-formed list proves that the key does not
// exist, and ErrHidden where the list shows no keys.
func (c *Client) APIKey(ctx context.Context, id string) (*APIKey, error) {
	l, err := c.listing(ctx)
	if err != nil {
		return nil, err
	}
	if i, ok := l.byID[id]; ok {
		return &l.keys[i], nil
	}
	if l.odd[id] {
		return nil, listFailed(ErrNotGAIA, fmt.Sprintf("the list's entry of the key %s could not be read", id))
	}
	if err := l.complete(); err != nil {
		err.Message = fmt.Sprintf("the list does not prove that the key %s is gone, since %s", id, err.Message)
		return nil, err
	}
	return nil, listFailed(ErrNotFound, fmt.Sprintf("no key has the id %s", id))
}

// listing is one complete answer of the list call.
type listing struct {
	keys []APIKey
	byID map[string]int
	// unreadable counts entries that make no sense and could be any key, and hidden
	// those that show a mask in a key's place.
	unreadable, hidden int
	// odd are the ids of entries of which no more makes sense.
	odd map[string]bool
	apiclient.Moment
}

// lacks says whether the key is not in the listing.
func (l *listing) lacks(id string) bool {
	_, ok := l.byID[id]
	return !ok && !l.odd[id]
}

// complete returns an error where the listing's silence about a key proves nothing.
func (l *listing) complete() *Error {
	switch {
	case l.hidden > 0:
		return listFailed(ErrHidden, fmt.Sprintf("%d of its entries hide their key", l.hidden))
	case l.unreadable > 0:
		return listFailed(ErrNotGAIA, fmt.Sprintf("%d of its entries could not be read", l.unreadable))
	}
	return nil
}

// listing returns all keys as they are after everything written so far.
func (c *Client) listing(ctx context.Context) (*listing, error) {
	return c.keys.Get(ctx, "", time.Time{}, 0, c.fetch)
}

// baselineAge bounds how old the list is that tells what was there before a create. It is
// short, since a key has no name: whatever key somebody else makes meanwhile would be
// taken for what the create made, if that was lost and not made. Creates that follow
// each other within it share a list, since the client knows what it made itself.
const baselineAge = time.Second

// baseline is a listing that is no older than baselineAge, however much this client
// wrote since.
func (c *Client) baseline(ctx context.Context) (*listing, error) {
	notBefore := c.keys.Now().Add(-baselineAge)
	return c.keys.Baseline(ctx, "", notBefore, c.fetch)
}

// refusesListing says whether the service does not let these credentials list. A 404 may
// be its way to say that there are no keys.
func refusesListing(err error) bool {
	return apiclient.IsStatus(err, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound)
}

// fetch sends the list request. No refusal is known to mean that there are no keys.
func (c *Client) fetch(ctx context.Context) (*listing, error) {
	r := request{op: opList, method: http.MethodGet, path: collectionPath, repeatable: true, maxAnswer: maxList}
	document, err := c.call(ctx, r)
	if err != nil {
		return nil, err
	}
	l, err := decodeListing(document)
	if err != nil {
		return nil, r.failed(Error{
			Status: http.StatusOK, Endpoint: c.endpoint.String(), Message: err.Error(), Err: ErrNotGAIA,
		})
	}
	return l, nil
}
