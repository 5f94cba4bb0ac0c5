// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// TestAccAPIKeyResource_canary looks for every secret, in every form it travels in, in
// what the CLI prints and logs at the highest level, under every kind of fault of every
// kind of request.
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
			config := aliceKey("expires_in_days = 30")
			w := s.WorkingDir("1.11.0", config)
			main := w.Read("main.tf")
			w.Env = append(w.Env, "TF_LOG=TRACE")
			output := w.Run("apply", "-auto-approve", "-no-color")
			managed := s.Secret(s.managed("ci").ID)
			secrets := map[string]bool{s.AdminKey(): true, managed: true}
			for _, target := range []struct {
				method, path, secret string
				arguments            string
				command              []string
			}{
				{http.MethodGet, keysPath, managed, "30", []string{"plan", "-no-color"}},
				{http.MethodPatch, expirePath, managed, "60", []string{"apply", "-auto-approve", "-no-color"}},
				{http.MethodPost, keysPath, s.AdminKey(), "60", []string{"apply", "-auto-approve", "-no-color", "-replace=" + testKey}},
				{http.MethodGet, usersPath, s.AdminKey(), "60", []string{"apply", "-auto-approve", "-no-color", "-replace=" + testKey}},
				{http.MethodDelete, keyPath, managed, "60", []string{"destroy", "-auto-approve", "-no-color"}},
			} {
				fault := kind(target.secret)
				fault.Method, fault.Path, fault.Times = target.method, target.path, 9
				w.Write("main.tf", strings.Replace(main, "= 30", "= "+target.arguments, 1))
				s.fault(fault)
				printed, _ := w.Try(target.command...)
				output += printed
				s.fault()
				for _, key := range s.Keys() {
					secrets[s.Secret(key.ID)] = true
				}
			}
			if !strings.Contains(output, "request_body") {
				t.Error("the requests were not logged: the check looked at nothing")
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
		})
	}
}

// TestAccAPIKeyResource_secretOnlyWhereItBelongs looks for the secret wherever the CLI
// shows a state or plan to people.
func TestAccAPIKeyResource_secretOnlyWhereItBelongs(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	w := s.WorkingDir("1.11.0", aliceKey("expires_in_days = 30"))
	w.Env = append(w.Env, "TF_LOG=TRACE")
	output := w.Run("plan", "-no-color", "-out=plan.bin") + w.Run("apply", "-no-color", "plan.bin") + w.Run("show", "-no-color") +
		w.Run("plan", "-no-color")
	if secret := s.Secret(s.managed("ci").ID); strings.Contains(output, secret) || !strings.Contains(w.Read("terraform.tfstate"), secret) {
		t.Error("the secret of the key was shown, or is not in the state")
	}
	if strings.Contains(output, s.AdminKey()) {
		t.Error("the provider's own key was shown")
	}
	if !strings.Contains(output, "Request answered") {
		t.Error("the requests were not logged: the check looked at nothing")
	}
	w.Run("destroy", "-auto-approve", "-no-color")
}
