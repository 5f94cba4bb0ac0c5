// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// maxBody is the maximum size of a request body in bytes, far above the size of any API request.
const maxBody = 1 << 20

// Service describes the API of a simulated service. Its functions must be safe for concurrent use.
type Service struct {
	// Routes are the calls of the API. The first matching route handles a call. A route without a method only defines the name
	// of a path.
	Routes []Route
	// Otherwise handles calls without a route; nil means 404 "Cannot GET /path".
	Otherwise func(call Call) Reply
	// Failure returns the service's response to a call that was not handled: an error in the service's format, or an empty
	// success if the status is below 300.
	Failure func(status int, message string) Reply
	// ExpireCredentials expires all issued tokens; nil if the service has no tokens.
	ExpireCredentials func()
	// Endpoints are further control endpoints.
	Endpoints []Endpoint
}

// Route is a call of an API.
type Route struct {
	// Path may end in a parameter: {key_id} is one element of the path, {api_key...} the rest of the path. The journal and
	// faults use this form, since the values are secret or differ in each request.
	Method, Path string
	Handle       func(call Call) Reply
}

// match reports whether the route has this path, and returns the value of its parameter.
func (r Route) match(path string) (parameter string, ok bool) {
	before, name, open := strings.Cut(r.Path, "{")
	parameter, ok = strings.CutPrefix(path, before)
	elements := strings.Contains(parameter, "/")
	return parameter, ok && open == (parameter != "") && (!elements || strings.HasSuffix(name, "...}"))
}

// Call is an API request.
type Call struct {
	// Path is the decoded path, relative to where the simulator is served. Route is its name in the journal, and Parameter the
	// value of the route's parameter.
	Method, Path, Route, Parameter string
	Query                          url.Values
	// ContentType and Authorization are the values of the headers Content-Type and Authorization.
	ContentType, Authorization string
	Body                       []byte
}

// Credentials returns the scheme and the credentials in the Authorization header.
func (c Call) Credentials() (scheme, value string) {
	scheme, value, _ = strings.Cut(c.Authorization, " ")
	return scheme, value
}

// Server serves an API and its control endpoints. Control endpoints are at all paths that contain /_sim/, so they are also below
// the API's base URL. It is an http.Handler that is safe for concurrent use.
type Server struct {
	options Options
	service Service
	// offset is added to the base clock, in nanoseconds. So after SetClock, a running base clock continues from the new time.
	offset  atomic.Int64
	limits  *RateLimits
	control http.Handler
	faults
	journal
}

// NewServer returns a server of the service.
func NewServer(options Options, service Service) *Server {
	if options.Now == nil {
		options.Now = time.Now
	}
	if service.Otherwise == nil {
		service.Otherwise = func(c Call) Reply { return service.Failure(http.StatusNotFound, "Cannot "+c.Method+" "+c.Route) }
	}
	s := &Server{
		options: options, service: service, limits: NewRateLimits(options.RequestsPerSecond), faults: faults{late: map[int][]func(){}},
	}
	s.control = s.controlHandler(append(s.endpoints(), service.Endpoints...))
	return s
}

// SetClock sets the simulator's time, as an offset to its base clock.
func (s *Server) SetClock(now time.Time) { s.offset.Store(int64(now.Sub(s.options.Now()))) }

// Now returns the simulator's time, in UTC.
func (s *Server) Now() time.Time { return s.options.Now().Add(time.Duration(s.offset.Load())).UTC() }

// ServeHTTP serves the API and the control endpoints. It panics with http.ErrAbortHandler to drop a connection.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if i := strings.Index(r.URL.Path, controlPrefix); i >= 0 {
		s.setDate(w)
		http.StripPrefix(r.URL.Path[:i], s.control).ServeHTTP(w, r)
		return
	}
	call := Call{
		Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(),
		ContentType: r.Header.Get("Content-Type"), Authorization: r.Header.Get("Authorization"),
	}
	handle := s.route(&call)
	entry := Entry{Method: r.Method, Path: call.Route, Query: r.URL.RawQuery, Members: []string{}}
	var due []func()
	// Late commits run after the request is handled, so the response to a list request does not show their effect yet.
	commitDue := func() {
		for _, commit := range due {
			commit()
		}
		due = nil
	}
	drop := func() {
		commitDue()
		s.record(entry)
		panic(http.ErrAbortHandler)
	}
	// The whole body must be read, since net/http detects a disconnected client only after that.
	var err error
	call.Body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); err != nil && !errors.As(err, &tooLarge) {
		drop()
	}
	entry.Members = memberNames(call.Body)

	var reply Reply
	var fault Fault
	due = s.due()
	if refused := s.RateLimited(s.limits, ""); refused != nil {
		reply = *refused
	} else if err != nil {
		reply = s.service.Failure(http.StatusBadRequest, "Invalid request format: the body is too large")
	} else {
		fault = s.take(r.Method, r.URL.Path, call.Route)
		switch fault.Kind {
		case FaultStatus, FaultEmpty, FaultHTML, FaultRedirect:
			reply = fault.reply(s.service)
		case FaultCommitLate:
			reply = fault.reply(s.service)
			s.commitLater(func() { handle(call) }, fault.Requests)
		case FaultDropBefore:
			drop()
		case FaultDelay:
			if !pause(r.Context(), time.Duration(fault.DelayMS)*time.Millisecond) {
				drop()
			}
			reply = handle(call)
		case FaultExpireToken:
			if s.service.ExpireCredentials != nil {
				s.service.ExpireCredentials()
			}
			reply = handle(call)
		default:
			reply = handle(call)
		}
	}
	commitDue()
	// The latency follows the handling of the request. The service handles the request even if the client disconnects during the
	// latency. This is the more difficult case for clients.
	if !pause(r.Context(), s.options.Latency) || fault.Kind == FaultDropAfterCommit {
		drop()
	}
	entry.Status = reply.Status
	s.record(entry)
	switch fault.Kind {
	case FaultOverrun:
		sendRaw(w, fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: %d\r\n\r\n%s",
			reply.Status, http.StatusText(reply.Status), len(reply.Body)/2, reply.Body))
	case FaultGarbled:
		sendRaw(w, string(reply.Body)+"\r\n\r\n")
	default:
		s.send(w, reply, fault.Kind == FaultTruncate)
	}
}

// route returns the handler of a call, and sets the call's Parameter and Route. If no route has both the path and the method,
// Route comes from the first route with the path. If no route has the path, Route is the path.
func (s *Server) route(call *Call) (handle func(Call) Reply) {
	for _, r := range s.service.Routes {
		parameter, ok := r.match(call.Path)
		if !ok {
			continue
		}
		name := strings.Replace(r.Path, "...}", "}", 1)
		if r.Method == call.Method {
			call.Route, call.Parameter = name, parameter
			return r.Handle
		}
		call.Route = cmp.Or(call.Route, name)
	}
	call.Route = cmp.Or(call.Route, call.Path)
	return s.service.Otherwise
}
