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
	"testing"
	"time"

	"golang.org/x/time/rate"
)

func TestBackoff(t *testing.T) {
	t.Parallel()
	const lowest, highest = 500 * time.Millisecond, 30 * time.Second
	for name, test := range map[string]struct {
		attempt    int
		status     int
		retryAfter string
		from, to   time.Duration
	}{
		"first":                   {attempt: 0, from: 250 * time.Millisecond, to: lowest},
		"second":                  {attempt: 1, from: 500 * time.Millisecond, to: time.Second},
		"fourth":                  {attempt: 3, from: 2 * time.Second, to: 4 * time.Second},
		"tenth":                   {attempt: 9, from: 15 * time.Second, to: highest},
		"hundredth":               {attempt: 99, from: 15 * time.Second, to: highest},
		"500 without Retry-After": {status: 500, from: 250 * time.Millisecond, to: lowest},
		"429 with Retry-After":    {status: 429, retryAfter: "7", from: 7 * time.Second, to: 7*time.Second + lowest},
		"503 with Retry-After":    {status: 503, retryAfter: "7", from: 7 * time.Second, to: 7*time.Second + lowest},
		"above the highest pause": {status: 429, retryAfter: "45", from: 45 * time.Second, to: 45*time.Second + lowest},
		"zero":                    {status: 429, retryAfter: "0", from: 0, to: lowest},
		"an hour":                 {status: 429, retryAfter: "3600", from: maxRetryAfter, to: maxRetryAfter + lowest},
		"date in the past":        {status: 429, retryAfter: "Fri, 31 Dec 1999 23:59:59 GMT", from: 0, to: lowest},
		"date in the far future":  {status: 429, retryAfter: "Fri, 31 Dec 2999 23:59:59 GMT", from: maxRetryAfter, to: maxRetryAfter + lowest},
		"overflow":                {status: 429, retryAfter: "9223372036854775807", from: 0, to: maxRetryAfter + lowest},
		"invalid":                 {status: 429, retryAfter: "soon", from: lowest, to: 2 * lowest},
		"negative":                {status: 429, retryAfter: "-7", from: lowest, to: 2 * lowest},
		"502 with Retry-After":    {status: 502, retryAfter: "7", from: lowest, to: 2 * lowest},
	} {
		var resp *http.Response
		if test.status != 0 {
			resp = &http.Response{StatusCode: test.status, Header: http.Header{}}
			if test.retryAfter != "" {
				resp.Header.Set("Retry-After", test.retryAfter)
			}
		}
		for range 100 {
			if got := backoff(lowest, highest, test.attempt, resp); got < test.from || got > test.to {
				t.Fatalf("%s: got %s, want %s to %s", name, got, test.from, test.to)
			}
		}
	}
}

func TestNew_rateLimit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		perSecond float64
		want      rate.Limit
	}{{0, rate.Inf}, {-1, rate.Inf}, {0.5, 0.5}, {20, 20}} {
		sender, ok := New(Options{RequestsPerSecond: test.perSecond}).http.HTTPClient.Transport.(*attempts)
		if !ok {
			t.Fatal("the transport is not attempts")
		}
		// A burst of 1 spreads the requests evenly.
		if sender.limiter.Limit() != test.want || sender.limiter.Burst() != 1 {
			t.Errorf("%v per second: got %v with bursts of %d", test.perSecond, sender.limiter.Limit(), sender.limiter.Burst())
		}
	}
}

func TestErrorClasses(t *testing.T) {
	t.Parallel()
	dial := &net.OpError{Op: "dial", Err: errors.New("refused")}
	for name, test := range map[string]struct {
		err                               error
		neverSent, permanent, certificate bool
	}{
		"refused":            {err: dial, neverSent: true},
		"proxy refused":      {err: &net.OpError{Op: "proxyconnect", Err: dial}, neverSent: true},
		"lost while reading": {err: &net.OpError{Op: "read", Err: errors.New("reset")}},
		"lost while writing": {err: &net.OpError{Op: "write", Err: errors.New("broken pipe")}},
		"unknown host": {
			err: &net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}, neverSent: true, permanent: true,
		},
		"resolver down":           {err: &net.OpError{Op: "dial", Err: &net.DNSError{IsTemporary: true}}, neverSent: true},
		"too large":               {err: ErrTooLarge, permanent: true},
		"proxy requires a log-in": {err: &ProxyError{Status: 407}, neverSent: true, permanent: true},
		"proxy failed":            {err: &ProxyError{Status: 502}, neverSent: true},
		"not TLS":                 {err: tls.RecordHeaderError{}, neverSent: true, permanent: true},
		"http":                    {err: http.ErrSchemeMismatch, neverSent: true, permanent: true},
		"client certificate":      {err: &ClientCertificateError{Err: &net.OpError{Op: "remote error", Err: errors.New("x")}}, permanent: true},
		"reset without an alert":  {err: &ClientCertificateError{Err: errors.New("reset")}},
		"unknown authority":       {err: x509.UnknownAuthorityError{}, neverSent: true, permanent: true, certificate: true},
		"other host":              {err: x509.HostnameError{Certificate: &x509.Certificate{}}, neverSent: true, permanent: true, certificate: true},
		"expired": {
			err: x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.Expired}, neverSent: true, permanent: true, certificate: true,
		},
		"verification failed": {err: &tls.CertificateVerificationError{Err: errors.New("x")}, neverSent: true, permanent: true, certificate: true},
		"other":               {err: errors.New("other")},
	} {
		for _, err := range []error{test.err, &url.Error{Op: "Get", URL: "x", Err: test.err}, fmt.Errorf("wrapped: %w", test.err)} {
			if got := neverSent(err); got != test.neverSent {
				t.Errorf("%s: neverSent: %t", name, got)
			}
			if got := isPermanent(err); got != test.permanent {
				t.Errorf("%s: isPermanent: %t", name, got)
			}
			if got := IsCertificate(err); got != test.certificate {
				t.Errorf("%s: IsCertificate: %t", name, got)
			}
		}
	}
}
