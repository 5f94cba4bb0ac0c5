// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// secretForm is that of all secrets of the simulator, also of keys that were deleted since.
var secretForm = regexp.MustCompile(`sk-[0-9A-Za-z]{16}`)

// wantNoSecret looks for the secrets, in every form they travel in, and for any other, and
// checks that requests were logged.
func wantNoSecret(t *testing.T, output string, secrets map[string]bool) {
	t.Helper()
	if !strings.Contains(output, "request_body") {
		t.Error("the requests were not logged: the check looked at nothing")
	}
	if at := secretForm.FindStringIndex(output); at != nil {
		t.Errorf("a secret was shown: %s…", output[max(0, at[0]-80):at[0]])
	}
	for secret := range secrets {
		quoted, err := json.Marshal(secret)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{secret, string(quoted[1 : len(quoted)-1]), url.QueryEscape(secret)} {
			if i := strings.Index(output, form); i >= 0 {
				t.Errorf("a secret was shown: %s…", output[max(0, i-80):i])
			}
		}
	}
}

// TestAccAPIKeyResource_canary looks for every secret in what the provider says and logs
// at the highest level, under every kind of fault of every kind of request.
func TestAccAPIKeyResource_canary(t *testing.T) {
	t.Parallel()
	echo := func(secret string) string {
		body, err := json.Marshal(map[string]any{"code": 400, "message": "key " + secret, "error_type": secret})
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	kinds := map[string]func(secret string) simulation.Fault{
		"dropped before": func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultDropBefore} },
		"dropped after":  func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultDropAfterCommit} },
		"truncated":      func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultTruncate} },
		"overrun":        func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultOverrun} },
		"garbled":        func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultGarbled} },
		"HTML":           func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultHTML} },
		"HTML that echoes the secret": func(s string) simulation.Fault {
			return simulation.Fault{Kind: simulation.FaultHTML, Status: 200, Body: "<html>" + s + "</html>"}
		},
		"secret echoed": func(s string) simulation.Fault {
			return simulation.Fault{Kind: simulation.FaultStatus, Status: 400, Body: echo(s)}
		},
		"secret in a 500": func(s string) simulation.Fault {
			return simulation.Fault{Kind: simulation.FaultStatus, Status: 500, Body: "oops " + s}
		},
		"redirect": func(s string) simulation.Fault {
			return simulation.Fault{Kind: simulation.FaultRedirect, Location: "https://elsewhere.example/?key=" + url.QueryEscape(s)}
		},
	}
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			var output bytes.Buffer
			d := s.Driver(aliceKey("expires_in_days = 30"))
			d.Log = &output
			output.WriteString(d.Must(d.Apply(driver.Options{})).Text())
			managed := s.Secret(s.managed("ci").ID)
			secrets := map[string]bool{s.AdminKey(): true, managed: true}
			plan := func() *driver.Result { return d.Plan(driver.Options{}) }
			apply := func() *driver.Result { return d.Apply(driver.Options{}) }
			replace := func() *driver.Result { return d.Apply(driver.Options{Replace: []string{testKey}}) }
			for _, target := range []struct {
				method, path, secret string
				arguments            string
				command              func() *driver.Result
			}{
				{http.MethodGet, keysPath, managed, "30", plan},
				{http.MethodPatch, expirePath, managed, "60", apply},
				{http.MethodPost, keysPath, s.AdminKey(), "60", replace},
				{http.MethodGet, usersPath, s.AdminKey(), "60", replace},
				{http.MethodDelete, keyPath, managed, "60", d.Destroy},
			} {
				fault := kind(target.secret)
				fault.Method, fault.Path, fault.Times = target.method, target.path, 9
				d.Config = aliceKey("expires_in_days = " + target.arguments)
				s.fault(fault)
				output.WriteString(target.command().Text())
				s.fault()
				for _, key := range s.Keys() {
					secrets[s.Secret(key.ID)] = true
				}
			}
			wantNoSecret(t, output.String(), secrets)
		})
	}
}
