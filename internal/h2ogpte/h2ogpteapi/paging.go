// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// pageSize is the default number of entries to request per page.
const pageSize = 100

// rereads is the maximum number of times that a list is read again because it changed during the read.
const rereads = 3

// errMoved means that entries may have moved to pages that were already read.
var errMoved = errors.New("the list changed while it was read")

// paging has the limits of a list call, and the observed page sizes. No document says whether the service has a maximum
// page size. With such a maximum, a page can have fewer entries than requested although more pages follow.
type paging struct {
	// bound is the maximum number of entries in a list, and also limits the number of pages. maxBytes is the maximum size
	// of all entries in bytes. 0 means no limit. Both fields are set before the first use.
	bound    int
	maxBytes int64

	mu sync.Mutex
	// largest is the number of entries in the largest page so far. A page with fewer entries is the last page of its list,
	// whatever the service's maximum is.
	largest int
	// maxLimit is the service's maximum number of entries per page, or 0 if none is known.
	maxLimit int
}

// observe records the size of a page, and returns the largest size so far.
func (p *paging) observe(entries int) (largest int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.largest = max(p.largest, entries)
	return p.largest
}

func (p *paging) setMaxLimit(limit int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.maxLimit = limit
}

// limit returns the number of entries to request: wanted, or the service's maximum if the maximum is smaller.
func (p *paging) limit(wanted int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return min(wanted, cmp.Or(p.maxLimit, wanted))
}

// fetch reads a list page by page. If the list changes during the read, fetch reads the list again. A page with fewer
// entries than requested is the last page, unless the service has a maximum page size that is not known yet. If such a
// maximum is possible, the listing is Partial. With proof, fetch requests one more page instead.
func fetch[T any](
	ctx context.Context, c *Client, op string, p *paging, size int, proof bool,
	page func(url.Values) ([]json.RawMessage, error), read func(json.RawMessage) (string, T, error),
) (*apiclient.Listing[T], error) {
	for attempt := 1; ; attempt++ {
		entries, ended, err := p.read(p.limit(size), proof, func(offset, limit int) ([]json.RawMessage, error) {
			return page(url.Values{"offset": {strconv.Itoa(offset)}, "limit": {strconv.Itoa(limit)}})
		})
		if err == nil {
			return newListing(entries, ended, read), nil
		}
		if errors.Is(err, apiclient.ErrListTooLarge) {
			return nil, &Error{Op: op, Section: section, Status: http.StatusOK, Err: err, Message: err.Error()}
		}
		if !errors.Is(err, errMoved) {
			return nil, err
		}
		if attempt > rereads || c.keys.Pause(ctx, attempt) != nil {
			return nil, &Error{Op: op, Section: section, Status: http.StatusOK, Err: errMoved, Message: fmt.Sprintf(
				"%v, in each of %d attempts, so entries may be missing", errMoved, rereads+1)}
		}
	}
}

// read reads all pages once. Each page must contain the last entry of the page before it. If a page does not contain that
// entry, the error is errMoved: an entry was possibly deleted, so that another entry moved to a page that was already read.
// An insertion only makes later pages repeat entries. The order of the list is not documented. read assumes that the order
// does not change.
func (p *paging) read(limit int, thorough bool, get func(offset, limit int) ([]json.RawMessage, error)) (entries []json.RawMessage, ended bool, err error) {
	places := map[string]int{}
	last, previous, received := "", 0, int64(0)
	for offset, pages := 0, 0; ; pages++ {
		if p.bound > 0 && pages > p.bound/pageSize {
			return nil, false, fmt.Errorf("%w: it has more than %d pages", apiclient.ErrListTooLarge, pages)
		}
		page, err := get(offset, limit)
		if err != nil {
			return nil, false, err
		}
		names := make([]string, len(page))
		for i := range page {
			received += int64(len(page[i]))
			names[i] = identity(page[i])
		}
		if p.maxBytes > 0 && received > p.maxBytes {
			return nil, false, fmt.Errorf("%w: its pages exceed %d MiB in total", apiclient.ErrListTooLarge, p.maxBytes>>20)
		}
		if offset > 0 && !slices.Contains(names, last) {
			return nil, false, errMoved
		}
		before := len(entries)
		for i, entry := range page {
			// A duplicate within a page is kept, so that the listing marks the id as unreadable.
			if place, known := places[names[i]]; known && place < before {
				entries[place] = entry
				continue
			}
			places[names[i]] = len(entries)
			entries = append(entries, entry)
		}
		if p.bound > 0 && len(entries) > p.bound {
			return nil, false, fmt.Errorf("%w: it has more than %d entries", apiclient.ErrListTooLarge, p.bound)
		}
		largest, added := p.observe(min(len(page), limit)), len(entries)-before
		if added > 0 && previous < limit && previous == len(page) {
			p.setMaxLimit(previous)
		}
		switch {
		case len(page) > limit:
			// The service ignores the limit, so the page contains the whole list.
			return entries, true, nil
		case len(page) == limit && added == 0:
			return nil, false, errMoved
		case len(page) == limit:
		case added == 0 || len(page) < largest:
			return entries, true, nil
		case !thorough:
			return entries, false, nil
		}
		offset, last, previous = offset+len(page)-1, names[len(page)-1], len(page)
	}
}

// identity returns the id of an entry, or the text of an entry without an id.
func identity(entry json.RawMessage) string {
	var e struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(entry, &e) == nil && e.ID != "" {
		return e.ID
	}
	return string(entry)
}

// page sends a list request, and returns the entries. The response is an array.
func (c *Client) page(ctx context.Context, op, path string, query url.Values) ([]json.RawMessage, error) {
	r := c.request(op, http.MethodGet, path)
	r.Query, r.Repeatable, r.List = query, true, true
	resp, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	var entries []json.RawMessage
	none, err := apiclient.Entries(resp.Body, "", c.conn.MaxEntries(), func(entry *json.RawMessage, _ error) {
		entries = append(entries, *entry)
	})
	switch {
	case errors.Is(err, apiclient.ErrListTooLarge):
		return nil, c.conn.ListFailed(r, err)
	case none || err != nil:
		return nil, c.unexpected(r, resp)
	}
	return entries, nil
}
