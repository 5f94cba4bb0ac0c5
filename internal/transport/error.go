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

// Error means that a request got no response. The error text does not contain headers, bodies or queries.
type Error struct {
	Method string
	// Path is the Route of the request. If Route is empty, Path is the path of the URL.
	Path string
	// Attempts is the number of attempts. If Attempts is 0, the request was not sent.
	Attempts int
	// Elapsed is the total time, including pauses between attempts.
	Elapsed time.Duration
	// Waited is the delay of the last attempt by earlier attempts, pauses and the rate limit.
	Waited time.Duration
	// NotDone is true if it is certain that the server has not carried out the request. This is certain if each attempt got
	// 429 or never reached the server. If NotDone is false, the server may have carried out the request.
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

// quoted matches a part of a text that is quoted with %q, even if the closing quotation mark is missing.
var quoted = regexp.MustCompile(`"(\\.|[^"\\])*("|$)`)

// shown returns the printable text of an error, without the parts in quotation marks. net/http quotes text that a server
// sent, and this text may contain a secret. Certificate errors contain names without quotation marks, so shown also applies
// the function hide, unless hide is nil.
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

// cause returns the error without each url.Error that net/http adds. A url.Error contains the whole URL.
func cause(err error) error {
	for {
		u, ok := errors.AsType[*url.Error](err)
		if !ok {
			return err
		}
		err = u.Err
	}
}

// ErrTooLarge means that a response body is larger than Request.MaxResponse, or that decompression expands the body more
// than maxRatio times.
var ErrTooLarge = errors.New("the response is too large")

// ErrRefusalTooLarge means that the body of an error response is larger than MaxRefusal. It wraps ErrTooLarge.
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

// ClientCertificateError means that the server asked for a client certificate, and then ended the connection.
type ClientCertificateError struct {
	// Given is true if a client certificate is configured.
	Given bool
	// Err is the error with which the connection ended.
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

// ProxyError means that a proxy refused to connect to the server. The error text does not contain the proxy's response,
// since the response may repeat the credentials for the proxy.
type ProxyError struct {
	// Status is the HTTP status of the proxy's response.
	Status int
}

func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy responded %d %s", e.Status, http.StatusText(e.Status))
}

// IsProxy reports whether the client could not connect to the proxy, or the proxy refused to connect to the server.
func IsProxy(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	_, refused := errors.AsType[*ProxyError](err)
	return refused || ok && op.Op == "proxyconnect"
}
