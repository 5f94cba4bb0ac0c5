// SPDX-License-Identifier: MPL-2.0

package clienttest

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// Noon is the time of FixedNow.
var Noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

// FixedNow is a clock that always returns Noon.
func FixedNow() time.Time { return Noon }

// network is the in-memory network of all tests.
var network simulation.Network

// Main runs the tests and discards the logs of package net/http. The logs quote unreadable responses, and these can contain
// secrets. The provider also discards the logs (provider.Serve).
func Main(m *testing.M) {
	log.SetOutput(io.Discard)
	os.Exit(m.Run())
}

// Simulator is a simulated service.
type Simulator interface {
	http.Handler
	SetFaults(faults []simulation.Fault) error
	Journal() []simulation.Entry
}

// Server is an in-memory HTTP server for a simulator.
type Server struct {
	T         *testing.T
	URL       *url.URL
	simulator Simulator
	stop      func()
}

// Wrap is a middleware.
type Wrap = func(http.Handler) http.Handler

// Start serves a simulator behind middlewares. The last middleware receives each request first.
func Start(t *testing.T, simulator Simulator, around ...Wrap) *Server {
	t.Helper()
	var handler http.Handler = simulator
	for _, wrap := range around {
		handler = wrap(handler)
	}
	s := &Server{T: t, simulator: simulator}
	s.URL, s.stop = network.Serve(handler)
	t.Cleanup(s.stop)
	return s
}

// ServeTCP serves a simulator over TCP, so that benchmarks include the cost of the network stack.
func ServeTCP(b *testing.B, simulator http.Handler) *url.URL {
	b.Helper()
	server := httptest.NewServer(simulator)
	b.Cleanup(server.Close)
	endpoint, err := url.Parse(server.URL)
	if err != nil {
		b.Fatal(err)
	}
	return endpoint
}

// Transport returns a transport that connects to the servers of this package. The parameter pause is the time before each
// retry; 0 means the default.
func Transport(pause time.Duration) *transport.Client {
	return transport.New(transport.Options{
		RequestTimeout: time.Minute, MaxRetries: 2, RetryWaitMin: pause, RetryWaitMax: pause, UserAgent: "clienttest", DialContext: network.DialContext,
	})
}

// Fail replaces all faults of the simulator.
func (s *Server) Fail(faults ...simulation.Fault) {
	s.T.Helper()
	if err := s.simulator.SetFaults(faults); err != nil {
		s.T.Fatal(err)
	}
}

// Count returns the number of requests with this method and path. The path has the form of simulation.Entry.Path.
func (s *Server) Count(method, path string) int { return len(s.Members(method, path)) }

// Members returns one text for each request with this method and path: the member names of the JSON object in the body,
// separated by spaces.
func (s *Server) Members(method, path string) (all []string) {
	for _, entry := range s.simulator.Journal() {
		if entry.Method == method && entry.Path == path {
			all = append(all, strings.Join(entry.Members, " "))
		}
	}
	return all
}

// Wants checks that the simulator received n requests with this method and path.
func (s *Server) Wants(n int, method, path string) {
	s.T.Helper()
	if got := s.Count(method, path); got != n {
		s.T.Errorf("%d times %s %s, want %d", got, method, path, n)
	}
}

// Always makes the fault apply to the next 1000 matching requests.
func Always(fault simulation.Fault) simulation.Fault {
	fault.Times = 1000
	return fault
}

// Status returns a fault that responds with this status and body. If body is empty, the simulator writes an error body of the
// service.
func Status(status int, body string) simulation.Fault {
	return simulation.Fault{Kind: simulation.FaultStatus, Status: status, Body: body}
}

// Of limits a fault to requests of this method and path.
func Of(method, path string, fault simulation.Fault) simulation.Fault {
	fault.Method, fault.Path = method, path
	return fault
}

// On selects the requests with this method and path. The path has the form of simulation.Entry.Path: {…} at its end stands for
// any text.
func On(method, path string) func(*http.Request) bool {
	prefix, _, open := strings.Cut(path, "{")
	return func(r *http.Request) bool {
		return r.Method == method && (r.URL.Path == path || open && strings.HasPrefix(r.URL.Path, prefix))
	}
}

// Around passes the selected requests to f instead of the next handler.
func Around(selected func(*http.Request) bool, f func(w http.ResponseWriter, r *http.Request, next http.Handler)) Wrap {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if selected(r) {
				f(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Before calls the function do before it passes a selected request to the next handler.
func Before(selected func(*http.Request) bool, do func()) Wrap {
	return Around(selected, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		do()
		next.ServeHTTP(w, r)
	})
}

// Replace lets the next handler handle the selected requests, but sends this status and body instead of the handler's response.
func Replace(selected func(*http.Request) bool, status int, body func() string) Wrap {
	return Around(selected, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body())
	})
}

// Lose lets the next handler handle the selected requests. Then it calls the function do, and closes the connection without a
// response.
func Lose(selected func(*http.Request) bool, do func()) Wrap {
	return Around(selected, func(_ http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		do()
		panic(http.ErrAbortHandler)
	})
}

// Rendezvous delays the first n of the selected requests until all of them have arrived.
func Rendezvous(selected func(*http.Request) bool, n int) Wrap {
	var mu sync.Mutex
	arrived, complete := 0, make(chan struct{})
	return Before(selected, func() {
		mu.Lock()
		if arrived++; arrived == n {
			close(complete)
		}
		mu.Unlock()
		<-complete
	})
}

// Concurrently calls f in n goroutines, with the indexes from 0 to n-1, and waits for all calls.
func Concurrently(n int, f func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i) })
	}
	all.Wait()
}

// Clock is a clock that a test sets.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock with this time.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Now returns the time of the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock forward.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Time checks that a client uses the time of its service, and learns this time with one request. The parameter own is the local
// clock of the client. The functions now and lastKnown return the client's time; lastKnown sends no request.
func Time(t *testing.T, s *Server, own *Clock, now func(context.Context) time.Time, lastKnown func() (time.Time, error)) {
	t.Helper()
	if got, _ := lastKnown(); !got.Equal(own.Now()) || len(s.simulator.Journal()) != 0 {
		t.Errorf("the time before any response is %s, want this machine's %s", got, own.Now())
	}
	first := now(t.Context())
	own.Advance(time.Hour)
	last, err := lastKnown()
	if later := now(t.Context()); err != nil || !first.Equal(Noon) || !last.Equal(Noon.Add(time.Hour)) || !later.Equal(last) {
		t.Errorf("the time is %s, and an hour later %s and %s, want the service's %s", first, last, later, Noon)
	}
	if n := len(s.simulator.Journal()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}
