// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxBody is far above any body of an API, in bytes.
const maxBody = 1 << 20

// Options are those that every simulator has. The zero value is on the real clock,
// without latency or limits.
type Options struct {
	// Now is the base clock; nil is time.Now. It must be safe for concurrent
	// use. Latency, delays and the rate limit run on the real clock.
	Now func() time.Time
	// Latency is waited between handling an API request and answering it.
	Latency time.Duration
	// RequestsPerSecond above which requests get 429, with a burst of one
	// second's worth; 0 is off.
	RequestsPerSecond float64
	// RetryAfter: the form of that header in a 429.
	RetryAfter RetryAfterForm
}

// API is what a service is. It must be safe for concurrent use.
type API interface {
	// Handle carries a request out, or refuses it. Unknown paths come here too.
	Handle(call Call) Reply
	// Failure is what the service answers to what it did not do: a refusal in its own
	// form, or an empty success where the status is below 300.
	Failure(status int, message string) Reply
	// Route is how the journal and faults name a path: with {key_id} and the like for
	// what is secret, or other in every request. A path without such is its own route.
	Route(method, path string) string
	// ExpireCredentials ends the tokens issued so far, where the service has such.
	ExpireCredentials()
}

// Call is an API request with its body read.
type Call struct {
	// Path is the decoded one, below where the simulator is mounted.
	Method, Path string
	Query        url.Values
	// ContentType and Authorization are the headers of these names.
	ContentType, Authorization string
	Body                       []byte
}

// Server serves an API and, at all paths with /_sim/ in them, its control endpoints: so
// they are below the API's base URL as well, whatever path that has. It is an
// http.Handler that is safe for concurrent use.
type Server struct {
	options Options
	api     API
	clock   clock
	faults  faults
	late    late
	journal journal
	limit   *rateLimit
	control http.Handler
}

// NewServer makes a server of the API. routes adds the service's own control endpoints,
// as "GET /_sim/keys", to those for the journal, faults and clock.
func NewServer(options Options, api API, routes func(*http.ServeMux)) *Server {
	if options.Now == nil {
		options.Now = time.Now
	}
	s := &Server{
		options: options,
		api:     api,
		clock:   clock{base: options.Now},
		limit:   newRateLimit(options.RequestsPerSecond),
	}
	mux := http.NewServeMux()
	s.addRoutes(mux)
	routes(mux)
	s.control = mux
	return s
}

// Journal are the API requests since the last reset, in the order of their
// answers; never nil.
func (s *Server) Journal() []Entry { return s.journal.all() }

// ResetJournal empties the journal.
func (s *Server) ResetJournal() { s.journal.reset() }

// SetFaults replaces all faults. A bad one is named in the error, and nothing
// is replaced then.
func (s *Server) SetFaults(all []Fault) error { return s.faults.set(all) }

// Faults are those that are not spent, with the times that are left.
func (s *Server) Faults() []Fault { return s.faults.remaining() }

// SetClock sets the simulator's time, as an offset to its base clock.
func (s *Server) SetClock(now time.Time) { s.clock.set(now) }

// Now is the simulator's time, in UTC.
func (s *Server) Now() time.Time { return s.clock.now() }

// ServeHTTP serves the API and the control endpoints. It panics with
// http.ErrAbortHandler to drop a connection.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if i := strings.Index(r.URL.Path, controlPrefix); i >= 0 {
		s.setDate(w)
		http.StripPrefix(r.URL.Path[:i], s.control).ServeHTTP(w, r)
		return
	}
	entry := Entry{
		Method: r.Method, Path: s.api.Route(r.Method, r.URL.Path), Query: r.URL.RawQuery, Members: []string{},
	}
	drop := func() {
		entry.Status = 0
		s.journal.record(entry)
		panic(http.ErrAbortHandler)
	}
	// Read to its end, also because net/http notices that a client went away
	// only after that.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); err != nil && !errors.As(err, &tooLarge) {
		drop()
	}
	entry.Members = MemberNames(body)

	var reply Reply
	var fault Fault
	due := s.late.due()
	if wait, ok := s.limit.take(time.Now()); !ok {
		reply = s.tooManyRequests(wait)
	} else if err != nil {
		reply = s.api.Failure(http.StatusBadRequest, "Invalid request format: the body is too large")
	} else {
		fault = s.faults.take(r.Method, r.URL.Path, entry.Path)
		switch fault.Kind {
		case FaultStatus, FaultEmpty, FaultHTML, FaultRedirect:
			reply = fault.answer(s.api)
		case FaultCommitLate:
			reply = fault.answer(s.api)
			s.late.add(callOf(r, body), fault.Requests)
		case FaultDropBefore:
			drop()
		case FaultDelay:
			if !pause(r.Context(), time.Duration(fault.DelayMS)*time.Millisecond) {
				drop()
			}
			reply = s.api.Handle(callOf(r, body))
		case FaultExpireToken:
			s.api.ExpireCredentials()
			reply = s.api.Handle(callOf(r, body))
		default:
			reply = s.api.Handle(callOf(r, body))
		}
	}
	// What a list tells was so before: a late one comes after it.
	for _, c := range due {
		s.api.Handle(c)
	}
	// After the request is handled, so that a client that gives up leaves what
	// it asked for done, which is the harder case for it.
	if !pause(r.Context(), s.options.Latency) || fault.Kind == FaultDropAfterCommit {
		drop()
	}
	entry.Status = reply.Status
	s.journal.record(entry)
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

func callOf(r *http.Request, body []byte) Call {
	return Call{
		Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(), Body: body,
		ContentType: r.Header.Get("Content-Type"), Authorization: r.Header.Get("Authorization"),
	}
}
