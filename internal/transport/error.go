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

// Error is the error of a request without a response. Its text does not contain headers, bodies or queries.
type Error struct {
	Method string
	// Path is the Route of the request, or its path.
	Path string
	// Attempts is the number of attempts; 0 if the request was not sent.
	Attempts int
	// Elapsed is the total duration of all attempts, including pauses.
	Elapsed time.Duration
	// Waited is how long earlier attempts, pauses and the rate limit delayed the last attempt.
	Waited time.Duration
	// NotDone is true if it is proven that the request was not carried out: no server received it, or each response was 429.
	// Otherwise it may have been carried out.
	NotDone bool
	// Err is the error of the last attempt.
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

// quoted matches a text that was quoted with %q, even if it is cut off.
var quoted = regexp.MustCompile(`"(\\.|[^"\\])*("|$)`)

// shown returns the printable text of an error, without quoted parts: net/http quotes what a server sent, which may contain a
// secret. Errors about certificates contain names without quotation marks, so hide is applied too. hide may be nil.
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
		NotDone:  t.undone,
		Err:      cause(err),
		hide:     t.Hide,
	}
}

// cause removes the url.Error that net/http adds to an error, since it contains the whole URL.
func cause(err error) error {
	for {
		u, ok := errors.AsType[*url.Error](err)
		if !ok {
			return err
		}
		err = u.Err
	}
}

// ErrTooLarge is the error of a response that is larger than Request.MaxResponse, or expands more than maxRatio times.
var ErrTooLarge = errors.New("the response is too large")

// ErrRefusalTooLarge is the error of an error response that is larger than MaxRefusal. It wraps ErrTooLarge.
var ErrRefusalTooLarge = fmt.Errorf("%w for an error response", ErrTooLarge)

// IsCertificate reports whether the server's certificate is not trusted, has expired or is for another host.
func IsCertificate(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verification) || errors.As(err, &authority) ||
		errors.As(err, &hostname) || errors.As(err, &invalid)
}

// IsNotTLS reports whether the server of an https:// URL does not use TLS, for example because it expects http://.
func IsNotTLS(err error) bool {
	_, ok := errors.AsType[tls.RecordHeaderError](err)
	return ok || errors.Is(err, http.ErrSchemeMismatch)
}

// ClientCertificateError is the error of a connection that a server ended after it asked for a client certificate.
type ClientCertificateError struct {
	// Given is true if a certificate was sent.
	Given bool
	// Err is the error of the connection.
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

// isAlert reports whether the server ended the connection with a TLS alert.
func isAlert(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "remote error"
}

// ProxyError is the error of a proxy that does not connect to the server. It does not quote the proxy's response, which may
// repeat the credentials of the proxy.
type ProxyError struct {
	// Status is the HTTP status of the proxy's response.
	Status int
}

func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy responded %d %s", e.Status, http.StatusText(e.Status))
}

// IsProxy reports whether the connection through a proxy failed.
func IsProxy(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	_, refused := errors.AsType[*ProxyError](err)
	return refused || ok && op.Op == "proxyconnect"
}
