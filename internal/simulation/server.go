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

// maxBody is the maximum size of a request body in bytes. All API requests are much smaller.
const maxBody = 1 << 20

// Service describes the API of a simulated service. The functions must be safe for concurrent use.
type Service struct {
	// Routes are the API methods that the simulator supports. The first route that matches a request handles the request. A
	// route without a method handles no request. Such a route only sets Call.Route for the paths that match the route.
	Routes []Route
	// Otherwise handles requests that match no route. If Otherwise is nil, such a request gets 404 "Cannot GET /path".
	Otherwise func(call Call) Reply
	// Failure returns a response to a request that was not handled. If the status is below 300, the response is an empty
	// success. Otherwise it is an error in the format of the service.
	Failure func(status int, message string) Reply
	// ExpireCredentials expires all issued tokens. ExpireCredentials is nil if the service has no tokens.
	ExpireCredentials func()
	// Endpoints are the control endpoints that only this simulator has.
	Endpoints []Endpoint
}

// Route is a path of an API, with the function that handles requests to the path.
type Route struct {
	// Path may end in a parameter: {key_id} is one element of the path, {api_key...} is the rest of the path. The values in
	// the path of a request are secret, or differ in each request. So the journal and faults use Path instead of the path
	// of the request.
	Method, Path string
	Handle       func(call Call) Reply
}

// match reports whether the path of a request matches the route. If it does, match returns the value of the route's
// parameter.
func (r Route) match(path string) (parameter string, ok bool) {
	before, name, open := strings.Cut(r.Path, "{")
	parameter, ok = strings.CutPrefix(path, before)
	elements := strings.Contains(parameter, "/")
	return parameter, ok && open == (parameter != "") && (!elements || strings.HasSuffix(name, "...}"))
}

// Call is an API request.
type Call struct {
	// Path is the decoded path of the request. Route is the route's path, as the journal shows it. Parameter is the value
	// of the route's parameter.
	Method, Path, Route, Parameter string
	Query                          url.Values
	// ContentType and Authorization are the values of the headers.
	ContentType, Authorization string
	Body                       []byte
}

// Credentials splits the Authorization header into the scheme and the credentials.
func (c Call) Credentials() (scheme, value string) {
	scheme, value, _ = strings.Cut(c.Authorization, " ")
	return scheme, value
}

// Server is an http.Handler that serves an API and its control endpoints. Every request whose path contains /_sim/ goes to
// a control endpoint, so the control endpoints are also below the API's base URL. All methods are safe for concurrent use.
type Server struct {
	options Options
	service Service
	// offset is the number of nanoseconds that are added to the time of options.Now. After SetClock, the simulator's clock
	// continues to run from the new time, unless options.Now stands still.
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

// SetClock sets the simulator's time. If options.Now runs, the simulator's clock continues to run from that time.
func (s *Server) SetClock(now time.Time) { s.offset.Store(int64(now.Sub(s.options.Now()))) }

// Now returns the simulator's time, in UTC.
func (s *Server) Now() time.Time { return s.options.Now().Add(time.Duration(s.offset.Load())).UTC() }

// ServeHTTP serves the API and the control endpoints. To drop a connection, ServeHTTP panics with http.ErrAbortHandler.
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
	// Delayed requests of FaultCommitLate are handled after the current request, so the response to a list request does not
	// show their effect yet.
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
	// Read the whole body. Until the body is read, net/http does not detect that the client has disconnected.
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
	// The latency begins after the request is handled. If the client disconnects during the latency, the request has its
	// effect, but the client does not know this.
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

// route returns the handler of a request, and sets call.Parameter and call.Route. If no route matches both path and method,
// call.Route is the path of the first route that matches the path. If no route matches the path, call.Route is the path of
// the request.
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
