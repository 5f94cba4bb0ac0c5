// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// changingList is a list of a service. The function before can change the list between requests.
type changingList struct {
	ids []string
	// maxLimit is the service's maximum number of entries per page. 0 means no maximum.
	maxLimit int
	// ignoresOffset and ignoresLimit make the service ignore these parameters.
	ignoresOffset, ignoresLimit bool
	// before is called before each request. The parameter is the number of the request, starting at 1.
	before   func(request int)
	requests int
}

func newChangingList(n int) *changingList {
	s := &changingList{}
	for i := range n {
		s.ids = append(s.ids, fmt.Sprint(i))
	}
	return s
}

func (s *changingList) get(offset, limit int) ([]json.RawMessage, error) {
	s.requests++
	if s.before != nil {
		s.before(s.requests)
	}
	if s.ignoresOffset {
		offset = 0
	}
	if s.ignoresLimit {
		limit = len(s.ids)
	}
	if s.maxLimit > 0 {
		limit = min(limit, s.maxLimit)
	}
	from := min(offset, len(s.ids))
	var page []json.RawMessage
	for _, id := range s.ids[from:min(from+limit, len(s.ids))] {
		page = append(page, json.RawMessage(`{"id":"`+id+`"}`))
	}
	return page, nil
}

func idsOf(entries []json.RawMessage) []string { return clienttest.IDs(entries, identity) }

func TestPaging_requests(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		entries, limit, requests int
		// ended is whether the list is certainly complete.
		ended bool
	}{
		{0, 100, 1, true},
		{1, 100, 1, false},
		{99, 100, 1, false},
		// After a full page, the client requests another page.
		{100, 100, 2, true},
		{101, 100, 2, true},
		{199, 100, 3, true},
		{1050, 100, 11, true},
		{1050, 1000, 2, true},
		{5, 2, 5, true},
		{2, 2, 2, true},
	} {
		s := newChangingList(test.entries)
		entries, ended, err := (&paging{}).read(test.limit, false, s.get)
		if err != nil || !slices.Equal(idsOf(entries), s.ids) || s.requests != test.requests || ended != test.ended {
			t.Errorf("%d by %d: got %d entries in %d requests, ended %t, %v", test.entries, test.limit, len(entries), s.requests, ended, err)
		}
	}
}

// TestPaging_maximum uses a service that returns fewer entries than requested.
func TestPaging_maximum(t *testing.T) {
	t.Parallel()
	for most, want := range map[int]int{2: 2, 3: 3, 50: 50, 99: 99, 100: 0, 500: 0} {
		s := newChangingList(250)
		s.maxLimit = most
		p := &paging{}
		// The first read detects the maximum, and the second one uses it.
		for _, thorough := range []bool{true, false} {
			entries, ended, err := p.read(p.limit(100), thorough, s.get)
			if err != nil || !ended || !slices.Equal(idsOf(entries), s.ids) || p.maxLimit != want {
				t.Errorf("%d: got %d entries, ended %t, %v, and the maximum %d", most, len(entries), ended, err, p.maxLimit)
			}
		}
	}
}

// After a single short page, one more request shows whether the list ends there or the service has a maximum page size.
func TestPaging_thorough(t *testing.T) {
	t.Parallel()
	for n, requests := range map[int]int{0: 1, 1: 2, 37: 2, 100: 2, 101: 2} {
		s := newChangingList(n)
		p := &paging{}
		entries, ended, err := p.read(100, true, s.get)
		if err != nil || !ended || len(entries) != n || s.requests != requests {
			t.Errorf("%d: got %d entries in %d requests, ended %t, %v", n, len(entries), s.requests, ended, err)
		}
		if p.maxLimit != 0 {
			t.Errorf("%d: got the maximum %d", n, p.maxLimit)
		}
	}
	// A page with fewer entries than an earlier page is the last page.
	p := &paging{}
	p.observe(40)
	s := newChangingList(39)
	if _, ended, err := p.read(100, true, s.get); err != nil || !ended || s.requests != 1 {
		t.Errorf("%d requests, %v", s.requests, err)
	}
}

