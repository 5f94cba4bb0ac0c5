// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// kubeconfigOf asks for the kubeconfig of the workspace that the same configuration
// makes.
const kubeconfigOf = `
ephemeral "egs_workspace_kubeconfig" "test" {
  workspace_name = egs_workspace.test.id
  cluster_name   = "worker-2"
}`

func TestAccWorkspaceKubeconfigEphemeral(t *testing.T) {
	t.Parallel()
	const echo = `
provider "echo" {
  data = ephemeral.egs_workspace_kubeconfig.test
}
resource "echo" "test" {}`
	part := func(name string, check func(string) bool) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("echo.test", tfjsonpath.New("data").AtMapKey(name), knownvalue.StringFunc(func(s string) error {
			if !check(s) {
				return fmt.Errorf("%s is not as it should be", name)
			}
			return nil
		}))
	}
	c := simulateEmpty(t, egssim.Options{})
	c.Run(
		resource.TestStep{
			Config: teamA("") + kubeconfigOf + echo,
			ConfigStateChecks: []statecheck.StateCheck{
				part("kubeconfig", func(s string) bool { return s == c.KubeConfig("team-a", "worker-2") }),
				part("host", func(s string) bool { return s == "https://worker-2.example:6443" }),
				part("token", func(s string) bool {
					return s != "" && strings.Contains(c.KubeConfig("team-a", "worker-2"), "token: "+s+"\n")
				}),
				part("cluster_ca_certificate", func(s string) bool { return strings.HasPrefix(s, "-----BEGIN CERTIFICATE-----\n") }),
			},
		},
		resource.TestStep{
			Config:      teamA("") + strings.Replace(kubeconfigOf, "worker-2", "worker-9", 1) + echo,
			ExpectError: regexp.MustCompile(`(?s)Unable to fetch the kubeconfig of an EGS workspace.*worker-9.*Check\s+that\s+the\s+workspace`),
		},
		resource.TestStep{Config: teamA("") + kubeconfigOf + echo},
	)
	c.wantWorkspaces()
}
