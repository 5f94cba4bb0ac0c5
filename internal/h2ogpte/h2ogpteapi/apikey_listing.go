// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// The path of the list of keys is written with underscores in the OpenAPI document and with hyphens on the REST page.
const (
	underscoredPath = "admin/api_keys"
	hyphenedPath    = "admin/api-keys"
)

// newListing reads entries. Beside an error, read returns a valid id: what could not be read does not hide the others.
func newListing[T any](entries []json.RawMessage, ended bool, read func(json.RawMessage) (id string, item T, err error)) *apiclient.Listing[T] {
	l := &apiclient.Listing[T]{Partial: !ended}
	for _, entry := range entries {
		id, item, err := read(entry)
		l.Add(id, item, err)
	}
	return l
}

// APIKeys lists the keys, those of all users or with a filter of usernames that match it; how it matches is up to the
// service. The page size is from 2, and 0 for the usual one. See apiclient.Listings.Fresh.
func (c *Client) APIKeys(ctx context.Context, filter string, size int) (*APIKeyList, error) {
	if size < 2 {
		size = pageSize
	}
	if filter == "" && size == pageSize {
		return c.keys.List(ctx, "") // Everything that reads shares it.
	}
	return c.keys.List(ctx, fmt.Sprintf("%d %s", size, filter))
}

// APIKey finds a key in the list. Created is when it was created, by the service's clock, zero where that is not known.
// The error is ErrNotFound only where it is proven that the key does not exist: see apiclient.Listings.Find.
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

// fetchKeys sends the list requests. They are of the size and filter that APIKeys has written.
func (c *Client) fetchKeys(ctx context.Context, of string, proof bool) (*apiclient.Listing[APIKey], error) {
	sizeText, filter, _ := strings.Cut(of, " ")
	size, err := strconv.Atoi(sizeText)
	if err != nil {
		size = pageSize
	}
	entries, ended, err := c.pages(ctx, opList, &c.pagesOfKeys, size, proof, func(ctx context.Context, query url.Values) ([]json.RawMessage, error) {
		if filter != "" {
			query.Set("filter", filter)
		}
		return c.pageOfKeys(ctx, query)
	})
	if err != nil {
		return nil, err
	}
	return newListing(entries, ended, decodeKey), nil
}

// pageOfKeys sends a list request, in the spelling that the service knows: it responds 404 to the other.
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
