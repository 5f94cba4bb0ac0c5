// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestAccAPIKeyResource_refusedByTheSite(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{MaxExpiryDays: 90})
	const refused = `(?s).*API key "ci"\s+of\s+"alice".*HTTP 400.*expires_in\s+must\s+not\s+exceed\s+90\s+days`
	s.Run(
		suite.Step(aliceKey("expires_in_days = 91"), suite.Fails(`Unable to create h2oGPTe API key`+refused)),
		suite.Step(aliceKey("expires_in_days = 90")),
		suite.Step(aliceKey("expires_in_days = 91"), suite.Fails(`Unable to update h2oGPTe API key`+refused)),
		suite.Step(aliceKey(""), suite.Fails(`Unable to update h2oGPTe API key.*have\s+to\s+expire`)),
		suite.Step(aliceKey("expires_in_days = 90"), suite.Unchanged),
	)
}

func TestAccAPIKeyResource_olderServiceWithoutInactivityIntervals(t *testing.T) {
	t.Parallel()
	for name, refuses := range map[string]bool{"ignores it": false, "refuses it": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{NoInactivityInterval: true, RefuseUnknownMembers: refuses})
			want := suite.Fails(`inactivity.*not\s+support\s+inactivity\s+intervals.*upgrade`)
			s.Run(
				suite.Step(aliceKey("inactivity_interval_days = 7"), want),
				suite.Step(aliceKey(""), suite.Before(s.WantDestroyed)),
				suite.Step(aliceKey("inactivity_interval_days = 7"), want),
				suite.Step(aliceKey(""), suite.Unchanged),
			)
		})
	}
}

// TestAccAPIKeyResource_partialUpdate makes one of several changes of an update fail. The state keeps the changes that were
// made before the failed change.
func TestAccAPIKeyResource_partialUpdate(t *testing.T) {
	t.Parallel()
	changes := func(expiry, newExpiry, interval, newInterval string) suite.Option {
		return suite.All(testKey.Changes("expires_in_days", expiry, newExpiry),
			testKey.Changes("inactivity_interval_days", interval, newInterval), testKey.Changes("active", "true", "false"))
	}
	const all = "expires_in_days = 60\n  inactivity_interval_days = 7\n  active = false"
	for name, test := range map[string]struct {
		request string
		plan    suite.Option
	}{
		"the first":  {setExpiry, changes("30", "60", "<nil>", "7")},
		"the second": {setInactivity, changes("60", "60", "<nil>", "7")},
		"the last":   {deactivateKey, changes("60", "60", "7", "7")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			s.Run(
				suite.Step(aliceKey("expires_in_days = 30")),
				suite.Step(aliceKey(all), s.Failing(suite.Status(400), test.request), suite.Fails(`Unable to update h2oGPTe API key.*400`)),
				suite.Step(aliceKey(all), s.Failing(simulation.Fault{}), testKey.Updates, test.plan, suite.Check(s.holdsSecret)),
			)
		})
	}
}

// TestAccAPIKeyResource_pageThatFails makes the second of three pages fail. The refresh fails, and keeps the key in the state.
func TestAccAPIKeyResource_pageThatFails(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{Keys: 250, Order: h2ogptesim.OrderOldestFirst})
	s.Run(
		suite.Step(aliceKey("")),
		suite.Step(aliceKey(""), suite.Before(func() {
			s.Fail(
				simulation.Fault{Path: "/api/v1/admin/api_keys", Kind: simulation.FaultDelay, DelayMS: 1},
				simulation.Fault{Path: "/api/v1/admin/api_keys", Kind: simulation.FaultStatus, Status: 403, Times: 100},
			)
		}), suite.Fails(`Unable to read h2oGPTe API key`)),
		suite.Step(aliceKey(""), s.Failing(simulation.Fault{}), suite.Unchanged),
	)
}

// TestAccAPIKeyResource_adviceNamesTheSettings checks that errors name the settings of h2oGPTe, not the ones of EGS.
func TestAccAPIKeyResource_adviceNamesTheSettings(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ endpoint, key, want string }{
		{"/api/v1", "sk-nobody", `HTTP 401.*h2ogpte\.api_key`},
		{"/api", "", `HTTP 404`},
		{"/_sim/clock", "", `h2oGPTe`},
		{"http://127.0.0.1:1/api/v1", "", `h2ogpte\.endpoint`},
	} {
		s := simulate(t, h2ogptesim.Options{})
		if s.Environment["H2OGPTE_ENDPOINT"] = test.endpoint; test.endpoint[0] == '/' {
			s.Environment["H2OGPTE_ENDPOINT"] = strings.TrimSuffix(s.URL, "/api/v1") + test.endpoint
		}
		s.Environment["H2OGPTE_API_KEY"] = cmp.Or(test.key, s.AdminKey())
		s.Run(suite.Step(`data "egs_h2ogpte_users" "test" {}`, suite.Fails(test.want)))
	}
}

func TestAccAPIKeyResource_notConfigured(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config, set, want string
	}{
		"no endpoint at plan":      {aliceKey(""), "H2OGPTE_API_KEY", `(?s)h2ogpte\.endpoint.*H2OGPTE_ENDPOINT`},
		"no key at plan":           {aliceKey(""), "H2OGPTE_ENDPOINT", `(?s)h2ogpte\.api_key.*H2OGPTE_API_KEY`},
		"data source, no endpoint": {`data "egs_h2ogpte_users" "test" {}`, "H2OGPTE_API_KEY", `(?s)h2ogpte\.endpoint.*H2OGPTE_ENDPOINT`},
		"data source, no key":      {`data "egs_h2ogpte_api_keys" "test" {}`, "H2OGPTE_ENDPOINT", `(?s)h2ogpte\.api_key.*H2OGPTE_API_KEY`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			s.Environment = map[string]string{test.set: s.Environment[test.set]}
			s.Run(suite.Step(test.config, suite.FailsPlan(test.want)))
		})
	}
}

func TestAccAPIKeyResource_unknownSettings(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	endpoint := s.Environment["H2OGPTE_ENDPOINT"]
	s.Environment = map[string]string{}
	s.Run(suite.Step(fmt.Sprintf(`
resource "terraform_data" "site" {
  input = { endpoint = %q, api_key = %q }
}
provider "egs" {
  h2ogpte = {
    endpoint = terraform_data.site.output.endpoint
    api_key  = terraform_data.site.output.api_key
  }
}`, endpoint, s.AdminKey())+aliceKey(""), suite.Check(s.holdsSecret)))
}
