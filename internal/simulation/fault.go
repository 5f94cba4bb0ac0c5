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
	// These do not handle the request. Mind that net/http's client repeats a GET by itself when the connection that is
	// dropped had served a request before.
	FaultStatus     = "status"      // responds with Status and Body
	FaultDropBefore = "drop_before" // drops the connection
	FaultEmpty      = "empty"       // responds 200 without a body
	FaultHTML       = "html"        // responds with a front proxy's page, Status 502 unless given
	FaultRedirect   = "redirect"    // responds with Status, 307 unless given, and Location

	// FaultCommitLate responds with Status, 502 unless given, and handles the request when as many API
	// requests as Requests says, 1 unless given, have come after it: a proxy gave up, the controller did not.
	FaultCommitLate = "commit_late"

	// These handle the request.
	FaultDropAfterCommit = "drop_after_commit" // drops the connection then
	FaultDelay           = "delay"             // waits DelayMS before that; not handled if the client has disconnected by then
	FaultTruncate        = "truncate"          // sends half of the response's body under its full Content-Length
	FaultOverrun         = "overrun"           // declares half of the body that it sends
	FaultGarbled         = "garbled"           // sends the response's body without status and headers
	FaultExpireToken     = "expire_token"      // expires all tokens so far before that
)

var faultKinds = []string{
	FaultStatus, FaultDropBefore, FaultDropAfterCommit, FaultCommitLate, FaultEmpty, FaultDelay,
	FaultTruncate, FaultOverrun, FaultGarbled, FaultHTML, FaultRedirect, FaultExpireToken,
}

// FaultKinds are all kinds of faults.
func FaultKinds() []string { return slices.Clone(faultKinds) }

// Fault is something that goes wrong with an API request. Of several that match a request the first one counts.
type Fault struct {
	// Method and Path of the requests to match; empty matches any. The path is
	// the API's, as /api/v1/api-key, or that of its Route.
	Method string `json:"method"`
	Path   string `json:"path"`
	// Kind is one of the Fault constants.
	Kind string `json:"kind"`
	// Times is how many matches spend the fault; 0 is 1.
	Times int `json:"times"`
	// Status of the response, for status (mandatory), commit_late, html and redirect.
	Status int `json:"status,omitempty"`
	// Body of the response, for status (default: Service.Failure) and html.
	Body string `json:"body,omitempty"`
	// Location of a redirect, mandatory there.
	Location string `json:"location,omitempty"`
	// DelayMS is in milliseconds, mandatory for delay.
	DelayMS int `json:"delay_ms,omitempty"`
	// Requests is how many later, for commit_late.
	Requests int `json:"requests,omitempty"`
	// RetryAfter is the value of that header, for status and html.
	RetryAfter string `json:"retry_after,omitempty"`
}

// check says what is wrong with a fault, so that a test with a slip in it does not pass for want of a fault.
func (f Fault) check() error {
	for _, check := range []struct {
		wrong bool
		what  string
	}{
		{!slices.Contains(faultKinds, f.Kind), fmt.Sprintf("kind %q is not one of %s", f.Kind, strings.Join(faultKinds, ", "))},
		{f.Method != strings.ToUpper(f.Method), fmt.Sprintf("method %q is not in upper case", f.Method)},
		{f.Path != "" && !strings.HasPrefix(f.Path, "/"), fmt.Sprintf("path %q does not begin with /", f.Path)},
		{strings.Contains(f.Path, controlPrefix), fmt.Sprintf("path %q is a control endpoint, which has no faults", f.Path)},
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

// reply is that of a fault that responds instead of the service.
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

// faults are those that are not spent, and the requests that got their response before they are handled.
type faults struct {
	mu   sync.Mutex
	left []Fault
	// requests counts them. late are what to do, by the number of the request that it comes with.
	requests int
	late     map[int][]func()
}

// SetFaults replaces all faults. A bad one is named in the error, and nothing is replaced then.
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

// Faults are those that are not spent, with the times that are left.
func (q *faults) Faults() []Fault {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]Fault{}, q.left...)
}

// take finds the fault for a request and spends it once. The zero Fault means no fault.
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

// commitLater commits what is late when after further requests, 1 at least, have come.
func (q *faults) commitLater(commit func(), after int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	at := q.requests + max(1, after)
	q.late[at] = append(q.late[at], commit)
}

// due counts a request, and returns what comes with it.
func (q *faults) due() []func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.requests++
	due := q.late[q.requests]
	delete(q.late, q.requests)
	return due
}
