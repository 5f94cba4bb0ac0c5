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
	// These faults do not handle the request. If a dropped connection has served another request before, the client of net/http
	// retries a GET by itself.
	FaultStatus     = "status"      // responds with Status and Body
	FaultDropBefore = "drop_before" // drops the connection
	FaultEmpty      = "empty"       // responds 200 without a body
	FaultHTML       = "html"        // responds with a front proxy's page, Status 502 unless given
	FaultRedirect   = "redirect"    // responds with Status, 307 unless given, and Location

	// FaultCommitLate responds with Status (default 502) before the request is handled, like a proxy with a timeout in front of
	// a slow service. Requests is the number of further API requests after which the request is handled (default 1).
	FaultCommitLate = "commit_late"

	// These faults handle the request.
	FaultDropAfterCommit = "drop_after_commit" // then drops the connection
	FaultDelay           = "delay"             // waits DelayMS first; a request whose client has disconnected by then is not handled
	FaultTruncate        = "truncate"          // sends half of the response's body with the full Content-Length
	FaultOverrun         = "overrun"           // sends the full body with half of the Content-Length
	FaultGarbled         = "garbled"           // sends the response's body without status and headers
	FaultExpireToken     = "expire_token"      // expires all issued tokens first
)

var faultKinds = []string{
	FaultStatus, FaultDropBefore, FaultDropAfterCommit, FaultCommitLate, FaultEmpty, FaultDelay,
	FaultTruncate, FaultOverrun, FaultGarbled, FaultHTML, FaultRedirect, FaultExpireToken,
}

// FaultKinds returns all kinds of faults.
func FaultKinds() []string { return slices.Clone(faultKinds) }

// Fault is a failure of API requests. If several faults match a request, the first one applies.
type Fault struct {
	// Method and Path select requests; empty matches any. Path is a path of the API, such as /api/v1/api-key, or the path of a Route.
	Method string `json:"method"`
	Path   string `json:"path"`
	// Kind is one of the Fault constants.
	Kind string `json:"kind"`
	// Times is the number of requests that have the fault; 0 means 1.
	Times int `json:"times"`
	// Status of the response, for status (required), commit_late, html and redirect.
	Status int `json:"status,omitempty"`
	// Body of the response, for status (default: Service.Failure) and html.
	Body string `json:"body,omitempty"`
	// Location of a redirect, required for redirect.
	Location string `json:"location,omitempty"`
	// DelayMS is the delay in milliseconds, required for delay.
	DelayMS int `json:"delay_ms,omitempty"`
	// Requests is the number of further requests, for commit_late.
	Requests int `json:"requests,omitempty"`
	// RetryAfter is the value of the Retry-After header, for status, commit_late, empty, html and redirect.
	RetryAfter string `json:"retry_after,omitempty"`
}

// check returns an error if the fault is invalid. Without this check, a test with a mistake would run without the fault, and pass.
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

// reply returns the response of a fault. The response replaces that of the service.
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

// faults has the remaining faults, and the requests of FaultCommitLate that are not handled yet.
type faults struct {
	mu   sync.Mutex
	left []Fault
	// requests is the number of requests so far. late maps the number of a request to the commits that run after this request.
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

// Faults returns the remaining faults, with the remaining times.
func (q *faults) Faults() []Fault {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]Fault{}, q.left...)
}

// take returns the fault of a request, and decrements the remaining times of the fault. The zero Fault means no fault.
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

// commitLater schedules commit to run after this number of further requests, at least one. due returns commit for the last of
// these requests.
func (q *faults) commitLater(commit func(), after int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	at := q.requests + max(1, after)
	q.late[at] = append(q.late[at], commit)
}

// due counts a request, and returns the late commits to call after the request is handled.
func (q *faults) due() []func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.requests++
	due := q.late[q.requests]
	delete(q.late, q.requests)
	return due
}
