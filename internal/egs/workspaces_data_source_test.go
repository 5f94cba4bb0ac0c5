// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// listUnreadable is a list of which one entry cannot be read.
const listUnreadable = `{"statusCode":200,"status":"OK","message":"Success","error":null,"data":{"workspaces":[
	{"name":7},
	{"name":"red","overlayNetworkDeploymentMode":"no-network","maxClusters":16,"sliceDescription":"","clusters":["worker-1"],"namespaces":[]}]}}`

func TestAccWorkspaceDataSources(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.addTeamA("worker-2")
	names := func(list string, want ...string) statecheck.StateCheck {
		checks := make([]knownvalue.Check, len(want))
		for i, name := range want {
			checks[i] = knownvalue.ObjectPartial(map[string]knownvalue.Check{"name": knownvalue.StringExact(name)})
		}
		return statecheck.ExpectKnownValue("data.egs_workspaces."+list, tfjsonpath.New("workspaces"), knownvalue.ListExact(checks))
	}
	c.Run(
		resource.TestStep{
			Config: `
data "egs_workspaces" "all" {}
data "egs_workspaces" "one" {
  cluster = "worker-1"
}
data "egs_workspaces" "none" {
  cluster = "worker-9"
}
data "egs_workspace" "test" {
  name = "team-a"
}`,
			ConfigStateChecks: []statecheck.StateCheck{
				names("all", "blue", "green", "red", "team-a"),
				names("one", "blue", "green", "red"),
				names("none"),
				statecheck.ExpectKnownValue("data.egs_workspace.test", tfjsonpath.New("namespaces"), texts("a-training", "a-serving")),
				statecheck.ExpectKnownValue("data.egs_workspace.test", tfjsonpath.New("max_clusters"), knownvalue.Int64Exact(16)),
			},
		},
		resource.TestStep{
			Config:      "data \"egs_workspace\" \"test\" {\n  name = \"nobody\"\n}",
			ExpectError: regexp.MustCompile(`(?s)Unable to find EGS workspace.*nobody`),
		},
	)
}

func TestAccWorkspaceDataSources_unreadableEntries(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Driver("data \"egs_workspaces\" \"all\" {}\noutput \"names\" {\n  value = join(\" \", data.egs_workspaces.all.workspaces[*].name)\n}")
	c.fault(simulation.Fault{Method: "GET", Path: "/api/v1/slice-workspace/list", Kind: simulation.FaultStatus, Status: 200, Body: listUnreadable, Times: 99})
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "1 entries of the service's list could not be read", 1)
	if got := d.State().Values.Outputs["names"].Value; got != "red" {
		t.Errorf("got the workspaces %v, want what could be read", got)
	}
}

func TestAccWorkspaceListResource(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.addTeamA("worker-2")
	const address = "egs_workspace.test"
	list := func(arguments, filters string) string {
		return strings.ReplaceAll(query(arguments, filters), "egs_api_key", "egs_workspace")
	}
	this := queryfilter.ByResourceIdentity(map[string]knownvalue.Check{"name": knownvalue.StringExact("team-a")})
	length := func(arguments, filters string, want int) resource.TestStep {
		return resource.TestStep{
			Query:             true,
			Config:            list(arguments, filters),
			QueryResultChecks: []querycheck.QueryResultCheck{querycheck.ExpectLength(address, want)},
		}
	}
	c.queries(
		length("", "", 4),
		length("limit = 2", "", 2),
		length("", `cluster = "worker-1"`, 3),
		length("", `cluster = "worker-9"`, 0),
		resource.TestStep{
			Query:  true,
			Config: list("include_resource = true", ""),
			QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectIdentity(address, map[string]knownvalue.Check{"name": knownvalue.StringExact("team-a")}),
				querycheck.ExpectResourceDisplayName(address, this, knownvalue.StringExact("team-a (clusters worker-2)")),
				querycheck.ExpectResourceKnownValues(address, this, []querycheck.KnownValueCheck{
					{Path: tfjsonpath.New("clusters"), KnownValue: texts("worker-2")},
					{Path: tfjsonpath.New("namespaces"), KnownValue: texts("a-serving", "a-training")},
					{Path: tfjsonpath.New("username"), KnownValue: knownvalue.Null()},
				}),
			},
		},
		resource.TestStep{
			PreConfig: func() {
				c.fault(simulation.Fault{Method: "GET", Kind: simulation.FaultStatus, Status: 403, Times: 9})
			},
			Query:       true,
			Config:      list("", ""),
			ExpectError: regexp.MustCompile(`(?s)Unable to list EGS workspaces.*403`),
		},
	)
}
