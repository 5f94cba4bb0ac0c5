// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const testList = "egs_h2ogpte_api_key.test"

// query is the configuration of a list with arguments and filters.
func query(arguments, filters string) string {
	return fmt.Sprintf(`
provider "egs" {}
list "egs_h2ogpte_api_key" "test" {
  provider = egs
  %s
  config {
    %s
  }
}`, arguments, filters)
}

// queries runs lists one after the other, after a step that Terraform needs.
func (s *service) queries(steps ...resource.TestStep) {
	s.T.Helper()
	s.RunFrom(tfversion.Version1_14_0,
		append([]resource.TestStep{{Config: "data \"egs_h2ogpte_users\" \"all\" {}"}}, steps...)...)
}

func TestAccAPIKeyListResource_filters(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	s.populate()
	old, soon := s.Clock.Now().Add(-day), s.Clock.Now().Add(10*day)
	s.issue(h2ogptesim.Key{UserName: "bob", Name: "old", ExpiresAt: &old})
	s.issue(h2ogptesim.Key{UserName: "bob", Name: "soon", ExpiresAt: &soon, CollectionID: collection})
	var steps []resource.TestStep
	for filters, want := range map[string]int{
		``:                          7,
		`username = "bob"`:          3,
		`username = "lice"`:         0,
		`name = "a"`:                2,
		`active = true`:             5,
		`active = false`:            2,
		`expired = true`:            1,
		`expired = false`:           6,
		`expiring_within_days = 9`:  0,
		`expiring_within_days = 10`: 1,
		fmt.Sprintf("collection_id = %q", collection): 1,
		"username = \"alice\"\nactive = true":         1,
	} {
		steps = append(steps, resource.TestStep{
			Query:             true,
			Config:            query("", filters),
			QueryResultChecks: []querycheck.QueryResultCheck{querycheck.ExpectLength(testList, want)},
		})
	}
	s.queries(steps...)
}

func TestAccAPIKeyListResource_results(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	end := s.Clock.Now().Add(30 * day)
	id := s.issue(h2ogptesim.Key{
		UserName: "alice", Name: "ci", CollectionID: collection, CollectionName: "papers", ExpiresAt: &end, Inactive: true,
	})
	this := queryfilter.ByResourceIdentity(map[string]knownvalue.Check{"id": knownvalue.StringExact(id)})
	s.queries(
		resource.TestStep{
			Query:  true,
			Config: query("include_resource = true", ""),
			QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectIdentity(testList, map[string]knownvalue.Check{"id": knownvalue.StringExact(id)}),
				querycheck.ExpectResourceDisplayName(testList, this,
					knownvalue.StringExact("ci (user alice, collection papers, expires at 2026-12-21T12:00:00Z, not active)")),
				querycheck.ExpectResourceKnownValues(testList, this, []querycheck.KnownValueCheck{
					{Path: tfjsonpath.New("username"), KnownValue: knownvalue.StringExact("alice")},
					{Path: tfjsonpath.New("user_id"), KnownValue: knownvalue.Null()},
					{Path: tfjsonpath.New("name"), KnownValue: knownvalue.StringExact("ci")},
					{Path: tfjsonpath.New("expires_in_days"), KnownValue: knownvalue.Int64Exact(30)},
					{Path: tfjsonpath.New("active"), KnownValue: knownvalue.Bool(false)},
					{Path: tfjsonpath.New("secret_key"), KnownValue: knownvalue.Null()},
				}),
			},
		},
	)
}

func TestAccAPIKeyListResource_limit(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{Keys: 250})
	s.queries(
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
	s := simulate(t, h2ogptesim.Options{})
	s.queries(
		resource.TestStep{
			Query:       true,
			Config:      query("", `expiring_within_days = -1`),
			ExpectError: regexp.MustCompile(`(?s)expiring_within_days.*at least 0`),
		},
		resource.TestStep{
			PreConfig: func() {
				s.fault(simulation.Fault{Method: http.MethodGet, Kind: simulation.FaultStatus, Status: 403, Times: 9})
			},
			Query:       true,
			Config:      query("", ""),
			ExpectError: regexp.MustCompile(`(?s)Unable to list h2oGPTe API keys.*403`),
		},
	)
}
