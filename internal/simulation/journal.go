// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"
)

// Entry is one API request and its result. It contains neither values of the body nor headers.
type Entry struct {
	// Seq counts from 1, in the order of the responses.
	Seq    int    `json:"seq"`
	Method string `json:"method"`
	// Path is that of its Route.
	Path string `json:"path"`
	// Query is the raw query string.
	Query string `json:"query"`
	// Status is the response's; 0 when the connection ended without one.
	Status int `json:"status"`
	// Members are the sorted names of the JSON body's members; never nil.
	Members []string `json:"members"`
}

// journal records an entry before its response is sent, so that whoever has the response finds the entry.
type journal struct {
	mu      sync.Mutex
	entries []Entry
}

func (j *journal) record(e Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e.Seq = len(j.entries) + 1
	j.entries = append(j.entries, e)
}

// Journal are the API requests since the last reset, in the order of their responses; never nil.
func (j *journal) Journal() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Entry{}, j.entries...)
}

// ResetJournal empties the journal, which counts from 1 again.
func (j *journal) ResetJournal() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = nil
}

// memberNames are the sorted names of a JSON object's members, and empty, not nil, for any other body.
func memberNames(body []byte) []string {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(body, &members) // what is no object has none
	return append([]string{}, slices.Sorted(maps.Keys(members))...)
}
