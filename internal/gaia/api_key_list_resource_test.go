// SPDX-License-Identifier: MPL-2.0

package gaia_test

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

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const testList = "egs_gaia_api_key.test"

// query is a step with a list of arguments and filters.
func query(arguments, filters string, checks ...querycheck.QueryResultCheck) resource.TestStep {
	return resource.TestStep{
		Query: true,
		Config: fmt.Sprintf(`
provider "egs" {}
list "egs_gaia_api_key" "test" {
  provider = egs
  %s
  config {
    %s
  }
}`, arguments, filters),
		QueryResultChecks: checks,
	}
}

func TestAccAPIKeyListResource(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{Keys: 120})
	id, _ := s.issue(gaiasim.Key{Permissions: "admin", Config: map[string]any{"a": 1}})
	this := queryfilter.ByResourceIdentity(map[string]knownvalue.Check{"id": knownvalue.StringExact(id)})
	failing := query("", "")
	failing.PreConfig = func() {
		s.fault(simulation.Fault{Method: "GET", Kind: simulation.FaultStatus, Status: 403, Times: 9})
	}
	failing.ExpectError = regexp.MustCompile(`(?s)Unable to list Search GAIA API keys.*403`)
	s.RunFrom(tfversion.Version1_14_0,
		// A step that Terraform needs.
		resource.TestStep{Config: keys("")},
		query("limit = 1000", "", querycheck.ExpectLength(testList, 122)),
		query("limit = 7", "", querycheck.ExpectLength(testList, 7)),
		query("limit = 1000", `permissions = "read"`, querycheck.ExpectLength(testList, 60)),
		query("limit = 1000\n  include_resource = true", `permissions = "admin"`,
			querycheck.ExpectLength(testList, 1),
			querycheck.ExpectIdentity(testList, map[string]knownvalue.Check{"id": knownvalue.StringExact(id)}),
			querycheck.ExpectResourceDisplayName(testList, this, knownvalue.StringExact(id[:12]+"… (admin)")),
			querycheck.ExpectResourceKnownValues(testList, this, []querycheck.KnownValueCheck{
				{Path: tfjsonpath.New("permissions"), KnownValue: knownvalue.StringExact("admin")},
				{Path: tfjsonpath.New("config"), KnownValue: knownvalue.StringExact(`{"a":1}`)},
				{Path: tfjsonpath.New("api_key"), KnownValue: knownvalue.Null()},
			}),
		),
		failing,
	)
}
