// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// Responses are read up to these sizes in bytes.
const maxResponse, maxList = 1 << 20, 64 << 20

// Conn is the connection to one service. Its fields are set before the first use.
type Conn struct {
	Transport *transport.Client
	// Endpoint is the base URL; a path prefix is kept.
	Endpoint *url.URL
	// Service is its name, for example "EGS", and Section that of its errors.
	Service, Section string
	// Hide takes secrets out of a text of the server's.
	Hide  func(string) string
	Clock Clock
	// KeyInRequests says that there is no log-in: every request has the API key itself.
	KeyInRequests bool
	// tried says that the service knows the key, or that retries have shown that it does not.
	tried atomic.Bool
}

// newKeyRetries is how often a request is sent again whose key is refused, as one may be that was created a moment ago:
// another provider configuration may log in with it. The pauses add up to 2 to 4 s, which a wrong key takes once.
const newKeyRetries = 3

// Call is one request.
type Call struct {
	// Op says what the call is for, as the end of "unable to …".
	Op     string
	Method string
	// URL is where it goes, and Route what logs and errors show in place of the path; "" shows the path.
	URL   *url.URL
	Route string
	// Authorization is the header of that name; "" sends none.
	Authorization string
	// Body is encoded as JSON; nil sends none.
	Body any
	// Writes says that the call creates, changes or deletes something, and LogIn that it logs in.
	Writes, LogIn bool
	// Repeatable says that sending it again does no harm.
	Repeatable bool
	// List says that the response is a list, which may be large.
	List bool
}

// Failed is an error of the call.
func (c *Conn) Failed(call Call, e Error) *Error {
	e.Op, e.Write, e.LogIn, e.Section = call.Op, call.Writes, call.LogIn, c.Section
	return &e
}

// Foreign is the error of a response that is not the service's.
func (c *Conn) Foreign(call Call, response *transport.Response, message string) *Error {
	return c.Failed(call, Error{
		Endpoint: c.Endpoint.String(), Status: response.Status, Attempts: response.Attempts, Elapsed: response.Elapsed,
		Message: Clip(c.Hide(message)), Err: ErrForeign,
	})
}

// Address is the base URL in a form that is the same for the same service: in lower case up to the path, without a
// default port or a slash at the end.
func (c *Conn) Address() string {
	u := c.Endpoint
	host := strings.ToLower(u.Hostname())
	if port := u.Port(); port != "" && port != map[string]string{"http": "80", "https": "443"}[strings.ToLower(u.Scheme)] {
		host = net.JoinHostPort(host, port)
	} else if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return strings.ToLower(u.Scheme) + "://" + host + strings.TrimRight(u.EscapedPath(), "/")
}

// Send sends the request. Every response is returned, whatever its status. A key that the service does not know is tried
// again for some seconds, since it may be new.
func (c *Conn) Send(ctx context.Context, call Call) (*transport.Response, error) {
	r := transport.Request{
		Method: call.Method, URL: call.URL, Route: call.Route, Header: http.Header{},
		Repeatable: call.Repeatable, Write: call.Writes, MaxResponse: maxResponse,
	}
	if call.List {
		r.MaxResponse = maxList
	}
	if call.Authorization != "" {
		r.Header.Set("Authorization", call.Authorization)
	}
	if call.Body != nil {
		body, err := json.Marshal(call.Body)
		if err != nil {
			return nil, err
		}
		r.Body = body
	}
	mayBeNew := call.LogIn || c.KeyInRequests && !c.tried.Load()
	for retry := 1; ; retry++ {
		called := c.Clock.Local()
		response, err := c.Transport.Do(ctx, r)
		if call.Writes || call.List {
			noteTiming(ctx, called, response, err)
		}
		if err != nil {
			return nil, c.Failed(call, Error{Endpoint: c.Endpoint.String(), Err: err})
		}
		c.Clock.Observe(response.Header.Get("Date"))
		// A 401 proves that nothing was done.
		if response.Status != http.StatusUnauthorized || !mayBeNew || retry > newKeyRetries {
			c.tried.Store(true)
			return response, nil
		}
		if err := c.Transport.Pause(ctx, retry); err != nil {
			return nil, err
		}
	}
}

// IsEmpty says whether a body holds nothing.
func IsEmpty(body []byte) bool {
	body = bytes.TrimSpace(body)
	return len(body) == 0 || string(body) == "null"
}

// Describe says what was received instead of a response of the service, whose form is for example "a JSON
// envelope". It quotes nothing: a body may hold anything.
func (c *Conn) Describe(response *transport.Response, form string) string {
	if response.Status >= 300 && response.Status < 400 {
		if target, err := url.Parse(response.Header.Get("Location")); err == nil && target.Host != "" {
			return fmt.Sprintf("the endpoint redirects to %s://%s, and redirects are not followed", target.Scheme, target.Host)
		}
		return "the endpoint redirects, and redirects are not followed"
	}
	if response.Status == http.StatusPartialContent {
		return "the endpoint responded 206 Partial Content, which holds a part of a response only"
	}
	who, what := "the endpoint", "a body that is not "+form
	if response.Status == http.StatusProxyAuthRequired {
		who = "a proxy"
	}
	if IsEmpty(response.Body) {
		what = "no body"
	} else if strings.Contains(response.Header.Get("Content-Type"), "html") {
		what = "an HTML page"
	}
	text := fmt.Sprintf("%s responded %d %s with %s; %s responds with %s",
		who, response.Status, http.StatusText(response.Status), what, c.Service, form)
	switch {
	case response.Status < http.StatusBadRequest:
	case response.Uncertified:
		text += ". The server asked for a client certificate, and client_cert and client_key (or EGS_CLIENT_CERT and EGS_CLIENT_KEY) are not set"
	case response.Status == http.StatusBadRequest && c.Endpoint.Scheme == "http":
		text += ". A server that expects https:// responds like this to http://"
	}
	return text
}
