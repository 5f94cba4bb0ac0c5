// SPDX-License-Identifier: MPL-2.0

package face_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// All clients return errors of the type apiclient.Error.
var _ face.APIError = (*apiclient.Error)(nil)

// apiError is an error of a service.
type apiError struct {
	status  int
	foreign bool
	refused bool
	reason  bool
	cause   error
	section string
}

func (e *apiError) Error() string      { return "create thing: message of the server" }
func (e *apiError) HTTPStatus() int    { return e.status }
func (e *apiError) IsUnexpected() bool { return e.foreign }
func (e *apiError) Unwrap() error      { return e.cause }

func (e *apiError) CredentialsRefused() bool { return e.refused }

func (e *apiError) Refused() bool { return e.reason }

func (e *apiError) Setting(name string) string { return e.section + name }

func TestFromError_advice(t *testing.T) {
	t.Parallel()
	noResponse := func(err error) error { return &transport.Error{Method: "GET", Path: "/", Err: err} }
	for name, test := range map[string]struct {
		err error
		// advice is expected in the advice of the error. If it is empty, no advice is expected.
		advice string
	}{
		"wrong credentials":           {&apiError{status: 401, refused: true}, "does not accept the provider's credentials"},
		"malformed credentials":       {&apiError{status: 400, refused: true}, "EGS_API_KEY or EGS_ACCESS_TOKEN"},
		"not permitted":               {&apiError{status: 403}, "an Editor key of this workspace"},
		"rate limited":                {&apiError{status: 429}, "requests_per_second"},
		"large list":                  {&apiclient.Error{Err: errors.Join(apiclient.ErrListTooLarge, noResponse(transport.ErrTooLarge))}, "max_list_size_mib"},
		"nothing named":               {&apiclient.Error{Err: apiclient.ErrInvalidParameter}, "-refresh-only"},
		"failed":                      {&apiError{status: 500}, "check the logs of the service"},
		"not valid":                   {&apiError{status: 400}, "for the reason above"},
		"failed with a reason":        {&apiError{status: 500, reason: true}, "for the reason above"},
		"down":                        {&apiError{status: 503}, "check the logs of the service"},
		"refused":                     {&apiError{status: 422}, "for the reason above"},
		"not found":                   {&apiError{status: 404}, "Check that the objects named in the request exist"},
		"exists":                      {&apiError{status: 409}, ""},
		"no status":                   {&apiError{}, ""},
		"proxy":                       {&apiError{status: 502, foreign: true}, "base URL of the API"},
		"401 of a proxy":              {&apiError{status: 401, foreign: true}, "base URL of the API"},
		"proxy's log-in":              {&apiError{status: 407, foreign: true}, "http://USER:PASSWORD@HOST:PORT"},
		"proxy refuses":               {noResponse(&transport.ProxyError{Status: 407}), "HTTPS_PROXY"},
		"unreachable proxy":           {noResponse(&net.OpError{Op: "proxyconnect", Err: errors.New("x")}), "NO_PROXY"},
		"http for https":              {noResponse(http.ErrSchemeMismatch), "a URL that begins with http://"},
		"no client certificate":       {noResponse(&transport.ClientCertificateError{Err: errors.New("x")}), "client_cert and client_key, or EGS_CLIENT_CERT and EGS_CLIENT_KEY"},
		"client certificate":          {noResponse(&transport.ClientCertificateError{Given: true, Err: errors.New("x")}), "does not accept client_cert"},
		"certificate of another host": {noResponse(x509.HostnameError{Certificate: &x509.Certificate{}}), "a host name from the certificate"},
		"expired certificate":         {noResponse(x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.Expired}), "this machine's clock"},
		"certificate":                 {noResponse(&tls.CertificateVerificationError{Err: errors.New("x")}), "ca_cert"},
		"timeout":                     {noResponse(context.DeadlineExceeded), "request_timeout"},
		"no connection":               {noResponse(errors.New("connection refused")), "endpoint (or EGS_ENDPOINT)"},
		"interrupted":                 {noResponse(context.Canceled), ""},
		"interrupted while waiting":   {context.Canceled, ""},
		"anything else":               {errors.New("anything else"), ""},
	} {
		wrapped := []error{test.err, fmt.Errorf("%s: wrapped: %w", name, test.err)}
		if _, ok := test.err.(face.APIError); !ok { //nolint:errorlint // Only the outermost error counts.
			wrapped = append(wrapped, &apiError{cause: test.err})
		}
		for _, err := range wrapped {
			got := face.FromError("Unable to create thing", `thing "a"`, err)
			text, advice, _ := strings.Cut(got.Detail(), "\n\n")
			if want := `thing "a": ` + err.Error() + "."; text != want {
				t.Errorf("%s: got %q, want %q", name, text, want)
			}
			if (advice == "") != (test.advice == "") || !strings.Contains(advice, test.advice) {
				t.Errorf("%s: got advice %q, want %q", name, advice, test.advice)
			}
		}
	}
}

