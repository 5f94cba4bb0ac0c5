// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestAccProvider_errorsAPersonCanActOn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arrange func(*controller)
		want    string
	}{
		"wrong endpoint": {
			func(c *controller) { c.Environment["EGS_ENDPOINT"] = c.url + "/elsewhere" },
			`(?s)404.*Check\s+the\s+provider's\s+endpoint`,
		},
		"nobody listens": {
			func(c *controller) { c.Environment["EGS_ENDPOINT"] = "http://127.0.0.1:1" },
			`(?s)no\s+answer.*after\s+5\s+attempts.*Check\s+the\s+provider's\s+endpoint`,
		},
		"unknown key": {
			func(c *controller) { c.Environment["EGS_API_KEY"] = "45338461-ec42-49d2-aef3-ff39099950c5" },
			`(?s)401.*Unauthenticated.*does\s+not\s+accept\s+the\s+provider's\s+credentials`,
		},
		"malformed key": {
			func(c *controller) { c.Environment["EGS_API_KEY"] = "letmein" },
			`(?s)400.*Api\s+Key\s+Configuration\s+is\s+invalid`,
		},
		"expired key": {
			func(c *controller) {
				_, c.Environment["EGS_API_KEY"] = c.issue(egssim.Key{Name: "old", Role: "Owner", Validity: "2026-11-01"})
			},
			`(?s)401.*Api\s+Key\s+has\s+expired`,
		},
		"stale access token": {
			func(c *controller) {
				delete(c.Environment, "EGS_API_KEY")
				c.Environment["EGS_ACCESS_TOKEN"] = "stale"
			},
			`(?s)401.*does\s+not\s+accept\s+the\s+provider's\s+credentials`,
		},
		"Viewer credentials": {
			func(c *controller) {
				_, c.Environment["EGS_API_KEY"] = c.issue(egssim.Key{Name: "viewer", Role: "Viewer", WorkspaceName: "red", Validity: "2030-01-01"})
			},
			`(?s)Unable to create EGS API key.*"ci" of workspace "red".*403.*wider\s+role`,
		},
		"HTML page": {
			func(c *controller) { c.fault(simulation.Fault{Kind: simulation.FaultHTML, Times: 50}) },
			`(?s)502.*HTML\s+page.*Check\s+the\s+provider's\s+endpoint`,
		},
		"HTML page with status 200": {
			func(c *controller) {
				c.fault(simulation.Fault{Kind: simulation.FaultHTML, Status: http.StatusOK, Times: 50})
			},
			`(?s)200.*HTML\s+page.*Check\s+the\s+provider's\s+endpoint`,
		},
		"redirect": {
			func(c *controller) {
				c.fault(simulation.Fault{Kind: simulation.FaultRedirect, Location: "https://sso.example.com/login?return=x", Times: 50})
			},
			`(?s)redirects\s+to\s+https://sso.example.com,.*Check\s+the\s+provider's\s+endpoint`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			test.arrange(c)
			c.Run(resource.TestStep{Config: viewerKey(""), ExpectError: regexp.MustCompile(test.want)})
		})
	}
}

func TestAccProvider_accessToken(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	delete(c.Environment, "EGS_API_KEY")
	c.Environment["EGS_ACCESS_TOKEN"] = c.Token(c.OwnerKey())
	c.ResetJournal()
	c.Run(
		resource.TestStep{Config: viewerKey("")},
		resource.TestStep{Config: viewerKey(""), ConfigPlanChecks: expectEmptyPlan()},
	)
	if n := c.requests(http.MethodPost, "/api/v1/auth"); n != 0 {
		t.Errorf("the access token was exchanged %d times, want it used as it is", n)
	}
}

func TestAccProvider_tokenExpiresInMidRun(t *testing.T) {
	t.Parallel()
	forEachDialect(t, egssim.Options{}, func(_ *testing.T, c *controller) {
		c.Run(resource.TestStep{
			PreConfig: func() {
				c.fault(simulation.Fault{Method: http.MethodPost, Path: "/api/v1/api-key", Kind: simulation.FaultExpireToken})
			},
			Config: viewerKey(""),
		})
	})
}

func TestAccProvider_endpointThatIsNotKnownYet(t *testing.T) {
	t.Parallel()
	provider := func(c *controller) string {
		return fmt.Sprintf(`
resource "terraform_data" "controller" {
  input = %q
}
provider "egs" {
  endpoint = terraform_data.controller.output
}`, c.url)
	}
	t.Run("does not fail a plan that does not need it", func(t *testing.T) {
		t.Parallel()
		c := simulate(t, egssim.Options{})
		c.Run(resource.TestStep{Config: provider(c) + viewerKey("")})
	})
	t.Run("fails a plan that needs it, and says what to do", func(t *testing.T) {
		t.Parallel()
		c := simulate(t, egssim.Options{})
		c.Run(
			resource.TestStep{Config: viewerKey("")},
			resource.TestStep{
				Config:      provider(c) + viewerKey(""),
				ExpectError: regexp.MustCompile(`(?s)Unknown provider configuration.*endpoint.*EGS_ENDPOINT`),
			},
			resource.TestStep{
				Config:           viewerKey(""),
				ConfigPlanChecks: expectEmptyPlan(),
			},
		)
	})
}

func TestAccProvider_pathPrefixIsKept(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.servePrefixed("/tools/egs")
	c.Run(resource.TestStep{
		Config:            viewerKey(""),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectSensitiveValue(testKey, tfjsonpath.New("api_key"))},
	})
}
