// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func wantPrintable(t *testing.T, err error, part string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) || !IsPrintable(err.Error()) || len(err.Error()) > 3000 {
		t.Errorf("got %q", err)
	}
}

func TestClient_certificateNames(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	// A DNS name in a certificate can contain only ASCII characters. Control characters are ASCII characters too.
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		DNSNames: []string{"\x1b[2J\r\nError: forged", strings.Repeat("x", 5000)},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	var network simulation.Network
	listener := tls.NewListener(network.Listen(), &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}},
	})
	server := &http.Server{ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	client := New(Options{RequestTimeout: time.Minute, DialContext: network.DialContext, RootCAs: pool})
	_, err = client.Do(t.Context(), Request{Method: http.MethodGet, URL: &url.URL{Scheme: "https", Host: listener.Addr().String()}})
	wantPrintable(t, err, "certificate")
	wantPrintable(t, &Error{Err: x509.HostnameError{Certificate: certificate, Host: "a.example"}}, "Error: forged")
}

// The proxy refuses to connect. Its response contains fake lines and the credentials for the proxy. The request was not
// sent to the server, so NotDone must be true. Only a response with status 5xx is retried.
func TestClient_proxyRefuses(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]int{407: 1, 403: 1, 503: 3} {
		var network simulation.Network
		listener := network.Listen()
		go func() {
			for {
				connection, err := listener.Accept()
				if err != nil {
					return
				}
				request := make([]byte, 4096)
				n, _ := connection.Read(request)
				_, credentials, _ := strings.Cut(string(request[:n]), "Proxy-Authorization: ")
				credentials, _, _ = strings.Cut(credentials, "\r\n")
				_, _ = fmt.Fprintf(connection, "HTTP/1.1 %d %s \x1b[2J\u202eError: forged\r\nProxy-Authenticate: %[2]s\r\n\r\n", status, credentials)
				_ = connection.Close()
			}
		}()
		client := New(Options{RequestTimeout: time.Minute, MaxRetries: 2, RetryWaitMin: 1, RetryWaitMax: 1, DialContext: network.DialContext})
		sender, _ := client.http.HTTPClient.Transport.(*attempts)
		base, _ := sender.base.(*http.Transport)
		base.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: listener.Addr().String(), User: url.UserPassword("user", "hush")})
		_, err := client.Do(t.Context(), Request{Method: http.MethodPost, URL: &url.URL{Scheme: "https", Host: "a.example"}, Write: true})
		_ = listener.Close()
		wantPrintable(t, err, fmt.Sprintf("the proxy responded %d %s", status, http.StatusText(status)))
		for _, secret := range []string{"hush", "dXNlcjpodXNo", "forged"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("the error contains %s: %v", secret, err)
			}
		}
		if e, ok := errors.AsType[*Error](err); !ok || !e.NotDone || e.Attempts != want {
			t.Errorf("%d: got %+v", status, err)
		}
	}
}

func compressed(t *testing.T, text string, times int) []byte {
	t.Helper()
	var body bytes.Buffer
	w := gzip.NewWriter(&body)
	for range times {
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return body.Bytes()
}

func TestClient_compressedBodies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body  []byte
		size  int
		error string
	}{
		"list":      {body: compressed(t, `{"id":"a"}`, 1000), size: 10000},
		"empty":     {},
		"bomb":      {body: compressed(t, `{},`, 1<<22), error: "the response is too large: its compressed form expands more than 100 times"},
		"too large": {body: compressed(t, `{},`, 1<<20), error: "the response is too large"},
		"cut":       {body: compressed(t, `{"id":"a"}`, 1000)[:20], error: "unexpected EOF"},
		"plain":     {body: []byte(`{"id":"hush"}`), error: "gzip: invalid header"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var network simulation.Network
			base, stop := network.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Accept-Encoding") == "gzip" {
					w.Header().Set("Content-Encoding", "gzip")
				}
				_, _ = w.Write(test.body)
			}))
			t.Cleanup(stop)
			client := New(Options{RequestTimeout: time.Minute, DialContext: network.DialContext})
			response, err := client.Do(t.Context(), Request{Method: http.MethodGet, URL: base, MaxResponse: 2 << 20})
			if test.error != "" {
				wantPrintable(t, err, test.error)
				return
			}
			if err != nil || len(response.Body) != test.size {
				t.Errorf("got %v", err)
			}
		})
	}
}