// The advice must name the settings of the service that failed, and not the settings of another service.
func TestFromError_settingsOfTheService(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err apiError
		// setting is expected in the advice, with the prefix "gaia." if the service is GAIA.
		setting string
	}{
		"wrong credentials": {apiError{status: 401, refused: true}, "api_key"},
		"not permitted":     {apiError{status: 403}, ""},
		"proxy":             {apiError{status: 502, foreign: true}, "endpoint"},
		"certificate":       {apiError{cause: &transport.Error{Err: &tls.CertificateVerificationError{Err: errors.New("x")}}}, "endpoint"},
		"timeout":           {apiError{cause: &transport.Error{Err: context.DeadlineExceeded}}, "endpoint"},
		"no connection":     {apiError{cause: &transport.Error{Err: errors.New("connection refused")}}, "endpoint"},
	} {
		_, ofEGS, _ := strings.Cut(face.FromError("s", "a", &test.err).Detail(), "\n\n")
		test.err.section = "gaia."
		_, ofGAIA, _ := strings.Cut(face.FromError("s", "a", &test.err).Detail(), "\n\n")
		if !strings.Contains(ofEGS, test.setting) || strings.Contains(ofEGS, "gaia") {
			t.Errorf("%s: advice for EGS: %s", name, ofEGS)
		}
		if variable := "EGS_" + strings.ToUpper(test.setting); test.setting != "" && !strings.Contains(ofEGS, variable) {
			t.Errorf("%s: advice for EGS without %s: %s", name, variable, ofEGS)
		}
		if variable := "GAIA_" + strings.ToUpper(test.setting); test.setting != "" && !strings.Contains(ofGAIA, variable) {
			t.Errorf("%s: advice for GAIA without %s: %s", name, variable, ofGAIA)
		}
		if !strings.Contains(ofGAIA, "gaia."+test.setting) || strings.Contains(ofGAIA, "access_token") || strings.Contains(ofGAIA, "workspace") {
			t.Errorf("%s: advice for GAIA: %s", name, ofGAIA)
		}
	}
}

func TestFromError_text(t *testing.T) {
	t.Parallel()
	for _, message := range []string{"it failed", "it failed."} {
		err := errors.New(message)
		for want, got := range map[diag.Severity]diag.Diagnostic{
			diag.SeverityError:   face.FromError("Unable to create thing", "a", err),
			diag.SeverityWarning: face.WarningFromError("Unable to create thing", "a", err),
		} {
			if got.Severity() != want || got.Summary() != "Unable to create thing" || got.Detail() != "a: it failed." {
				t.Errorf("got %v %q: %q", got.Severity(), got.Summary(), got.Detail())
			}
		}
	}
}

// A message of a server must not be able to forge a line of a diagnostic.
func TestFromError_isOneLine(t *testing.T) {
	t.Parallel()
	err := &apiclient.Error{Op: "create", Message: "a\n\nError: forged\u2028b\u202e\x1b[2J"}
	want := "key: create: a  Error: forged b  [2J."
	if got := face.FromError("Unable", "key", err).Detail(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	uncertain := &apiclient.Error{Op: "create", Message: err.Message, Err: apiclient.ErrUncertain}
	if d, ok := (face.Noun{Name: "key"}).Uncertain("A", "key", "Look.", uncertain); !ok || strings.Count(d.Detail(), "\n") != 2 || !strings.Contains(d.Detail(), "forged b") {
		t.Errorf("got %q", d.Detail())
	}
}
