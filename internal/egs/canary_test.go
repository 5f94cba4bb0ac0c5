// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// TestAccAPIKeyResource_canary looks for every secret, in every form it travels in,
// in what the CLI prints and logs at the highest level, under every kind of fault
// of every kind of request.
func TestAccAPIKeyResource_canary(t *testing.T) {
	t.Parallel()
	echo := func(secret string) string {
		nested, err := json.Marshal(map[string]any{"error": map[string]any{"Message": "no such key " + secret, "Status": 400}})
		if err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(map[string]any{
			"statusCode": 400, "status": "UNHANDLED_REQUEST_ERROR", "message": "key " + secret,
			"error": map[string]any{"errorKey": "E", "message": "key " + secret, "data": string(nested)},
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	kinds := map[string]func(secret string) egssim.Fault{
		"dropped before": func(string) egssim.Fault { return egssim.Fault{Kind: egssim.FaultDropBefore, Times: 9} },
		"dropped after":  func(string) egssim.Fault { return egssim.Fault{Kind: egssim.FaultDropAfterCommit, Times: 9} },
		"truncated":      func(string) egssim.Fault { return egssim.Fault{Kind: egssim.FaultTruncate, Times: 9} },
		"overrun":        func(string) egssim.Fault { return egssim.Fault{Kind: egssim.FaultOverrun, Times: 9} },
		"garbled":        func(string) egssim.Fault { return egssim.Fault{Kind: egssim.FaultGarbled, Times: 9} },
		"HTML":           func(string) egssim.Fault { return egssim.Fault{Kind: egssim.FaultHTML, Times: 9} },
		"token expired":  func(string) egssim.Fault { return egssim.Fault{Kind: egssim.FaultExpireToken, Times: 9} },
		"secret echoed": func(s string) egssim.Fault {
			return egssim.Fault{Kind: egssim.FaultStatus, Status: 400, Body: echo(s), Times: 9}
		},
		"secret in a 500": func(s string) egssim.Fault {
			return egssim.Fault{Kind: egssim.FaultStatus, Status: 500, Body: "oops " + s, Times: 9}
		},
		"redirect": func(s string) egssim.Fault {
			return egssim.Fault{Kind: egssim.FaultRedirect, Location: "https://elsewhere.example/?key=" + url.QueryEscape(s), Times: 9}
		},
	}
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			w := c.WorkingDir("1.11.0", viewerKey(""))
			w.Env = append(w.Env, "TF_LOG=TRACE")
			output := w.Run("apply", "-auto-approve", "-no-color")
			managed := c.Secret(c.managed("ci").ID)
			for _, target := range []struct {
				method, path, secret string
				command              []string
			}{
				{http.MethodPost, "/api/v1/auth", c.OwnerKey(), []string{"plan", "-no-color"}},
				{http.MethodGet, "/api/v1/api-key/list", managed, []string{"plan", "-no-color"}},
				{http.MethodPost, "/api/v1/api-key", c.OwnerKey(), []string{"apply", "-auto-approve", "-no-color", "-replace=egs_api_key.test"}},
				{http.MethodDelete, "/api/v1/api-key", managed, []string{"destroy", "-auto-approve", "-no-color"}},
			} {
				fault := kind(target.secret)
				fault.Method, fault.Path = target.method, target.path
				c.fault(fault)
				printed, _ := w.Try(target.command...)
				output += printed
				c.fault()
			}
			if !strings.Contains(output, "request_body") {
				t.Error("the requests were not logged: the check looked at nothing")
			}
			secrets := map[string]string{"the provider's key": c.OwnerKey(), "the managed key": managed}
			for _, key := range c.Keys() {
				secrets["the key "+key.Name] = c.Secret(key.ID)
			}
			for what, secret := range secrets {
				quoted, err := json.Marshal(secret)
				if err != nil {
					t.Fatal(err)
				}
				for _, form := range []string{secret, string(quoted[1 : len(quoted)-1]), url.QueryEscape(secret)} {
					if strings.Contains(output, form) {
						t.Errorf("%s was shown", what)
					}
				}
			}
			// Tokens are JSON Web Tokens: they begin with an encoded brace.
			if i := strings.Index(output, "eyJ"); i >= 0 {
				t.Errorf("a token was shown: %s…", output[max(0, i-80):i+3])
			}
		})
	}
}
