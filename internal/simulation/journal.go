// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"
)

// Entry is an API request and its result, without the values of the body and without headers.
type Entry struct {
	// Seq counts from 1, in the order of the responses.
	Seq    int    `json:"seq"`
	Method string `json:"method"`
	// Path is the path of the request's Route.
	Path string `json:"path"`
	// Query is the raw query string.
	Query string `json:"query"`
	// Status is the status of the response, or 0 if the connection ended without one.
	Status int `json:"status"`
	// Members has the names of the JSON body's members, sorted; never nil.
	Members []string `json:"members"`
}

// journal records API requests. It records an entry before the response is sent, so that a client that has received the response
// finds the entry.
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

// Journal returns the API requests since the last reset, in the order of their responses; never nil.
func (j *journal) Journal() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Entry{}, j.entries...)
}

// ResetJournal deletes all entries. Seq starts from 1 again.
func (j *journal) ResetJournal() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = nil
}

// memberNames returns the names of a JSON object's members, sorted, or an empty slice for any other body.
func memberNames(body []byte) []string {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(body, &members) // An error leaves the map empty.
	return append([]string{}, slices.Sorted(maps.Keys(members))...)
}
