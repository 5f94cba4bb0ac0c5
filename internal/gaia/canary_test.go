// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// everyKey is what each key of the simulator begins with, also one that was deleted since.
const everyKey = "k/+%2F?#&;"

// wantNoKey looks for any key, in every form that keys travel in, and checks that requests
// were logged.
func wantNoKey(t *testing.T, output string) {
	t.Helper()
	for _, want := range []string{"request_body", "api_keys/{api_key}", "api_keys/delete/{api_key}"} {
		if !strings.Contains(output, want) {
			t.Errorf("%s was not logged: the check looked at nothing", want)
		}
	}
	quoted, err := json.Marshal(everyKey)
	if err != nil {
		t.Fatal(err)
	}
	inJSON := string(quoted[1 : len(quoted)-1])
	quotedAgain := strings.ReplaceAll(inJSON, `\`, `\\`)
	for _, form := range []string{everyKey, inJSON, quotedAgain, url.QueryEscape(everyKey), url.PathEscape(everyKey)} {
		if i := strings.Index(output, form); i >= 0 {
			t.Errorf("a key was shown: %s", output[max(0, i-200):min(len(output), i+100)])
		}
	}
}

// TestAccAPIKeyResource_canary looks for every key in what the provider says and logs at
// the highest level, under every kind of fault of every kind of request. Keys stand in
// paths, so the paths that are logged are looked at too.
func TestAccAPIKeyResource_canary(t *testing.T) {
	t.Parallel()
	kinds := map[string]func(secret string) simulation.Fault{
		"dropped before": func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultDropBefore} },
		"dropped after":  func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultDropAfterCommit} },
		"truncated":      func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultTruncate} },
		"overrun":        func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultOverrun} },
		"garbled":        func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultGarbled} },
		"HTML":           func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultHTML} },
		"key echoed": func(secret string) simulation.Fault {
			body, err := json.Marshal(map[string]any{"detail": "refused: " + secret + " at " + keysPath + url.PathEscape(secret)})
			if err != nil {
				t.Fatal(err)
			}
			return simulation.Fault{Kind: simulation.FaultStatus, Status: 400, Body: string(body)}
		},
		"key in a 500": func(secret string) simulation.Fault {
			return simulation.Fault{Kind: simulation.FaultStatus, Status: 500, Body: "oops " + secret}
		},
		"redirect": func(secret string) simulation.Fault {
			return simulation.Fault{Kind: simulation.FaultRedirect, Location: "https://elsewhere.example/?key=" + url.QueryEscape(secret)}
		},
	}
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, gaiasim.Options{KeyForm: gaiasim.KeyToEscape})
			var output bytes.Buffer
			d := s.Driver(key("read", ""))
			d.Log = &output
			plan := func() *driver.Result { return d.Plan(driver.Options{}) }
			apply := func() *driver.Result { return d.Apply(driver.Options{}) }
			output.WriteString(d.Must(apply()).Text())
			if secret := s.Secret(s.managed().ID); !strings.HasPrefix(secret, everyKey) || !strings.HasPrefix(s.AdminKey(), everyKey) {
				t.Fatalf("a key does not begin with %s", everyKey)
			}
			for _, target := range []struct {
				method, path string
				command      func() *driver.Result
			}{
				{http.MethodGet, keysPath, plan},
				{http.MethodPost, keysPath, func() *driver.Result { return d.Apply(driver.Options{Replace: []string{testKey}}) }},
				{http.MethodPut, keyPath, apply},
				{http.MethodDelete, deletePath, d.Destroy},
			} {
				secret := s.AdminKey()
				if target.method == http.MethodPut {
					output.WriteString(d.Must(apply()).Text())
					d.Config = key("write", "")
				}
				if target.method == http.MethodPut || target.method == http.MethodDelete {
					// The key that stands in the path.
					secret = s.Secret(s.managed().ID)
				}
				fault := kind(secret)
				fault.Method, fault.Path, fault.Times = target.method, target.path, 9
				s.fault(fault)
				output.WriteString(target.command().Text())
				s.fault()
			}
			wantNoKey(t, output.String())
		})
	}
}
