// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"context"
	"encoding/json"
	"fmt"
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

// newListing reads entries. Beside an error read returns the id, where there is one
// that makes sense: what could not be read does not hide the others.
func newListing[T any](entries []json.RawMessage, ended bool, read func(json.RawMessage) (id string, item T, err error)) *apiclient.Listing[T] {
	l := &apiclient.Listing[T]{Partial: !ended}
	for _, entry := range entries {
		id, item, err := read(entry)
		l.Add(id, item, err)
	}
	return l
}

// selection is what a listing is filtered by: usernames that match, and the size of the pages.
type selection struct {
	filter string
	size   int
}

// String is the filter of a listing, "" for the usual one, which everything that reads shares.
func (s selection) String() string {
	if s.filter == "" && s.size == pageSize {
		return ""
	}
	return fmt.Sprintf("%d %s", s.size, s.filter)
}

func parseSelection(text string) selection {
	s := selection{size: pageSize}
	if text != "" {
		_, _ = fmt.Sscanf(text, "%d", &s.size) // String wrote it.
		s.filter = text[len(fmt.Sprint(s.size))+1:]
	}
	return s
}

// APIKeys lists the keys, those of all users or with a filter of usernames that match
// it; how it matches is up to the service. The page size is from 2, and 0 for the
// usual one. See apiclient.Listings.Fresh.
func (c *Client) APIKeys(ctx context.Context, filter string, size int) (*APIKeyList, error) {
	if size < 2 {
		size = pageSize
	}
	l, err := c.keys.Fresh(ctx, selection{filter, size}.String())
	if err != nil {
		return nil, err
	}
	return c.keys.Fill(l, func(*APIKey) bool { return true }), nil
}

// APIKey finds a key in the list; there is no call that gets one. Created is when it was created, by the
// service's clock, zero where that is not known. The error is ErrNotFound only where it is proven that
// the key does not exist: see apiclient.Listings.Find.
func (c *Client) APIKey(ctx context.Context, id string, created time.Time) (*APIKey, error) {
	if !isID(id) {
		return nil, c.noKey(opList, id)
	}
	return c.keys.Find(ctx, apiclient.Ref[APIKey]{ID: id, Created: created})
}

// noKey is the error of a key that does not exist.
func (c *Client) noKey(op, id string) error {
	return &Error{Op: op, Section: section, Message: "no key has the id " + apiclient.Clip(c.hide(id)), Err: ErrNotFound}
}

// fetchKeys sends the list requests.
func (c *Client) fetchKeys(ctx context.Context, of string, proof bool) (*apiclient.Listing[APIKey], error) {
	s := parseSelection(of)
	entries, ended, err := c.pages(ctx, &c.pagesOfKeys, s.size, proof, func(ctx context.Context, query url.Values) ([]json.RawMessage, error) {
		if s.filter != "" {
			query.Set("filter", s.filter)
		}
		return c.pageOfKeys(ctx, query)
	})
	if err != nil {
		return nil, unlisted(opList, err)
	}
	return newListing(entries, ended, decodeKey), nil
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