func TestPaging_serviceWithoutPages(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 37, 101, 1050} {
		for _, thorough := range []bool{false, true} {
			s := newChangingList(n)
			s.ignoresOffset, s.ignoresLimit = true, true
			entries, _, err := (&paging{}).read(100, thorough, s.get)
			if err != nil || !slices.Equal(idsOf(entries), s.ids) || s.requests > 2 {
				t.Errorf("%d: got %d entries in %d requests, %v", n, len(entries), s.requests, err)
			}
		}
	}
	// If the service ignores only the offset, the list cannot be read.
	s := newChangingList(250)
	s.ignoresOffset = true
	if _, _, err := (&paging{}).read(100, false, s.get); !errors.Is(err, errMoved) || s.requests != 2 {
		t.Errorf("%d requests, %v", s.requests, err)
	}
}

// TestPaging_changes changes the list between two pages. Either the result contains each unchanged entry once, or read
// returns errMoved.
func TestPaging_changes(t *testing.T) {
	t.Parallel()
	remove := func(s *changingList, ids ...string) {
		s.ids = slices.DeleteFunc(s.ids, func(id string) bool { return slices.Contains(ids, id) })
	}
	for name, test := range map[string]struct {
		change func(*changingList)
		moved  bool
	}{
		"insertion in front":                {change: func(s *changingList) { s.ids = slices.Insert(s.ids, 0, "new") }},
		"insertions in front":               {change: func(s *changingList) { s.ids = slices.Insert(s.ids, 0, "a", "b", "c", "d", "e") }},
		"insertion at the end":              {change: func(s *changingList) { s.ids = append(s.ids, "new") }},
		"insertion in the middle":           {change: func(s *changingList) { s.ids = slices.Insert(s.ids, 12, "new") }},
		"deletion in front":                 {change: func(s *changingList) { remove(s, "0") }, moved: true},
		"deletion of the last of the page":  {change: func(s *changingList) { remove(s, "9") }, moved: true},
		"deletion on the next page":         {change: func(s *changingList) { remove(s, "12") }},
		"deletion of the first of the next": {change: func(s *changingList) { remove(s, "10") }},
		"deletion of many":                  {change: func(s *changingList) { s.ids = s.ids[20:] }, moved: true},
		"deletion of all":                   {change: func(s *changingList) { s.ids = nil }, moved: true},
		"deletion and insertion": {change: func(s *changingList) {
			remove(s, "3")
			s.ids = slices.Insert(s.ids, 0, "new")
		}},
		"two deletions and an insertion": {change: func(s *changingList) {
			remove(s, "3", "4")
			s.ids = slices.Insert(s.ids, 0, "new")
		}, moved: true},
		"more insertions than a page holds": {change: func(s *changingList) {
			s.ids = slices.Insert(s.ids, 0, strings.Split("abcdefghijklmnop", "")...)
		}, moved: true},
		"reversal": {change: func(s *changingList) { slices.Reverse(s.ids) }, moved: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newChangingList(35)
			old := slices.Clone(s.ids)
			s.before = func(request int) {
				if request == 2 {
					test.change(s)
				}
			}
			entries, _, err := (&paging{}).read(10, false, s.get)
			if test.moved {
				if !errors.Is(err, errMoved) || entries != nil {
					t.Errorf("got %v, %v", idsOf(entries), err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := idsOf(entries)
			for _, id := range old {
				if slices.Contains(s.ids, id) && !slices.Contains(got, id) {
					t.Errorf("%s is missing", id)
				}
			}
			slices.Sort(got)
			if len(slices.Compact(got)) != len(entries) {
				t.Errorf("duplicate entries: %v", got)
			}
		})
	}
}

// FuzzPaging changes the list at random between requests. Each random byte is one insertion or deletion.
func FuzzPaging(f *testing.F) {
	f.Add(uint8(35), uint8(10), []byte{0, 1, 130, 7, 255, 64})
	f.Fuzz(func(t *testing.T, entries, limit uint8, changes []byte) {
		s := newChangingList(int(entries))
		stayed := slices.Clone(s.ids)
		s.before = func(request int) {
			if request < 2 || request > len(changes)+1 || len(s.ids) == 0 {
				return
			}
			change := int(changes[request-2])
			if place := change / 2 % len(s.ids); change%2 == 0 {
				s.ids = slices.Insert(s.ids, place, fmt.Sprint("new", request))
			} else {
				id := s.ids[place]
				s.ids = slices.Delete(s.ids, place, place+1)
				stayed = slices.DeleteFunc(stayed, func(other string) bool { return other == id })
			}
		}
		found, _, err := (&paging{}).read(max(2, int(limit)), true, s.get)
		if err != nil {
			return
		}
		got := idsOf(found)
		slices.Sort(got)
		if len(slices.Compact(got)) != len(found) {
			t.Errorf("duplicate entries: %v", got)
		}
		for _, id := range stayed {
			if _, ok := slices.BinarySearch(got, id); !ok {
				t.Errorf("%s is missing", id)
			}
		}
	})
}

// Entries without an id are distinguished by their text.
func TestPaging_entriesWithoutID(t *testing.T) {
	t.Parallel()
	all := []json.RawMessage{
		json.RawMessage(`{"id":"1"}`), json.RawMessage(`null`), json.RawMessage(`{"name":"a"}`), json.RawMessage(`{"id":7}`), json.RawMessage(`{"id":"2"}`),
	}
	entries, _, err := (&paging{}).read(2, false, func(offset, limit int) ([]json.RawMessage, error) {
		from := min(offset, len(all))
		return all[from:min(from+limit, len(all))], nil
	})
	if err != nil || len(entries) != len(all) {
		t.Errorf("got %d entries, %v", len(entries), err)
	}
}

// If an entry is in two pages with different values, the values of the later page are valid.
func TestPaging_changedEntry(t *testing.T) {
	t.Parallel()
	pages := []string{`[{"id":"1"},{"id":"2","name":"old"}]`, `[{"id":"2","name":"new"}]`}
	entries, _, err := (&paging{}).read(2, false, func(int, int) (page []json.RawMessage, err error) {
		err = json.Unmarshal([]byte(pages[0]), &page)
		pages = pages[1:]
		return page, err
	})
	if err != nil || len(entries) != 2 || string(entries[1]) != `{"id":"2","name":"new"}` {
		t.Errorf("got %s, %v", entries, err)
	}
}

// If a page contains two entries with the same id, read keeps both. The listing marks their id as unreadable.
func TestPaging_duplicateInAPage(t *testing.T) {
	t.Parallel()
	entries, _, err := (&paging{}).read(9, false, func(int, int) ([]json.RawMessage, error) {
		return []json.RawMessage{json.RawMessage(`{"id":"1"}`), json.RawMessage(`{"id":"1","name":"a"}`)}, nil
	})
	if l := newListing(entries, true, decodeKey); err != nil || len(l.Items) != 1 || l.NumUnreadableIDs() != 1 {
		t.Errorf("got %+v, %v", l, err)
	}
}

// The client stops reading a list that never ends, or has too many entries in a page.
func TestPaging_bound(t *testing.T) {
	t.Parallel()
	for name, added := range map[string]int{"full pages": pageSize - 1, "pages with one new entry": 1, "one page": 5001} {
		requests := 0
		_, _, err := (&paging{bound: 5000, maxBytes: 1 << 20}).read(pageSize, true, func(_, limit int) ([]json.RawMessage, error) {
			requests++
			page := make([]json.RawMessage, max(limit, added))
			for i := range page {
				page[i] = json.RawMessage(fmt.Sprintf(`{"id":"%d"}`, (requests-1)*added+i))
			}
			return page, nil
		})
		if !errors.Is(err, apiclient.ErrListTooLarge) || requests > 60 {
			t.Errorf("%s: %d requests, %v", name, requests, err)
		}
	}
	requests := 0
	large := json.RawMessage(`{"name":"` + strings.Repeat("x", 1000) + `"}`)
	_, _, err := (&paging{bound: 5000, maxBytes: 150_000}).read(pageSize, true, func(int, int) ([]json.RawMessage, error) {
		requests++
		return slices.Repeat([]json.RawMessage{large}, pageSize), nil
	})
	if !errors.Is(err, apiclient.ErrListTooLarge) || requests != 2 {
		t.Errorf("large pages: %d requests, %v", requests, err)
	}
}
