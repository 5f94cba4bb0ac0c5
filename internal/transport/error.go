// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

// Error is the error of a request without a response. Its text contains no header, body or query.
type Error struct {
	Method string
	// Path is the request's Route, or else its path.
	Path string
	// Attempts is how often the request was tried; 0 when it never left.
	Attempts int
	// Elapsed is how long all attempts and the pauses between them took.
	Elapsed time.Duration
	// Waited is how long after the call of Do the last attempt began: attempts before it, pauses, and
	// the rate limit hold it back.
	Waited time.Duration
	// NotDone says that it is proven that nothing was carried out: no server saw the request, or each refused it
	// with 429. Where it is false, the request may have been carried out.
	NotDone bool
	// Err is the last attempt's failure.
	Err error

	hide func(string) string
}

func (e *Error) Error() string {
	tries := ""
	if e.Attempts > 1 {
		tries = fmt.Sprintf(" after %d attempts in %s", e.Attempts, e.Elapsed.Round(time.Millisecond))
	}
	return fmt.Sprintf("no response to %s %s%s: %v", e.Method, e.Path, tries, shown(e.Err, e.hide))
}

// quoted is a text in quotes, which %q escapes, also where it is cut off.
var quoted = regexp.MustCompile(`"(\\.|[^"\\])*("|$)`)

// shown is an error's text, fit to be shown, without what it quotes: net/http quotes what a server sent, which may hold a
// secret. Errors about certificates tell names without quotation marks: see Request.Hide, which may be nil.
func shown(err error, hide func(string) string) string {
	text := quoted.ReplaceAllString(err.Error(), `"(hidden)"`)
	if hide != nil {
		text = hide(text)
	}
	return Clip(text)
}

func (e *Error) Unwrap() error { return e.Err }

func (t *trip) failed(err error) error {
	return &Error{
		Method:   t.Method,
		Path:     t.Route,
		Attempts: t.attempts,
		Elapsed:  time.Since(t.start),
		Waited:   t.waited(),
		NotDone:  t.attempts == 0 || t.undone,
		Err:      cause(err),
		hide:     t.Hide,
	}
}

// cause strips what net/http wraps around an error: the method and the whole URL.
func cause(err error) error {
	for {
		u, ok := errors.AsType[*url.Error](err)
		if !ok {
			return err
		}
		err = u.Err
	}
}

// ErrTooLarge is the error of a response that is larger than Request.MaxResponse, or its compressed form expands beyond maxRatio.
var ErrTooLarge = errors.New("the response is too large")

// ErrRefusalTooLarge is the ErrTooLarge of a response that is no success, and is larger than MaxRefusal.
var ErrRefusalTooLarge = fmt.Errorf("%w for an error response", ErrTooLarge)

// IsCertificate says whether the server's certificate is not trusted, has expired or is for another host.
func IsCertificate(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verification) || errors.As(err, &authority) ||
		errors.As(err, &hostname) || errors.As(err, &invalid)
}

// IsNotTLS says whether the server did not respond with TLS to https, but perhaps with http.
func IsNotTLS(err error) bool {
	_, ok := errors.AsType[tls.RecordHeaderError](err)
	return ok || errors.Is(err, http.ErrSchemeMismatch)
}

// ClientCertificateError is the end of a connection by a server that asked for a client certificate.
type ClientCertificateError struct {
	// Given says that it got one.
	Given bool
	// Err is how the connection ended.
	Err error
}

func (e *ClientCertificateError) Error() string {
	got := "got none"
	if e.Given {
		got = "got one"
	}
	return "the server asked for a client certificate, " + got + ", and ended the connection: " + e.Err.Error()
}

func (e *ClientCertificateError) Unwrap() error { return e.Err }

// isAlert says whether the server ended the connection by an alert of TLS.
func isAlert(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "remote error"
}

// ProxyError is that of a proxy that does not connect to the server. Its own words are not told: they may repeat its
// credentials.
type ProxyError struct {
	// Status is that of its response.
	Status int
}

func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy responded %d %s", e.Status, http.StatusText(e.Status))
}

// IsProxy says whether the connection through a proxy could not be made.
func IsProxy(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	_, refused := errors.AsType[*ProxyError](err)
	return refused || ok && op.Op == "proxyconnect"
}
