// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"net/url"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
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
