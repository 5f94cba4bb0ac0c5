// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// kubeconfigOf is an ephemeral resource that requests the kubeconfig of the workspace egs_workspace.test.
const kubeconfigOf = `
ephemeral "egs_workspace_kubeconfig" "test" {
  workspace_name = egs_workspace.test.id
  cluster_name   = "worker-2"
}`

func TestAccWorkspaceKubeconfigEphemeral(t *testing.T) {
	t.Parallel()
	echo := "\n" + suite.Echo("egs_workspace_kubeconfig")
	part := func(name string, check func(string) bool) suite.Option {
		return suite.Resource("echo.test").Has("data."+name, knownvalue.StringFunc(func(s string) error {
			if !check(s) {
				return fmt.Errorf("%s has the wrong value", name)
			}
			return nil
		}))
	}
	c := simulateEmpty(t, egssim.Options{})
	c.Run(
		suite.Step(teamA("")+kubeconfigOf+echo,
			part("kubeconfig", func(s string) bool { return s == c.KubeConfig("team-a", "worker-2") }),
			part("host", func(s string) bool { return s == "https://worker-2.example:6443" }),
			part("token", func(s string) bool {
				return s != "" && strings.Contains(c.KubeConfig("team-a", "worker-2"), "token: "+s+"\n")
			}),
			part("cluster_ca_certificate", func(s string) bool { return strings.HasPrefix(s, "-----BEGIN CERTIFICATE-----\n") })),
		suite.Step(teamA("")+strings.Replace(kubeconfigOf, "worker-2", "worker-9", 1)+echo,
			suite.Fails(`Unable to fetch the kubeconfig of an EGS workspace.*worker-9.*Check\s+that\s+the\s+workspace`)),
		suite.Step(teamA("")+kubeconfigOf+echo),
	)
	c.wantWorkspaces()
}

// echoed returns the body of an error response that contains a secret.
func echoed(secret string) string {
	nested := suite.JSON(map[string]any{"error": map[string]any{"Message": "no such key " + secret, "Status": 400}})
	return suite.JSON(map[string]any{
		"statusCode": 400, "status": "UNHANDLED_REQUEST_ERROR", "message": "key " + secret,
		"error": map[string]any{"errorKey": "E", "message": "key " + secret, "data": nested},
	})
}

// TestAccWorkspaceKubeconfigEphemeral_secrets checks that the output, the logs, the plan and the state contain neither the
// kubeconfig nor its secret parts, even if a request fails.
func TestAccWorkspaceKubeconfigEphemeral_secrets(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{KubeConfigsUntilReady: 1})
	d := c.Driver(teamA("") + kubeconfigOf)
	var shown bytes.Buffer
	d.Log = &shown
	shown.WriteString(d.Must(d.Apply(driver.Options{})).Text())
	secrets := c.kubeconfigSecrets("team-a", "worker-2")
	config, token := secrets["the kubeconfig"], secrets["the kubeconfig's token"]

	envelope := func(config string) string {
		return `{"statusCode":200,"status":"OK","message":"Success","error":null,"data":{"kubeConfig":` + config + `}}`
	}
	for _, fault := range []simulation.Fault{
		{Kind: simulation.FaultTruncate},
		{Kind: simulation.FaultOverrun},
		{Kind: simulation.FaultGarbled},
		{Kind: simulation.FaultStatus, Status: 500, Body: "oops " + token},
		{Kind: simulation.FaultStatus, Status: 200, Body: envelope(`"` + suite.Quoted(config) + `\n\t} ` + token + `"`)},
		{Kind: simulation.FaultStatus, Status: 200, Body: envelope(`"contexts: ` + token + `"`)},
		{Kind: simulation.FaultStatus, Status: 200, Body: envelope(`["` + token + `"]`)},
		{Kind: simulation.FaultStatus, Status: 400, Body: `"` + suite.Quoted(config) + `"`},
	} {
		fault.Times = 99
		c.FailAt(fault, getKubeConfig)
		planned := d.Plan(driver.Options{})
		if planned.Err() == nil && fault.Kind == simulation.FaultStatus {
			t.Errorf("no error with %v", fault.Body)
		}
		shown.WriteString(planned.Text())
	}
	c.Fail()
	planned := d.Must(d.Plan(driver.Options{}))
	for _, saved := range []any{planned.Plan.JSON(), d.State()} {
		shown.WriteString(suite.JSON(saved))
	}
	if c.Requests(getKubeConfig) < 3 {
		t.Error("the provider did not request the kubeconfig, so the test proves nothing")
	}
	suite.WantNoSecrets(t, shown.String(), secrets)
}

// kubeconfigSecrets returns the kubeconfig, its token and its certificate authority. The keys of the map describe the values.
func (c *controller) kubeconfigSecrets(workspace, cluster string) map[string]string {
	c.T.Helper()
	config := c.KubeConfig(workspace, cluster)
	part := func(name string) string {
		found := regexp.MustCompile(name + `: (\S+)`).FindStringSubmatch(config)
		if found == nil {
			c.T.Fatalf("the kubeconfig has no %s", name)
		}
		return found[1]
	}
	return map[string]string{
		"the kubeconfig": config, "the kubeconfig's token": part("token"), "the kubeconfig's authority": part("certificate-authority-data"),
	}
}

// listUnreadable is a list of two workspaces. The first entry cannot be read.
const listUnreadable = `{"statusCode":200,"status":"OK","message":"Success","error":null,"data":{"workspaces":[
	{"name":7},
	{"name":"red","overlayNetworkDeploymentMode":"no-network","maxClusters":16,"sliceDescription":"","clusters":["worker-1"],"namespaces":[]}]}}`

func TestAccWorkspaceDataSources(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.addTeamA("worker-2")
	names := func(list string, want ...string) suite.Option {
		return suite.Resource("data.egs_workspaces."+list).Has("workspaces", suite.Members("name", want...))
	}
	c.Run(
		suite.Step(`
data "egs_workspaces" "all" {}
data "egs_workspaces" "one" {
  cluster_name = "worker-1"
}
data "egs_workspaces" "none" {
  cluster_name = "worker-9"
}
data "egs_workspace" "test" {
  name = "team-a"
}`, names("all", "blue", "green", "red", "team-a"), names("one", "blue", "green", "red"),
			names("none"), suite.Resource("data.egs_workspace.test").Has("namespaces", texts("a-training", "a-serving")),
			suite.Resource("data.egs_workspace.test").Has("max_clusters", 16),
			suite.Resource("data.egs_workspace.test").Has("overlay_network_deployment_mode", "no-network"),
			suite.Resource("data.egs_workspace.test").Has("description", "Created via slice workspace API"),
			suite.Resource("data.egs_workspace.test").Has("namespace_clusters", knownvalue.MapExact(map[string]knownvalue.Check{
				"a-training": texts("worker-2"), "a-serving": texts("worker-2"),
			}))),
		suite.Step("data \"egs_workspace\" \"test\" {\n  name = \"missing\"\n}", suite.Fails(`Unable to find EGS workspace.*missing`)),
	)
}

func TestAccWorkspaceDataSources_unreadableEntries(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Driver("data \"egs_workspaces\" \"all\" {}\noutput \"names\" {\n  value = join(\" \", data.egs_workspaces.all.workspaces[*].name)\n}")
	c.FailAt(simulation.Fault{Kind: simulation.FaultStatus, Status: 200, Body: listUnreadable, Times: 99}, listWorkspaces)
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "could not be read. Number of entries: 1.", 1)
	if got := d.State().Values.Outputs["names"].Value; got != "red" {
		t.Errorf("got the workspaces %v, want red", got)
	}
}
