// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestAccProvider_actionableErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arrange func(*controller)
		want    string
	}{
		"wrong endpoint": {
			func(c *controller) { c.Environment["EGS_ENDPOINT"] = c.URL + "/wrong" },
			`404.*Check\s+the\s+provider's\s+endpoint`,
		},
		"unknown key": {
			func(c *controller) { c.Environment["EGS_API_KEY"] = "45338461-ec42-49d2-aef3-ff39099950c5" },
			`401.*Unauthenticated.*does\s+not\s+accept\s+the\s+provider's\s+credentials`,
		},
		"mistyped key": {
			func(c *controller) { c.Environment["EGS_API_KEY"] = "letmein" },
			`401.*Unauthenticated.*does\s+not\s+accept\s+the\s+provider's\s+credentials`,
		},
		"mistyped key as malformed": {
			func(c *controller) {
				c.Use(simulate(c.T, egssim.Options{MistypedAsMalformed: true}).Service)
				c.Environment["EGS_API_KEY"] = "letmein"
			},
			`400.*Api\s+Key\s+Configuration\s+is\s+invalid`,
		},
		"stale access token": {
			func(c *controller) {
				delete(c.Environment, "EGS_API_KEY")
				c.Environment["EGS_ACCESS_TOKEN"] = "stale"
			},
			`401.*does\s+not\s+accept\s+the\s+provider's\s+credentials`,
		},
		"Viewer credentials": {
			func(c *controller) {
				_, c.Environment["EGS_API_KEY"] = c.issue(egssim.Key{Name: "viewer", Role: "Viewer", WorkspaceName: "red", Validity: "2030-01-01"})
			},
			`Unable to create EGS API key.*"ci" of workspace "red".*403.*an\s+Editor\s+key\s+of\s+this\s+workspace`,
		},
		"redirect": {
			func(c *controller) {
				c.FailAt(simulation.Fault{Kind: simulation.FaultRedirect, Location: "https://sso.example.com/login?return=x", Times: 50}, logIn)
			},
			`redirects\s+to\s+https://sso.example.com,.*Check\s+the\s+provider's\s+endpoint`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			test.arrange(c)
			c.Run(suite.Step(viewerKey(""), suite.Fails(test.want)))
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
		suite.Step(viewerKey("")),
		suite.Step(viewerKey(""), suite.Unchanged),
	)
	if n := c.Requests(logIn); n != 0 {
		t.Errorf("the provider logged in %d times, want it to use the access token", n)
	}
}

func TestAccProvider_unknownEndpoint(t *testing.T) {
	t.Parallel()
	provider := func(c *controller) string {
		return fmt.Sprintf(`
resource "terraform_data" "controller" {
  input = %q
}
provider "egs" {
  endpoint = terraform_data.controller.output
}`, c.URL)
	}
	t.Run("create", func(t *testing.T) {
		t.Parallel()
		c := simulate(t, egssim.Options{})
		c.Run(suite.Step(provider(c) + viewerKey("")))
	})
	t.Run("refresh", func(t *testing.T) {
		t.Parallel()
		c := simulate(t, egssim.Options{})
		c.Run(
			suite.Step(viewerKey("")),
			suite.Step(provider(c)+viewerKey(""), suite.Fails(`Unknown provider configuration.*endpoint.*EGS_ENDPOINT`)),
			suite.Step(viewerKey(""), suite.Unchanged),
		)
	})
}

// TestAccAPIKeyResource_opaqueTokenOfAnotherWorkspace refreshes with an access token that does not name its workspace. The
// token has no permission to see one of the keys. The provider must not treat this key as deleted.
func TestAccAPIKeyResource_opaqueTokenOfAnotherWorkspace(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{OpaqueTokens: true})
	owners := strings.NewReplacer(`"test"`, `"owners"`, `"Viewer"`, `"Owner"`, `"ci"`, `"owners"`).Replace(viewerKey(""))
	d := c.Applied(viewerKey("") + owners)
	saved := suite.Saved(d, "egs_api_key", "id")
	delete(c.Environment, "EGS_API_KEY")
	for _, workspace := range []string{"blue", "red", "green"} {
		_, secret := c.issue(egssim.Key{Name: "editor", Role: "Editor", WorkspaceName: workspace, Validity: "2027-03-31"})
		c.Environment["EGS_ACCESS_TOKEN"] = c.Token(secret)
		output := d.Fails(d.Refresh())
		acctest.WantText(t, output, `Error: Unable to read EGS API key with egs_api_key.owners`, 1)
		if workspace != "red" {
			acctest.WantText(t, output, `Error: Unable to read EGS API key with egs_api_key.test`, 1)
		}
		apiKeys.WantKeys(t, d, saved...)
	}
	c.Environment["EGS_ACCESS_TOKEN"] = c.Token(c.OwnerKey())
	suite.WantEmptyPlan(t, d)
}
