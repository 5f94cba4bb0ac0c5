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

// pageSize is how many entries a page is asked for.
const pageSize = 100

// rereads is how often a list is read again that changed while it was read.
const rereads = 3

// errMoved: entries moved to pages that were read already.
var errMoved = errors.New("the list changed while it was read")

// paging is what was learned about the pages of a list call. The sources do not say whether the service returns fewer
// entries than it is asked for (its own maximum).
type paging struct {
	// bound is how many entries are read at most, in as many pages as hold so many, and maxBytes how many bytes of entries;
	// 0 is no bound. They are set before the first use.
	bound    int
	maxBytes int64

	mu sync.Mutex
	// widest is how many entries the largest page had: one with fewer is the last, whatever the maximum is.
	widest int
	// most is the service's maximum, 0 where none was seen.
	most int
}

// saw notes the size of a page, and returns the largest so far.
func (p *paging) saw(entries int) (widest int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.widest = max(p.widest, entries)
	return p.widest
}

func (p *paging) bounded(most int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.most = most
}

// limit is how many entries to ask for where so many are wanted.
func (p *paging) limit(wanted int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return min(wanted, cmp.Or(p.most, wanted))
}

// fetch reads a list page by page, and again if it changed meanwhile. A page that is shorter than asked for is the last,
// unless the service has a maximum that is not known yet: then it is Partial, or as proof, one more request tells.
func fetch[T any](
	ctx context.Context, c *Client, op string, p *paging, size int, proof bool,
	page func(url.Values) ([]json.RawMessage, error), read func(json.RawMessage) (string, T, error),
) (*apiclient.Listing[T], error) {
	for try := 1; ; try++ {
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
		if try > rereads || c.keys.Pause(ctx, try) != nil {
			return nil, &Error{Op: op, Section: section, Status: http.StatusOK, Err: errMoved, Message: fmt.Sprintf(
				"%v, %d times: entries may be missing", errMoved, rereads+1)}
		}
	}
}

// read reads all pages once. Each begins with the entry that the one before ended with: then nothing was deleted before
// it, and what was inserted makes entries come twice. Else entries that moved up would be missing: errMoved. The order
// of the list is not documented. It is taken to be always the same.
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
			return nil, false, fmt.Errorf("%w: its pages are larger than %d MiB", apiclient.ErrListTooLarge, p.maxBytes>>20)
		}
		if offset > 0 && !slices.Contains(names, last) {
			return nil, false, errMoved
		}
		before := len(entries)
		for i, entry := range page {
			// One that comes twice in a page stays so: it is invalid.
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
		widest, added := p.saw(min(len(page), limit)), len(entries)-before
		if added > 0 && previous < limit && previous == len(page) {
			p.bounded(previous)
		}
		switch {
		case len(page) > limit:
			// It knows no pages.
			return entries, true, nil
		case len(page) == limit && added == 0:
			return nil, false, errMoved
		case len(page) == limit:
		case added == 0 || len(page) < widest:
			return entries, true, nil
		case !thorough:
			return entries, false, nil
		}
		offset, last, previous = offset+len(page)-1, names[len(page)-1], len(page)
	}
}

// identity tells an entry from the others: its id or, where it has none, its text.
func identity(entry json.RawMessage) string {
	var e struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(entry, &e) == nil && e.ID != "" {
		return e.ID
	}
	return string(entry)
}

// page sends a list request, and returns the entries of the bare array that answers it.
func (c *Client) page(ctx context.Context, op, path string, query url.Values) ([]json.RawMessage, error) {
	r := c.request(op, http.MethodGet, path)
	r.Query, r.Repeatable, r.List = query, true, true
	answer, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	var entries []json.RawMessage
	none, err := apiclient.Entries(answer.Body, "", c.conn.MaxEntries(), func(entry *json.RawMessage, _ error) {
		entries = append(entries, *entry)
	})
	switch {
	case errors.Is(err, apiclient.ErrListTooLarge):
		return nil, c.conn.Unlisted(r, err)
	case none || err != nil:
		return nil, c.foreign(r, answer)
	}
	return entries, nil
}
