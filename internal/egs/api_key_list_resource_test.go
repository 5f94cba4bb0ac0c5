// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const testList = "egs_api_key.test"

// query is the configuration of a list with arguments and filters.
func query(arguments, filters string) string {
	return fmt.Sprintf(`
provider "egs" {}
list "egs_api_key" "test" {
  provider = egs
  %s
  config {
    %s
  }
}`, arguments, filters)
}

// queries runs lists one after the other, after a step that Terraform needs.
func (c *controller) queries(steps ...resource.TestStep) {
	c.T.Helper()
	c.RunFrom(tfversion.Version1_14_0,
		append([]resource.TestStep{{Config: "data \"egs_api_keys\" \"all\" {}"}}, steps...)...)
}

func TestAccAPIKeyListResource_filters(t *testing.T) {
	t.Parallel()
	forEachDialect(t, egssim.Options{}, func(_ *testing.T, c *controller) {
		c.populate()
		c.issue(egssim.Key{Name: "old", Role: "Owner", UserName: "grace", Validity: "2026-11-20"})
		c.issue(egssim.Key{Name: "soon", Role: "Owner", UserName: "grace", Validity: "2026-12-01"})
		var steps []resource.TestStep
		for filters, want := range map[string]int{
			``:                          7,
			`workspace_name = "red"`:    3,
			`role = "Editor"`:           2,
			`user_name = "GRACE"`:       5,
			`name = "a"`:                2,
			`expired = true`:            1,
			`expired = false`:           6,
			`expiring_within_days = 9`:  0,
			`expiring_within_days = 10`: 1,
			"workspace_name = \"red\"\nuser_name = \"grace\"\nrole=\"Editor\"": 1,
		} {
			steps = append(steps, resource.TestStep{
				Query:             true,
				Config:            query("", filters),
				QueryResultChecks: []querycheck.QueryResultCheck{querycheck.ExpectLength(testList, want)},
			})
		}
		c.queries(steps...)
	})
}

func TestAccAPIKeyListResource_results(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	id, _ := c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "admin", Validity: "2027-03-31"})
	this := queryfilter.ByResourceIdentity(map[string]knownvalue.Check{"id": knownvalue.StringExact(id)})
	c.queries(
		resource.TestStep{
			Query:  true,
			Config: query("include_resource = true", ""),
			QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectIdentity(testList, map[string]knownvalue.Check{"id": knownvalue.StringExact(id)}),
				querycheck.ExpectResourceDisplayName(testList, this,
					knownvalue.StringExact("ci (Viewer of workspace red, user Admin, valid until 2027-03-31)")),
				querycheck.ExpectResourceKnownValues(testList, this, []querycheck.KnownValueCheck{
					{Path: tfjsonpath.New("name"), KnownValue: knownvalue.StringExact("ci")},
					{Path: tfjsonpath.New("workspace_name"), KnownValue: knownvalue.StringExact("red")},
					{Path: tfjsonpath.New("valid_until"), KnownValue: knownvalue.StringExact("2027-03-31")},
					{Path: tfjsonpath.New("api_key"), KnownValue: knownvalue.Null()},
				}),
			},
		},
	)
}

func TestAccAPIKeyListResource_limit(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{Keys: 250})
	c.ResetJournal()
	c.queries(
		resource.TestStep{
			Query: true, Config: query("limit = 7", ""),
			QueryResultChecks: []querycheck.QueryResultCheck{querycheck.ExpectLength(testList, 7)},
		},
		resource.TestStep{
			Query: true, Config: query("limit = 1000", ""),
			QueryResultChecks: []querycheck.QueryResultCheck{querycheck.ExpectLength(testList, 251)},
		},
	)
}

func TestAccAPIKeyListResource_errors(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.RunFrom(tfversion.Version1_14_0,
		resource.TestStep{Config: "data \"egs_api_keys\" \"all\" {}"},
		resource.TestStep{
			Query:       true,
			Config:      query("", `role = "owner"`),
			ExpectError: regexp.MustCompile(`(?s)role.*Owner`),
		},
		resource.TestStep{
			PreConfig: func() {
				c.fault(simulation.Fault{Method: "GET", Kind: simulation.FaultStatus, Status: 403, Times: 9})
			},
			Query:       true,
			Config:      query("", ""),
			ExpectError: regexp.MustCompile(`(?s)Unable to list EGS API keys.*403`),
		},
	)
}
