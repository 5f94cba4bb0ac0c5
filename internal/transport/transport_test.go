// SPDX-License-Identifier: MPL-2.0

package transport_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

func TestClient_headers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		of          func(*url.URL) transport.Request
		contentType string
	}{
		"without a body": {of: get},
		"with a body":    {of: post, contentType: "application/json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got http.Header
			s := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.Header.Clone() })
			request := test.of(s.url)
			request.Header = http.Header{"Authorization": {"Bearer x"}}
			if _, err := transport.New(options()).Do(t.Context(), request); err != nil {
				t.Fatal(err)
			}
			for header, want := range map[string]string{
				"User-Agent": "transport_test/1.0", "Accept": "application/json",
				"Content-Type": test.contentType, "Authorization": "Bearer x",
			} {
				if got := got.Get(header); got != want {
					t.Errorf("%s: got %q, want %q", header, got, want)
				}
			}
			if len(request.Header) != 1 {
				t.Errorf("the caller's header was changed: %v", request.Header)
			}
		})
	}
}

func TestClient_redirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, of := range []func(*url.URL) transport.Request{get, post} {
			t.Run(fmt.Sprint(code, of(nil).Method), func(t *testing.T) {
				t.Parallel()
				target := serve(t, status(200))
				s := serve(t, func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, target.url.String(), code)
				})
				response, err := transport.New(options()).Do(t.Context(), of(s.url))
				if err != nil {
					t.Fatal(err)
				}
				if response.Status != code || response.Header.Get("Location") != target.url.String() {
					t.Errorf("got %+v", response)
				}
				s.wants(t, 1)
				target.wants(t, 0)
			})
		}
	}
}

func TestClient_bodyIsBounded(t *testing.T) {
	t.Parallel()
	s := serve(t, text("0123456789"))
	client := transport.New(options())
	request := get(s.url)
	request.MaxResponse = 10
	response, err := client.Do(t.Context(), request)
	if err != nil || string(response.Body) != "0123456789" {
		t.Fatalf("a body of the maximum size: %v", err)
	}
	request.MaxResponse = 9
	_, err = client.Do(t.Context(), request)
	if e := asError(t, err); e.Attempts != 1 || e.NotDone || !strings.Contains(e.Error(), "the response is too large: it is larger than 0 MiB") {
		t.Errorf("got %+v", e)
	}
	s.wants(t, 2)
}

func TestClient_endlessBody(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for block := make([]byte, 4096); ; {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	})
	request := get(s.url)
	request.MaxResponse = 10
	_, err := transport.New(options()).Do(t.Context(), request)
	if e := asError(t, err); e.Attempts != 1 || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %+v", e)
	}
}

// serveTLS serves over TLS with a certificate that the system does not trust. It returns a pool that contains the certificate.
func serveTLS(t *testing.T, config *tls.Config) (*httptest.Server, *x509.CertPool) {
	t.Helper()
	s := httptest.NewUnstartedServer(status(200))
	s.Config.ErrorLog, s.TLS = log.New(io.Discard, "", 0), config
	s.StartTLS()
	t.Cleanup(s.Close)
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return s, pool
}

func TestClient_certificates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options func(*transport.Options, *x509.CertPool)
		host    string
		trusted bool
	}{
		"unknown authority":                {options: func(*transport.Options, *x509.CertPool) {}},
		"other authority":                  {options: func(o *transport.Options, _ *x509.CertPool) { o.RootCAs = x509.NewCertPool() }},
		"configured authority":             {options: func(o *transport.Options, p *x509.CertPool) { o.RootCAs = p }, trusted: true},
		"other host":                       {options: func(o *transport.Options, p *x509.CertPool) { o.RootCAs = p }, host: "localhost"},
		"verification skipped":             {options: func(o *transport.Options, _ *x509.CertPool) { o.InsecureSkipVerify = true }, trusted: true},
		"verification skipped, other host": {options: func(o *transport.Options, _ *x509.CertPool) { o.InsecureSkipVerify = true }, host: "localhost", trusted: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, pool := serveTLS(t, nil)
			o := options()
			o.DialContext = nil
			test.options(&o, pool)
			to := parse(t, s.URL)
			if test.host != "" {
				to.Host = test.host + ":" + to.Port()
			}
			response, err := transport.New(o).Do(t.Context(), post(to))
			if test.trusted {
				if err != nil || response.Status != 200 {
					t.Errorf("got %v, %v", response, err)
				}
				return
			}
			e := asError(t, err)
			if !transport.IsCertificate(err) || !e.NotDone {
				t.Errorf("got %+v", e)
			}
			if _, err := transport.New(o).Do(t.Context(), get(to)); asError(t, err).Attempts != 1 {
				t.Errorf("the read is retried: %v", err)
			}
		})
	}
}

func TestClient_oldTLSIsRefused(t *testing.T) {
	t.Parallel()
	s, _ := serveTLS(t, &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10})
	o := options()
	o.InsecureSkipVerify, o.DialContext = true, nil
	_, err := transport.New(o).Do(t.Context(), post(parse(t, s.URL)))
	if e := asError(t, err); transport.IsCertificate(e) {
		t.Errorf("the error is about the certificate: %v", e)
	}
}

// A server that responds with HTTP to an https:// URL has received no request, and a retry would not succeed.
func TestClient_httpInsteadOfHTTPS(t *testing.T) {
	t.Parallel()
	s := serve(t, status(http.StatusOK))
	s.url.Scheme = "https"
	for _, request := range []transport.Request{get(s.url), post(s.url)} {
		_, err := transport.New(options()).Do(t.Context(), request)
		if e := asError(t, err); !transport.IsNotTLS(err) || e.Attempts != 1 || !e.NotDone {
			t.Errorf("got %+v", e)
		}
	}
}

func TestClient_connectionsAreKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const n = 20
		var together sync.WaitGroup
		together.Add(n)
		s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				together.Done()
				together.Wait()
			}
		})
		var connections atomic.Int64
		o := options()
		o.DialContext = func(ctx context.Context, n, address string) (net.Conn, error) {
			connections.Add(1)
			return network.DialContext(ctx, n, address)
		}
		client := transport.New(o)
		for _, of := range []func(*url.URL) transport.Request{get, post, post} {
			var all sync.WaitGroup
			for range n {
				all.Go(func() {
					if _, err := client.Do(t.Context(), of(s.url)); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		}
		if connections.Load() != n {
			t.Errorf("%d connections for %d concurrent requests", connections.Load(), n)
		}
	})
}

func TestError_text(t *testing.T) {
	t.Parallel()
	cause := errors.New("connection reset")
	for _, test := range []struct {
		err  transport.Error
		want string
	}{
		{transport.Error{Method: "GET", Path: "/a", Attempts: 1, Elapsed: time.Second, Err: cause}, "no response to GET /a: connection reset"},
		{transport.Error{Method: "GET", Path: "/a", Err: cause}, "no response to GET /a: connection reset"},
		{
			transport.Error{Method: "GET", Path: "/a", Attempts: 5, Elapsed: 1234567 * time.Microsecond, Err: cause},
			"no response to GET /a after 5 attempts in 1.235s: connection reset",
		},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
		if !errors.Is(&test.err, cause) {
			t.Error("the error does not wrap its cause")
		}
	}
}
