// SPDX-License-Identifier: MPL-2.0

package transport_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// network is the in-memory network of all tests except those that use TLS.
var network simulation.Network

// options returns the options of a client that sends up to three attempts, with short pauses.
func options() transport.Options {
	return transport.Options{
		RequestTimeout: time.Minute,
		MaxRetries:     2,
		RetryWaitMin:   time.Millisecond,
		RetryWaitMax:   time.Millisecond,
		UserAgent:      "transport_test/1.0",
		DialContext:    network.DialContext,
	}
}

// server handles request n with step n, counted from 1. The last step also handles all further requests.
type server struct {
	url      *url.URL
	requests atomic.Int64
}

func serve(t *testing.T, steps ...http.HandlerFunc) *server {
	t.Helper()
	s := &server{}
	base, stop := network.Serve(s.handler(steps))
	t.Cleanup(stop)
	base.Path = "/a/path"
	s.url = base
	return s
}

func unreachable(t *testing.T) *url.URL {
	t.Helper()
	base, stop := network.Serve(http.NotFoundHandler())
	stop()
	base.Path = "/a/path"
	return base
}

func (s *server) handler(steps []http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The server detects a closed connection only after the handler has read the body.
		_, _ = io.Copy(io.Discard, r.Body)
		step := int(s.requests.Add(1)) - 1
		steps[min(step, len(steps)-1)](w, r)
	})
}

func (s *server) wants(t *testing.T, requests int) {
	t.Helper()
	if got := int(s.requests.Load()); got != requests {
		t.Errorf("%d requests, want %d", got, requests)
	}
}

func status(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

func text(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, s) }
}

// hangUp closes the connection without a response.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// cut closes the connection in the middle of the body.
func cut(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = io.WriteString(w, "half")
	_ = http.NewResponseController(w).Flush()
	hangUp(w, r)
}

// trickle sends the beginning of a body, and then waits until the client disconnects.
func trickle(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, "half")
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

// get returns a request that can be repeated, like a read.
func get(to *url.URL) transport.Request {
	return transport.Request{Method: http.MethodGet, URL: to, Repeatable: true, MaxResponse: 1 << 20}
}

// post returns a request that must not be repeated, like the creation of an object.
func post(to *url.URL) transport.Request {
	return transport.Request{Method: http.MethodPost, URL: to, Body: []byte(`{}`), Write: true, MaxResponse: 1 << 20}
}

func parse(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func asError(t *testing.T, err error) *transport.Error {
	t.Helper()
	var e *transport.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a *transport.Error", err)
	}
	return e
}
