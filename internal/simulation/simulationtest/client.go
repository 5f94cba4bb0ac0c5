// SPDX-License-Identifier: MPL-2.0

// Package simulationtest has code that the tests of all simulators share: an HTTP client, a clock, and tests of keys.
package simulationtest

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Noon is the time that the clock of a test shows.
var Noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

// Clock returns the parameter now. If now is nil, Clock returns a function that always returns Noon.
func Clock(now func() time.Time) func() time.Time {
	if now == nil {
		return func() time.Time { return Noon }
	}
	return now
}

var network simulation.Network

// Client sends requests to a simulator.
type Client struct {
	T *testing.T
	// URL is the base URL. Request, RequestAs, Control and Send append a path to URL.
	URL string
	// Authorization is the Authorization header of the requests that Request sends.
	Authorization string
	http          http.Client
}

// Response is an HTTP response. If the response is missing or incomplete, Err is not nil.
type Response struct {
	Status int
	Header http.Header
	Body   string
	Err    error

	t       *testing.T
	request string
}

// Want checks the status of the response, and checks that the body contains each of the parts.
func (r Response) Want(status int, parts ...string) {
	r.t.Helper()
	missing := func(part string) bool { return !strings.Contains(r.Body, part) }
	if r.Err != nil || r.Status != status || slices.ContainsFunc(parts, missing) {
		r.t.Errorf("%s gets %d %s, %v, want %d %q", r.request, r.Status, r.Body, r.Err, status, parts)
	}
}

// WantBody checks the status and the body of the response. Unless the body is empty, the Content-Type must be application/json.
func (r Response) WantBody(status int, body string) {
	r.t.Helper()
	isJSON := r.Header.Get("Content-Type") == "application/json"
	if r.Err != nil || r.Status != status || r.Body != body || isJSON != (body != "") {
		r.t.Errorf("%s gets %d %s (JSON %t), %v, want %d %s", r.request, r.Status, r.Body, isJSON, r.Err, status, body)
	}
}

// Decode checks the status of the response and decodes its JSON body.
func (r Response) Decode(status int, into any) {
	r.t.Helper()
	if r.Err != nil || r.Status != status {
		r.t.Fatalf("%s gets %d %s, %v, want %d", r.request, r.Status, r.Body, r.Err, status)
	}
	Decode(r.t, r.Body, into)
}

// Serve serves the handler in memory until the test ends, and returns a client of the handler. The parameter authorization
// is the Authorization header of the requests that the method Request sends.
func Serve(t *testing.T, handler http.Handler, authorization string) *Client {
	t.Helper()
	base, stop := network.Serve(handler)
	t.Cleanup(stop)
	return NewClient(t, base.String(), authorization, network.DialContext)
}

// NewClient returns a client of the server at the URL. If dial is nil, the client uses the network.
func NewClient(t *testing.T, url, authorization string, dial func(ctx context.Context, network, address string) (net.Conn, error)) *Client {
	t.Helper()
	return &Client{T: t, URL: url, Authorization: authorization, http: http.Client{
		// On a reused connection, net/http would retry a GET after the connection is dropped. The test would not see the
		// error.
		Transport:     &http.Transport{DisableKeepAlives: true, DialContext: dial},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Request sends a request with the client's Authorization header. If the request has a body, the Content-Type is
// application/json.
func (c *Client) Request(method, path, body string) Response {
	c.T.Helper()
	return c.RequestAs(c.Authorization, method, path, body)
}

// RequestAs is like Request, but the parameter authorization replaces the client's Authorization header. If authorization
// is empty, the request has no such header.
func (c *Client) RequestAs(authorization, method, path, body string) Response {
	c.T.Helper()
	header := http.Header{}
	if body != "" {
		header.Set("Content-Type", "application/json")
	}
	if authorization != "" {
		header.Set("Authorization", authorization)
	}
	return c.Send(c.T.Context(), method, path, header, body)
}

// Control sends a request without credentials to a control endpoint, and checks the response like Want. It returns the body
// without leading and trailing white space.
func (c *Client) Control(status int, method, endpoint, body string, parts ...string) string {
	c.T.Helper()
	got := c.RequestAs("", method, "/_sim/"+endpoint, body)
	got.Want(status, parts...)
	return strings.TrimSpace(got.Body)
}

// Send sends a request with these headers.
func (c *Client) Send(ctx context.Context, method, path string, header http.Header, body string) Response {
	c.T.Helper()
	request, err := http.NewRequestWithContext(ctx, method, c.URL+path, strings.NewReader(body))
	if err != nil {
		c.T.Fatal(err)
	}
	request.Header = header
	got := Response{t: c.T, request: method + " " + path + " " + body}
	response, err := c.http.Do(request)
	if err != nil {
		got.Err = err
		return got
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	got.Status, got.Header, got.Body, got.Err = response.StatusCode, response.Header, string(content), err
	return got
}

// Decode decodes JSON text. The parameter into points to the result. If the text is not valid JSON, the test fails.
func Decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
}
