// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
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

// What responded in the service's place is named by its status, not by the words of its page.
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
				"and client_cert and client_key (or EGS_CLIENT_CERT and EGS_CLIENT_KEY) are not set",
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
