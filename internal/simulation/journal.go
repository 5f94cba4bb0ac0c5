// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"
)

// Entry describes an API request and the status of the response. An Entry has neither headers nor the values in the body.
type Entry struct {
	// Seq is 1 for the first response, 2 for the second, and so on.
	Seq    int    `json:"seq"`
	Method string `json:"method"`
	// Path is the path of the request's Route, with the name of the parameter instead of its value.
	Path string `json:"path"`
	// Query is the raw query string.
	Query string `json:"query"`
	// Status is the status of the response, or 0 if the connection ended without a response.
	Status int `json:"status"`
	// Members has the sorted names of the members of the JSON body. If there are none, the slice is empty, not nil.
	Members []string `json:"members"`
}

// journal records API requests. An entry is recorded before the response is sent. So a client that has the response finds
// the entry.
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

// Journal returns the API requests since the last call of ResetJournal, in the order of the responses. If there are none,
// the slice is empty, not nil.
func (j *journal) Journal() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Entry{}, j.entries...)
}

// ResetJournal deletes all entries. The Seq of the next entry is 1.
func (j *journal) ResetJournal() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = nil
}

// memberNames returns the sorted names of the members of a JSON object. For any other body, the slice is empty, not nil.
func memberNames(body []byte) []string {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(body, &members) // After an error, members is empty.
	return append([]string{}, slices.Sorted(maps.Keys(members))...)
}
