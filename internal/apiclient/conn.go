// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// maxResponse is the maximum size, in bytes, of a response that is not a list.
const maxResponse = 1 << 20

// Conn is the connection to one service. Its fields are set before the first use.
type Conn struct {
	Transport *transport.Client
	// Endpoint is the base URL. It can include a path prefix.
	Endpoint *url.URL
	// Service is the name of the service, for example "EGS", and Section is the value of Error.Section.
	Service, Section string
	// Secrets are the texts that errors and logs must not show.
	Secrets *Secrets
	Clock   Clock
	// KeyInRequests is true if the service has no log-in: every request contains the API key.
	KeyInRequests bool
	// tried is true once the service has accepted the key, or has refused the key newKeyRetries+1 times in a row.
	tried atomic.Bool
}

// newKeyRetries is the number of retries if the service refuses the provider's key. Another provider configuration may have
// created the key a moment ago, and services need some seconds before they accept a new key. The pauses between the retries
// take 2 to 4 s in total. A wrong key causes these retries only once for each client.
const newKeyRetries = 3

// Call is one request of the API.
type Call struct {
	// Op is the operation, in words that complete "unable to …".
	Op     string
	Method string
	// Path is the escaped path below the endpoint. If Path ends in a placeholder such as {name}, Parameter replaces the
	// placeholder. Logs and errors show the placeholder, not Parameter.
	Path, Parameter string
	Query           url.Values
	// Authorization is the value of the Authorization header. If it is "", the request has no such header.
	Authorization string
	// Body is encoded as JSON. If Body is nil, the request has no body.
	Body any
	// Writes is true if the call creates, changes or deletes something. LogIn is true if the call is a log-in.
	Writes, LogIn bool
	// Repeatable is true if it is safe to send the request again after the service has already carried it out.
	Repeatable bool
	// List is true if the response is a list, which may be large.
	List bool
}

// Failed fills in the fields of e that describe the call, and returns e. Failed hides secrets in e.Code and e.Message, since
// both may contain text from a server.
func (c *Conn) Failed(call Call, e Error) *Error {
	e.Op, e.Write, e.LogIn, e.Section = call.Op, call.Writes, call.LogIn, c.Section
	e.Code, e.Message = c.Secrets.hideIn(e.Code, e.Message)
	e.Code, e.Message = transport.Clip(e.Code), transport.Clip(e.Message)
	if e.CredentialsRefused() {
		e.Endpoint = c.Endpoint.String() // The credentials may belong to a different installation than this one.
	}
	return &e
}

// UnexpectedResponse returns the error for a response that does not come from the service, for example from a proxy.
func (c *Conn) UnexpectedResponse(call Call, response *transport.Response, message string) *Error {
	return c.Failed(call, Error{
		Endpoint: c.Endpoint.String(), Status: response.Status, Attempts: response.Attempts, Elapsed: response.Elapsed,
		Message: message, Err: ErrUnexpectedResponse,
	})
}

// ListFailed returns the error for a list call. The parameter err says why the entries of the list could not be decoded.
func (c *Conn) ListFailed(call Call, err error) *Error {
	e := Error{Status: http.StatusOK, Endpoint: c.Endpoint.String(), Message: err.Error(), Err: ErrUnexpectedResponse}
	if errors.Is(err, ErrListTooLarge) {
		e.Err = err
	}
	return c.Failed(call, e)
}

// Address returns the base URL in a form that can be compared: scheme and host in lower case, no default port, and no
// trailing slash.
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

// at returns the URL of a call, and the route: the path that logs and errors show, with the placeholder instead of the
// parameter. The parameters "", "." and ".." are errors: "" would apply the call to all objects, and "." and ".." would
// change the path.
func (c *Conn) at(call Call) (u *url.URL, route string, err error) {
	fixed, name, open := strings.Cut(call.Path, "{")
	u = c.Endpoint.JoinPath(fixed)
	if !open {
		return u, u.Path, nil
	}
	if slices.Contains([]string{"", ".", ".."}, call.Parameter) {
		return nil, "", ErrInvalidParameter
	}
	route = u.Path + "{" + name
	// JoinPath is not used here, since it would interpret elements such as ".." in the parameter.
	u.RawPath = u.EscapedPath() + url.PathEscape(call.Parameter)
	u.Path += call.Parameter
	return u, route, nil
}

// Send sends the request. Responses of the service with an error status are returned as responses, not as errors. If a
// log-in, or a request with a key that was not accepted yet, gets a 401, Send retries for a few seconds: the key may be new.
func (c *Conn) Send(ctx context.Context, call Call) (*transport.Response, error) {
	u, route, err := c.at(call)
	if err != nil {
		call.Writes = false // Nothing is sent.
		return nil, c.Failed(call, Error{Err: err})
	}
	u.RawQuery = call.Query.Encode()
	r := transport.Request{
		Method: call.Method, URL: u, Route: route, Header: http.Header{}, Hide: c.Secrets.Hide,
		Repeatable: call.Repeatable, Write: call.Writes, MaxResponse: maxResponse,
	}
	if call.List {
		r.MaxResponse = c.Transport.MaxList()
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
			failed := Error{Endpoint: c.Endpoint.String(), Message: err.Error(), Err: err}
			if call.List && errors.Is(err, transport.ErrTooLarge) && !errors.Is(err, transport.ErrRefusalTooLarge) {
				failed.Err = errors.Join(ErrListTooLarge, err)
			}
			return nil, c.Failed(call, failed)
		}
		if response.Status == http.StatusProxyAuthRequired {
			// A 407 comes from a proxy. Its response may contain the credentials for the proxy.
			return nil, c.UnexpectedResponse(call, response, c.Describe(response, "JSON"))
		}
		c.Clock.Observe(response.Header.Get("Date"))
		// After a 401, it is safe to send any request again: the service has not carried it out.
		if response.Status != http.StatusUnauthorized || !mayBeNew || retry > newKeyRetries {
			c.tried.Store(true)
			return response, nil
		}
		if err := c.Transport.Pause(ctx, retry); err != nil {
			return nil, err
		}
	}
}

// IsEmpty reports whether a body is empty, contains only white space, or is the JSON value null.
func IsEmpty(body []byte) bool {
	body = bytes.TrimSpace(body)
	return len(body) == 0 || string(body) == "null"
}

// Describe describes a response that does not come from the service. The parameter form is the expected form of the body,
// for example "a JSON envelope". The description does not quote the body, since the body may contain secrets.
func (c *Conn) Describe(response *transport.Response, form string) string {
	if response.Status >= 300 && response.Status < 400 {
		if target, err := url.Parse(response.Header.Get("Location")); err == nil && target.Host != "" {
			return fmt.Sprintf("the endpoint redirects to %s://%s, and redirects are not followed", target.Scheme, target.Host)
		}
		return "the endpoint redirects, and redirects are not followed"
	}
	if response.Status == http.StatusPartialContent {
		return "the endpoint responded 206 Partial Content, which contains only part of the response"
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
		text += ". The server asked for a client certificate, but client_cert and client_key (or EGS_CLIENT_CERT and EGS_CLIENT_KEY) are not set"
	case response.Status == http.StatusBadRequest && c.Endpoint.Scheme == "http":
		text += ". A server that expects https:// responds like this to http://"
	}
	return text
}
