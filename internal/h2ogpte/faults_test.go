// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// TestAccAPIKeyResource_faultsThatPass has each fault once in each kind of request: an
// apply, an update and a destroy come through, the secret in the state is that of the
// key that lives, and no key is left over.
func TestAccAPIKeyResource_faultsThatPass(t *testing.T) {
	t.Parallel()
	for _, fault := range slices.Concat(acctest.HarmlessFaults, acctest.LostResponses, acctest.UnknownOutcomes) {
		t.Run(acctest.FaultName(fault), func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			requests := []string{listUsers, listKeys, "PATCH " + expirePath, "PATCH " + inactivityPath, "DELETE " + keyPath}
			if slices.Contains(acctest.HarmlessFaults, fault) {
				requests = append(requests, createKey)
			}
			everywhere := func() { s.fault(acctest.FaultsAt(fault, requests...)...) }
			s.Run(
				resource.TestStep{PreConfig: everywhere, Config: aliceKey("expires_in_days = 30"), Check: s.holdsSecret},
				resource.TestStep{
					PreConfig: everywhere, Config: aliceKey("expires_in_days = 60\n  inactivity_interval_days = 7"), Check: s.holdsSecret,
					ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
				},
				resource.TestStep{
					PreConfig: everywhere, Config: aliceKey("collection_id = \"" + collection + "\""), Check: s.holdsSecret,
					ConfigPlanChecks: expectAction(plancheck.ResourceActionReplace),
				},
				resource.TestStep{PreConfig: everywhere, Config: aliceKey("collection_id = \"" + collection + "\""), Destroy: true},
			)
		})
	}
}

// TestAccAPIKeyResource_lostCreate loses the response of one create of five. The error names that key, which is left
// alone: it may be another user's. The next apply creates another one.
func TestAccAPIKeyResource_lostCreate(t *testing.T) {
	t.Parallel()
	for _, fault := range acctest.LostResponses {
		t.Run(acctest.FaultName(fault), func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			other := s.issue(h2ogptesim.Key{UserName: "alice", Name: "ci-0"})
			d := s.Driver(`
resource "egs_h2ogpte_api_key" "test" {
  count    = 5
  username = "alice"
  name     = "ci-${count.index}"
}`)
			s.fault(acctest.FaultsAt(fault, createKey)...)
			told := d.Fails(d.Apply(driver.Options{}))
			named := regexp.MustCompile(`(?s)An h2oGPTe API key may have been created.*"ci-\d" of "alice", asked for at ` +
				`2026-11-21T12:00:00Z.*\n\s*- ([0-9a-f-]{36})\n.*egs_deactivate_h2ogpte_api_keys`).FindStringSubmatch(told)
			if named == nil || s.Secret(named[1]) == "" {
				t.Fatalf("got %s, which names %v", told, named)
			}
			if got := len(s.Keys()) - len(s.foreign); got != 5 {
				t.Errorf("%d keys exist, want 5", got)
			}
			s.foreign[named[1]] = true
			d.Must(d.Apply(driver.Options{}))
			if got := len(s.Keys()) - len(s.foreign); got != 5 {
				t.Errorf("%d keys exist, want 5", got)
			}
			saved := d.State().Values.RootModule.Resources
			for _, key := range saved {
				id, _ := key.AttributeValues["id"].(string)
				if secret := s.Secret(id); secret == "" || secret != key.AttributeValues["secret_key"] {
					t.Errorf("the secret of %s in the state is not that of the key %s", key.Address, id)
				}
			}
			if s.Secret(other) == "" || len(saved) != 5 {
				t.Errorf("%d keys are in the state, and the key of another user is %q", len(saved), s.Secret(other))
			}
			if n := s.requests(http.MethodPost, keysPath); n != 6 {
				t.Errorf("%d creates, want 5, and 1 of the second apply", n)
			}
		})
	}
}

