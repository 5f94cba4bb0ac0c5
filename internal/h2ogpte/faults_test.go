// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

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
	for _, fault := range []simulation.Fault{
		{Kind: simulation.FaultDropBefore},
		{Kind: simulation.FaultDropAfterCommit},
		{Kind: simulation.FaultCommitLate},
		{Kind: simulation.FaultTruncate},
		{Kind: simulation.FaultHTML},
		{Kind: simulation.FaultDelay, DelayMS: 5},
		{Kind: simulation.FaultStatus, Status: http.StatusTooManyRequests},
		{Kind: simulation.FaultStatus, Status: http.StatusInternalServerError},
		{Kind: simulation.FaultStatus, Status: http.StatusGatewayTimeout},
	} {
		t.Run(fmt.Sprintf("%s %d", fault.Kind, fault.Status), func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			everywhere := func() {
				var all []simulation.Fault
				for _, target := range []struct{ method, path string }{
					{http.MethodGet, usersPath},
					{http.MethodGet, keysPath},
					{http.MethodPost, keysPath},
					{http.MethodPatch, expirePath},
					{http.MethodPatch, inactivityPath},
					{http.MethodDelete, keyPath},
				} {
					fault.Method, fault.Path = target.method, target.path
					all = append(all, fault)
				}
				s.fault(all...)
			}
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

// TestAccAPIKeyResource_lostCreate loses the answer of creates, whose secrets nobody can
// have any more: the stray keys are deleted, and others made.
func TestAccAPIKeyResource_lostCreate(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	other := s.issue(h2ogptesim.Key{UserName: "alice", Name: "ci-0"})
	s.Run(resource.TestStep{
		PreConfig: func() {
			// No more than one create may lose: which of them do is a matter of chance, and the third loss is an error.
			s.fault(simulation.Fault{Method: http.MethodPost, Path: keysPath, Kind: simulation.FaultDropAfterCommit, Times: 2})
		},
		Config: `
resource "egs_h2ogpte_api_key" "test" {
  count    = 5
  username = "alice"
  name     = "ci-${count.index}"
}`,
		Check: func(state *terraform.State) error {
			if got := len(s.Keys()) - len(s.foreign); got != 5 {
				return fmt.Errorf("%d keys live, want 5", got)
			}
			for i := range 5 {
				attributes := state.RootModule().Resources[fmt.Sprintf("%s.%d", testKey, i)].Primary.Attributes
				if secret := s.Secret(attributes["id"]); secret == "" || secret != attributes["secret_key"] {
					return fmt.Errorf("the secret of ci-%d in the state is not that of the key %s", i, attributes["id"])
				}
			}
			if s.Secret(other) == "" {
				return fmt.Errorf("the key %s of somebody else was deleted", other)
			}
			return nil
		},
	})
	if n := s.requests(http.MethodPost, keysPath); n != 7 {
		t.Errorf("%d creates, want 5, and 2 that are made anew", n)
	}
}

func TestAccAPIKeyResource_uncertainCreate(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	s.beforeCreate = func(n int32) {
		if n == 1 {
			s.fault(
				simulation.Fault{Method: http.MethodPost, Path: keysPath, Kind: simulation.FaultDropAfterCommit},
				simulation.Fault{Method: http.MethodDelete, Kind: simulation.FaultStatus, Status: http.StatusForbidden, Times: 100},
			)
		}
	}
	s.Run(resource.TestStep{
		Config: aliceKey(""),
		ExpectError: regexp.MustCompile(`(?s)An h2oGPTe API key may have been created.*"ci"\s+of\s+"alice",\s+asked\s+for\s+at\s+` +
			`2026-11-21T12:00:00Z.*- [0-9a-f-]{36}.*egs_deactivate_h2ogpte_api_keys`),
	}, resource.TestStep{
		PreConfig: func() {
			s.fault()
			s.foreign[s.managed("ci").ID] = true
		},
		Config: `data "egs_h2ogpte_users" "test" {}`,
	})
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

// TestAccAPIKeyResource_madeTwiceWarning has the service carry a create out after it was
// sent again.
func TestAccAPIKeyResource_madeTwiceWarning(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	d := s.Driver(aliceKey(""))
	// After four looks for it, of two requests each: the second proves that nothing follows.
	s.fault(simulation.Fault{Method: http.MethodPost, Path: keysPath, Kind: simulation.FaultCommitLate, Requests: 8})

	text := d.Must(d.Apply(driver.Options{})).Text()
	acctest.WantText(t, text, "Warning: An h2oGPTe API key may have been created twice", 1)
	managed := d.State().Values.RootModule.Resources[0].AttributeValues["id"]
	for _, key := range s.Keys() {
		if s.foreign[key.ID] || key.ID == managed {
			continue
		}
		acctest.WantText(t, text, "- "+key.ID, 1)
		return
	}
	t.Error("no key was made late")
}
