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

// maxBody is far above any body of an API, in bytes.
const maxBody = 1 << 20

// Service is what a simulator says of its service. Its functions must be safe for concurrent use.
type Service struct {
	// Routes are the calls of the API. Of several that match, the first counts. One without a method
	// names a path, and takes no call.
	Routes []Route
	// Otherwise responds to what no route takes; nil is 404 "Cannot GET /path".
	Otherwise func(call Call) Reply
	// Failure is what the service responds to what it did not do: a refusal in its own form, or an
	// empty success if the status is below 300.
	Failure func(status int, message string) Reply
	// ExpireCredentials ends the tokens issued so far; nil if the service has none.
	ExpireCredentials func()
	// Endpoints are control endpoints besides those of every simulator.
	Endpoints []Endpoint
}

// Route is a call of an API.
type Route struct {
	// Path may end in a parameter: {key_id} is an element of the path, {api_key...} the rest of it. The journal and
	// faults name paths in this way, since what stands there is secret or differs in every request.
	Method, Path string
	Handle       func(call Call) Reply
}

// match reports whether the route has this path, and what its parameter is.
func (r Route) match(path string) (parameter string, ok bool) {
	before, name, open := strings.Cut(r.Path, "{")
	parameter, ok = strings.CutPrefix(path, before)
	elements := strings.Contains(parameter, "/")
	return parameter, ok && open == (parameter != "") && (!elements || strings.HasSuffix(name, "...}"))
}

// Call is an API request with its body read.
type Call struct {
	// Path is the decoded one, below where the simulator is mounted. Route is what the journal names it,
	// and Parameter that of its route.
	Method, Path, Route, Parameter string
	Query                          url.Values
	// ContentType and Authorization are the headers of these names.
	ContentType, Authorization string
	Body                       []byte
}

// Credentials are the scheme of the Authorization header and what follows it.
func (c Call) Credentials() (scheme, value string) {
	scheme, value, _ = strings.Cut(c.Authorization, " ")
	return scheme, value
}

// Server serves an API and, at all paths with /_sim/ in them, its control endpoints: so they are below the
// API's base URL as well, whatever path that has. It is an http.Handler that is safe for concurrent use.
type Server struct {
	options Options
	service Service
	// offset is the time to add to the base clock, in nanoseconds: set to another time, a clock that
	// stands still stands there, and a running one runs on from there.
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

// Now is the simulator's time, in UTC.
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
	drop := func() {
		s.record(entry)
		panic(http.ErrAbortHandler)
	}
	// Read to its end, also because net/http notices that a client went away only after that.
	var err error
	call.Body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); err != nil && !errors.As(err, &tooLarge) {
		drop()
	}
	entry.Members = memberNames(call.Body)

	var reply Reply
	var fault Fault
	due := s.due()
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
	// What a list shows was so before: a late one comes after it.
	for _, commit := range due {
		commit()
	}
	// After the request is handled: a client that gives up leaves what it requested done, which is the harder case for it.
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

// route finds what handles a call, and sets its parameter and the name of its path: that of the first
// route that has the path, if none has the method too.
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