// TestAccAPIKeyResource_absenceNeedsProof has refreshes fail in every way: the key stays
// in the state.
func TestAccAPIKeyResource_absenceNeedsProof(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulation.Fault{
		"401":       {Kind: simulation.FaultStatus, Status: 401},
		"403":       {Kind: simulation.FaultStatus, Status: 403},
		"404":       {Kind: simulation.FaultStatus, Status: 404},
		"500":       {Kind: simulation.FaultStatus, Status: 500},
		"HTML":      {Kind: simulation.FaultHTML, Status: 200},
		"HTML 404":  {Kind: simulation.FaultHTML, Status: 404},
		"redirect":  {Kind: simulation.FaultRedirect, Location: "https://elsewhere.example/"},
		"empty":     {Kind: simulation.FaultEmpty},
		"truncated": {Kind: simulation.FaultTruncate},
		"dropped":   {Kind: simulation.FaultDropBefore},
		"null":      {Kind: simulation.FaultStatus, Status: 200, Body: `null`},
		"an object": {Kind: simulation.FaultStatus, Status: 200, Body: `{"api_keys":[]}`},
		"odd entry": {Kind: simulation.FaultStatus, Status: 200, Body: `[{"id":7}]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fault.Method, fault.Path, fault.Times = http.MethodGet, keysPath, 100
			s := simulate(t, h2ogptesim.Options{})
			s.Run(
				resource.TestStep{Config: aliceKey("")},
				resource.TestStep{
					PreConfig:   func() { s.fault(fault) },
					Config:      aliceKey(""),
					ExpectError: regexp.MustCompile(`(?s)Unable to read h2oGPTe API key.*"ci" of "alice"`),
				},
				resource.TestStep{
					PreConfig:        func() { s.fault() },
					Config:           aliceKey(""),
					ConfigPlanChecks: expectEmptyPlan(),
				},
			)
		})
	}
}

// TestAccAPIKeyResource_pageThatFails has the second of three pages fail: that proves
// nothing.
func TestAccAPIKeyResource_pageThatFails(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{Keys: 250, Order: h2ogptesim.OrderOldestFirst})
	s.Run(
		resource.TestStep{Config: aliceKey("")},
		resource.TestStep{
			PreConfig: func() {
				s.fault(
					simulation.Fault{Method: http.MethodGet, Path: keysPath, Kind: simulation.FaultDelay, DelayMS: 1},
					simulation.Fault{Method: http.MethodGet, Path: keysPath, Kind: simulation.FaultStatus, Status: 403, Times: 100},
				)
			},
			Config:      aliceKey(""),
			ExpectError: regexp.MustCompile(`Unable to read h2oGPTe API key`),
		},
		resource.TestStep{
			PreConfig:        func() { s.fault() },
			Config:           aliceKey(""),
			ConfigPlanChecks: expectEmptyPlan(),
		},
	)
}

// TestAccAPIKeyResource_adviceNamesTheSettings checks that errors name the settings of
// h2oGPTe, not those of EGS.
func TestAccAPIKeyResource_adviceNamesTheSettings(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	good := s.Environment["H2OGPTE_ENDPOINT"]
	for name, test := range map[string]struct{ endpoint, key, want string }{
		"bad key":       {good, "sk-nobody", `(?s)HTTP 401.*h2ogpte\.api_key`},
		"wrong path":    {strings.TrimSuffix(good, "/v1"), s.AdminKey(), `(?s)HTTP 404`},
		"nobody there":  {"http://127.0.0.1:1/api/v1", s.AdminKey(), `(?s)h2ogpte\.endpoint`},
		"another thing": {strings.TrimSuffix(good, "/api/v1") + "/_sim/clock", s.AdminKey(), `(?s)h2oGPTe`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tf := acctest.Terraform{T: t, Clock: s.Clock, Environment: map[string]string{
				"H2OGPTE_ENDPOINT": test.endpoint, "H2OGPTE_API_KEY": test.key,
			}}
			tf.Run(resource.TestStep{Config: `data "egs_h2ogpte_users" "test" {}`, ExpectError: regexp.MustCompile(test.want)})
		})
	}
}
