// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Kinds of faults.
const (
	// A request with one of these faults is not handled.
	FaultStatus     = "status"      // responds with Status and Body
	FaultDropBefore = "drop_before" // drops the connection; net/http retries a GET if the connection was reused
	FaultEmpty      = "empty"       // responds 200 without a body
	FaultHTML       = "html"        // responds with an HTML page as from a proxy; Status defaults to 502
	FaultRedirect   = "redirect"    // responds with Location and Status, which defaults to 307

	// FaultCommitLate responds with Status (default 502). The simulator handles the request only after further API
	// requests. Requests is the number of these further requests (default 1). A proxy with a timeout in front of a slow
	// service behaves like this.
	FaultCommitLate = "commit_late"

	// A request with one of these faults is handled.
	FaultDropAfterCommit = "drop_after_commit" // drops the connection after the request is handled
	FaultDelay           = "delay"             // waits DelayMS; the request is not handled if the client disconnects meanwhile
	FaultTruncate        = "truncate"          // sends half of the body; Content-Length is the size of the full body
	FaultOverrun         = "overrun"           // sends the full body; Content-Length is half of the size
	FaultGarbled         = "garbled"           // sends the body without status line and headers
	FaultExpireToken     = "expire_token"      // expires all issued tokens, then handles the request
)

var faultKinds = []string{
	FaultStatus, FaultDropBefore, FaultDropAfterCommit, FaultCommitLate, FaultEmpty, FaultDelay,
	FaultTruncate, FaultOverrun, FaultGarbled, FaultHTML, FaultRedirect, FaultExpireToken,
}

// FaultKinds returns all kinds of faults.
func FaultKinds() []string { return slices.Clone(faultKinds) }

// Fault is a failure of API requests. If several faults match a request, the first matching fault applies.
type Fault struct {
	// Method and Path select the requests that have the fault. Empty matches any. Path is a path of the API, such as
	// /api/v1/api-key, or the path of a Route.
	Method string `json:"method"`
	Path   string `json:"path"`
	// Kind is one of the constants whose names begin with Fault.
	Kind string `json:"kind"`
	// Times is the number of requests that have the fault; 0 means 1.
	Times int `json:"times"`
	// Status is the status of the response, for status (required), commit_late, html and redirect.
	Status int `json:"status,omitempty"`
	// Body is the body of the response, for status (default: the body of Service.Failure) and html (default: a page of
	// nginx).
	Body string `json:"body,omitempty"`
	// Location is the Location header of the response. Required for redirect.
	Location string `json:"location,omitempty"`
	// DelayMS is the delay in milliseconds. Required for delay.
	DelayMS int `json:"delay_ms,omitempty"`
	// Requests is the number of further API requests until the delayed request is handled, for commit_late.
	Requests int `json:"requests,omitempty"`
	// RetryAfter is the value of the Retry-After header, for status, commit_late, empty, html and redirect.
	RetryAfter string `json:"retry_after,omitempty"`
}

// check returns an error if the fault is invalid. Without this check, a test with a mistyped fault would run without the
// fault and pass.
func (f Fault) check() error {
	for _, check := range []struct {
		wrong bool
		what  string
	}{
		{!slices.Contains(faultKinds, f.Kind), fmt.Sprintf("kind %q is not one of %s", f.Kind, strings.Join(faultKinds, ", "))},
		{f.Method != strings.ToUpper(f.Method), fmt.Sprintf("method %q is not in upper case", f.Method)},
		{f.Path != "" && !strings.HasPrefix(f.Path, "/"), fmt.Sprintf("path %q does not begin with /", f.Path)},
		{strings.Contains(f.Path, controlPrefix), fmt.Sprintf("path %q is a control endpoint, which does not support faults", f.Path)},
		{f.Times < 0, "times is negative"},
		{f.Requests < 0, "requests is negative"},
		{f.DelayMS < 0, "delay_ms is negative"},
		{f.Kind == FaultDelay && f.DelayMS == 0, "delay_ms is missing"},
		{f.Kind == FaultStatus && f.Status == 0, "status is missing"},
		{f.Status != 0 && (f.Status < 200 || f.Status > 599), fmt.Sprintf("status %d is not between 200 and 599", f.Status)},
		{f.Kind == FaultRedirect && f.Location == "", "location is missing"},
		{f.Kind == FaultRedirect && f.Status != 0 && f.Status/100 != 3, fmt.Sprintf("status %d does not redirect", f.Status)},
	} {
		if check.wrong {
			return errors.New(check.what)
		}
	}
	return nil
}

// reply returns the response of a fault. The simulator sends it instead of the service's response.
func (f Fault) reply(service Service) Reply {
	reply := Reply{Status: f.Status, Body: []byte(f.Body)}
	switch f.Kind {
	case FaultEmpty:
		reply.Status = http.StatusOK
	case FaultCommitLate:
		reply = service.Failure(cmp.Or(f.Status, http.StatusBadGateway), "")
	case FaultStatus:
		if f.Body == "" {
			reply = service.Failure(f.Status, http.StatusText(f.Status))
		}
		reply.set("Content-Type", "application/json")
	case FaultHTML:
		reply.Status = cmp.Or(f.Status, http.StatusBadGateway)
		if f.Body == "" {
			title := fmt.Sprintf("%d %s", reply.Status, http.StatusText(reply.Status))
			reply.Body = fmt.Appendf(nil, "<html>\r\n<head><title>%[1]s</title></head>\r\n<body>\r\n"+
				"<center><h1>%[1]s</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n", title)
		}
		reply.set("Content-Type", "text/html")
	case FaultRedirect:
		reply.Status = cmp.Or(f.Status, http.StatusTemporaryRedirect)
		reply.set("Location", f.Location)
	}
	if f.RetryAfter != "" {
		reply.set("Retry-After", f.RetryAfter)
	}
	return reply
}

// faults holds the faults that still apply, and the delayed requests of FaultCommitLate.
type faults struct {
	mu   sync.Mutex
	left []Fault
	// requests is the number of API requests so far. The functions in late[n] run after request n.
	requests int
	late     map[int][]func()
}

// SetFaults replaces all faults. If a fault is invalid, SetFaults replaces nothing and returns an error with the index of the
// fault.
func (q *faults) SetFaults(all []Fault) error {
	left := slices.Clone(all)
	for i := range left {
		if err := left[i].check(); err != nil {
			return fmt.Errorf("fault %d: %w", i, err)
		}
		left[i].Times = max(1, left[i].Times)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.left = left
	return nil
}

// Faults returns the faults that still apply. The Times of a fault is the number of requests that still get the fault.
func (q *faults) Faults() []Fault {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]Fault{}, q.left...)
}

// take returns the first fault that matches the request, and decrements the Times of the fault. If no fault matches, take
// returns the zero Fault.
func (q *faults) take(method, path, route string) Fault {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.IndexFunc(q.left, func(f Fault) bool {
		return (f.Method == "" || f.Method == method) && (f.Path == "" || f.Path == path || f.Path == route)
	})
	if i < 0 {
		return Fault{}
	}
	fault := q.left[i]
	q.left[i].Times--
	if q.left[i].Times == 0 {
		q.left = slices.Delete(q.left, i, i+1)
	}
	return fault
}

// commitLater schedules the function commit to run after a number of further requests: the parameter after, but at least 1.
func (q *faults) commitLater(commit func(), after int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	at := q.requests + max(1, after)
	q.late[at] = append(q.late[at], commit)
}

// due counts a request, and returns the functions of late to call after this request is handled.
func (q *faults) due() []func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.requests++
	due := q.late[q.requests]
	delete(q.late, q.requests)
	return due
}
