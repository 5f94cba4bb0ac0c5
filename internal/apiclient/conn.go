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

// maxResponse is the size, in bytes, up to which responses are read that are no lists.
const maxResponse = 1 << 20

// Conn is the connection to one service. Its fields are set before the first use.
type Conn struct {
	Transport *transport.Client
	// Endpoint is the base URL; a path prefix is kept.
	Endpoint *url.URL
	// Service is its name, for example "EGS", and Section that of its errors.
	Service, Section string
	// Secrets are not in any error.
	Secrets *Secrets
	Clock   Clock
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
	// Path is below the endpoint, escaped. If it ends in {…}, Parameter is its last element, which logs and errors do not
	// show.
	Path, Parameter string
	Query           url.Values
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

// Failed is an error of the call. Its code and its message may be a server's.
func (c *Conn) Failed(call Call, e Error) *Error {
	e.Op, e.Write, e.LogIn, e.Section = call.Op, call.Writes, call.LogIn, c.Section
	e.Code, e.Message = c.Secrets.hideIn(e.Code, e.Message)
	e.Code, e.Message = transport.Clip(e.Code), transport.Clip(e.Message)
	return &e
}

// Foreign is the error of a response that is not the service's.
func (c *Conn) Foreign(call Call, response *transport.Response, message string) *Error {
	return c.Failed(call, Error{
		Endpoint: c.Endpoint.String(), Status: response.Status, Attempts: response.Attempts, Elapsed: response.Elapsed,
		Message: message, Err: ErrForeign,
	})
}

// Unlisted is the error of the list whose entries could not be decoded with this error.
func (c *Conn) Unlisted(call Call, err error) *Error {
	e := Error{Status: http.StatusOK, Endpoint: c.Endpoint.String(), Message: err.Error(), Err: ErrForeign}
	if errors.Is(err, ErrListTooLarge) {
		e.Err = err
	}
	return c.Failed(call, e)
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

// at is where a call goes, and what logs and errors show in place of the path. An element that is missing would make it a
// call about all things; "." and ".." would make it one about something else.
func (c *Conn) at(call Call) (u *url.URL, route string, err error) {
	fixed, name, open := strings.Cut(call.Path, "{")
	u = c.Endpoint.JoinPath(fixed)
	if !open {
		return u, u.Path, nil
	}
	if slices.Contains([]string{"", ".", ".."}, call.Parameter) {
		return nil, "", ErrNamesNothing
	}
	route = u.Path + "{" + name
	// Not joined: that would clean up what looks like a path in the parameter.
	u.RawPath = u.EscapedPath() + url.PathEscape(call.Parameter)
	u.Path += call.Parameter
	return u, route, nil
}

// Send sends the request. Every response of the service is returned, whatever its status. A key that the service does not
// know is tried again for some seconds, since it may be new.
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
			// It comes from a proxy, which may repeat its credentials.
			return nil, c.Foreign(call, response, c.Describe(response, "JSON"))
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
		return "the endpoint responded 206 Partial Content, which holds only a part of a response"
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
