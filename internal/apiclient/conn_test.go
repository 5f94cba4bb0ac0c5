// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

func TestConn_Address(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://egs.example.com":              "https://egs.example.com",
		"https://EGS.example.com:443/":         "https://egs.example.com",
		"HTTP://egs.example.com:80/tools/egs/": "http://egs.example.com/tools/egs",
		"http://egs.example.com:8080":          "http://egs.example.com:8080",
		"https://[::1]:443/":                   "https://[::1]",
		"https://[::1]:8443":                   "https://[::1]:8443",
		"https://a.example.com/A%2Fb":          "https://a.example.com/A%2Fb",
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := (&apiclient.Conn{Endpoint: u}).Address(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

// If a response does not come from the service, its description contains the status and does not quote the body.
func TestConn_Describe(t *testing.T) {
	t.Parallel()
	page := http.Header{"Content-Type": {"text/html"}}
	for _, test := range []struct {
		scheme   string
		response transport.Response
		want     string
	}{
		{
			"https",
			transport.Response{Status: 200, Header: page, Body: []byte("<p>"), Uncertified: true},
			"the endpoint responded 200 OK with an HTML page; EGS responds with JSON",
		},
		{"http", transport.Response{Status: 502}, "the endpoint responded 502 Bad Gateway with no body; EGS responds with JSON"},
		{"https", transport.Response{Status: 400}, "the endpoint responded 400 Bad Request with no body; EGS responds with JSON"},
		{
			"http",
			transport.Response{Status: 400, Body: []byte("a")},
			"the endpoint responded 400 Bad Request with a body that is not JSON; EGS responds with JSON. " +
				"A server that expects https:// responds like this to http://",
		},
		{"http", transport.Response{Status: 407}, "a proxy responded 407 Proxy Authentication Required with no body; EGS responds with JSON"},
		{
			"https",
			transport.Response{Status: 400, Uncertified: true},
			"the endpoint responded 400 Bad Request with no body; EGS responds with JSON. The server asked for a client certificate, " +
				"but client_cert and client_key (or EGS_CLIENT_CERT and EGS_CLIENT_KEY) are not set",
		},
		{
			"http",
			transport.Response{Status: 302, Header: http.Header{"Location": {"https://sso.example.com/a?b=c"}}},
			"the endpoint redirects to https://sso.example.com, and redirects are not followed",
		},
	} {
		c := apiclient.Conn{Service: "EGS", Endpoint: &url.URL{Scheme: test.scheme, Host: "egs.example.com"}}
		if got := c.Describe(&test.response, "JSON"); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// A parameter must not change the rest of the path.
func TestConn_Send_path(t *testing.T) {
	t.Parallel()
	var network simulation.Network
	var got string
	base, stop := network.Serve(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.URL.EscapedPath() }))
	t.Cleanup(stop)
	conn := &apiclient.Conn{
		Transport: transport.New(transport.Options{RequestTimeout: time.Minute, DialContext: network.DialContext}),
		Endpoint:  base.JoinPath("pre fix"), Secrets: apiclient.NewSecrets(nil), Clock: apiclient.Clock{Local: time.Now},
	}
	for element, want := range map[string]string{
		"a": "/pre%20fix/keys/a", "a/../b?c": "/pre%20fix/keys/a%2F..%2Fb%3Fc", "%2F": "/pre%20fix/keys/%252F", "": "", ".": "", "..": "",
	} {
		got = ""
		_, err := conn.Send(t.Context(), apiclient.Call{Op: "delete", Method: http.MethodDelete, Path: "keys/{key}", Parameter: element, Writes: true})
		if got != want || errors.Is(err, apiclient.ErrInvalidParameter) != (want == "") || apiclient.MaybeDone(err) {
			t.Errorf("%q: got %q, %v", element, got, err)
		}
	}
}

func serves(t *testing.T, status int, body string) *apiclient.Conn {
	t.Helper()
	var network simulation.Network
	base, stop := network.Serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(stop)
	return &apiclient.Conn{
		Transport: transport.New(transport.Options{RequestTimeout: time.Minute, MaxList: 2 << 20, DialContext: network.DialContext}),
		Endpoint:  base, Secrets: apiclient.NewSecrets(nil), Clock: apiclient.Clock{Local: time.Now},
	}
}

// The error does not quote the response of a proxy that requires a log-in: the response may contain the proxy's credentials.
func TestConn_Send_proxy(t *testing.T) {
	t.Parallel()
	conn := serves(t, http.StatusProxyAuthRequired, `{"message":"Basic dXNlcjpodXNo"}`)
	_, err := conn.Send(t.Context(), apiclient.Call{Op: "list", Method: http.MethodGet})
	if e, ok := errors.AsType[*apiclient.Error](err); !ok || !e.IsUnexpected() ||
		!strings.HasSuffix(e.Error(), "HTTP 407: a proxy responded 407 Proxy Authentication Required with a body that is not JSON;  responds with JSON") {
		t.Errorf("got %v", err)
	}
}

// The size limit of lists differs from the size limit of all other responses.
func TestConn_Send_largeList(t *testing.T) {
	t.Parallel()
	for _, list := range []bool{false, true} {
		conn := serves(t, http.StatusOK, strings.Repeat(" ", 2<<20+1))
		_, err := conn.Send(t.Context(), apiclient.Call{Op: "list", Method: http.MethodGet, List: list})
		limit := map[bool]string{false: "larger than 1 MiB", true: "larger than 2 MiB"}[list]
		if errors.Is(err, apiclient.ErrListTooLarge) != list || !errors.Is(err, transport.ErrTooLarge) || !strings.Contains(err.Error(), limit) {
			t.Errorf("got %v", err)
		}
	}
	if n := serves(t, http.StatusOK, "").MaxEntries(); n != 8192 {
		t.Errorf("%d entries", n)
	}
}

// A secret is also hidden if the code contains its beginning and the message contains the rest, since both are shown together.
func TestConn_Failed_hides(t *testing.T) {
	t.Parallel()
	c := &apiclient.Conn{Secrets: apiclient.NewSecrets(nil, "5c74c029-86a6-bf40-c486-40cbef489817")}
	for _, test := range []struct{ code, message, want string }{
		{"5c74c029-86a6-bf40", "-c486-40cbef489817", "HTTP 403: (hidden)"},
		{"5c74c0", "2986a6bf40c48640cbef489817", "HTTP 403: (hidden)"},
		{"NONE", "key 5c74c029-86a6-bf40-c486-40cbef... is not known", "HTTP 403 (NONE): key (hidden)... is not known"},
		{"NONE", "key: 5c74c029-86a6: bf40c486: 40cbef489817", "HTTP 403 (NONE): key: (hidden)"},
		{"NONE", strings.Repeat("x", 1<<20), "HTTP 403 (NONE): (too large to show)"},
		{"", "none", "HTTP 403: none"},
	} {
		if got := c.Failed(apiclient.Call{}, apiclient.Error{Status: 403, Code: test.code, Message: test.message}).Reason(); got != test.want {
			t.Errorf("got %.100q, want %q", got, test.want)
		}
	}
}
