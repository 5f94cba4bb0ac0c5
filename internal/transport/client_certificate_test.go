// SPDX-License-Identifier: MPL-2.0

package transport_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// The client sends the configured certificate to a server that requires one. If no certificate is configured, or the server
// refuses the certificate, the error is a ClientCertificateError. With TLS 1.3, the server refuses only after the request
// was sent, possibly with a TCP reset.
func TestClient_clientCertificate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ given, refused bool }{
		"none": {refused: true}, "refused": {true, true}, "accepted": {given: true},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			for _, http2 := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %s, HTTP/2 %t", name, tls.VersionName(version), http2), func(t *testing.T) {
					t.Parallel()
					s := httptest.NewUnstartedServer(status(200))
					s.Config.ErrorLog, s.EnableHTTP2 = log.New(io.Discard, "", 0), http2
					s.TLS = &tls.Config{
						MinVersion: version, MaxVersion: version, ClientAuth: tls.RequireAnyClientCert,
						VerifyPeerCertificate: func([][]byte, [][]*x509.Certificate) error {
							if test.refused {
								return errors.New("refused")
							}
							return nil
						},
					}
					s.StartTLS()
					t.Cleanup(s.Close)
					o := options()
					o.DialContext, o.InsecureSkipVerify = nil, true
					if test.given {
						o.ClientCertificate = &s.TLS.Certificates[0]
					}
					response, err := transport.New(o).Do(t.Context(), post(parse(t, s.URL)))
					if !test.refused {
						if err != nil || response.Status != 200 {
							t.Errorf("got %v, %v", response, err)
						}
						return
					}
					if refused, ok := errors.AsType[*transport.ClientCertificateError](err); !ok || refused.Given != test.given {
						t.Errorf("got %v", err)
					}
				})
			}
		}
	}
}

// A server that asks for a certificate and receives none may still respond, for example with an error page.
func TestClient_optionalClientCertificate(t *testing.T) {
	t.Parallel()
	s, _ := serveTLS(t, &tls.Config{ClientAuth: tls.RequestClientCert})
	for name, certificate := range map[string]*tls.Certificate{"none": nil, "one": &s.TLS.Certificates[0]} {
		o := options()
		o.DialContext, o.InsecureSkipVerify, o.ClientCertificate = nil, true, certificate
		response, err := transport.New(o).Do(t.Context(), get(parse(t, s.URL)))
		if err != nil || response.Uncertified != (certificate == nil) {
			t.Errorf("%s: got %+v, %v", name, response, err)
		}
	}
}
