// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
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
  workspace_name = egs_workspace.test.namespace_clusters != null ? egs_workspace.test.name : null
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

// TestAccWorkspaceKubeconfigEphemeral_canary looks for the kubeconfig and its token in
// all that the CLI prints, logs and saves, also where the request fails.
func TestAccWorkspaceKubeconfigEphemeral_canary(t *testing.T) {
	t.Parallel()
	const path = "/api/v1/slice-workspace/kube-config"
	c := simulateEmpty(t, egssim.Options{KubeConfigsUntilReady: 1})
	w := c.WorkingDir("1.11.0", teamA("")+kubeconfigOf)
	w.Env = append(w.Env, "TF_LOG=TRACE")
	output := w.Run("apply", "-auto-approve", "-no-color")
	config := c.KubeConfig("team-a", "worker-2")
	token := regexp.MustCompile(`token: (\S+)`).FindStringSubmatch(config)[1]
	authority := regexp.MustCompile(`certificate-authority-data: (\S+)`).FindStringSubmatch(config)[1]

	quoted, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	envelope := func(config string) string {
		return `{"statusCode":200,"status":"OK","message":"Success","error":null,"data":{"kubeConfig":` + config + `}}`
	}
	for _, fault := range []egssim.Fault{
		{Kind: egssim.FaultTruncate},
		{Kind: egssim.FaultOverrun},
		{Kind: egssim.FaultGarbled},
		{Kind: egssim.FaultStatus, Status: 500, Body: "oops " + token},
		{Kind: egssim.FaultStatus, Status: 200, Body: envelope(string(quoted[:len(quoted)-1]) + `\n\t} ` + token + `"`)},
		{Kind: egssim.FaultStatus, Status: 200, Body: envelope(`"contexts: ` + token + `"`)},
		{Kind: egssim.FaultStatus, Status: 200, Body: envelope(`["` + token + `"]`)},
		{Kind: egssim.FaultStatus, Status: 400, Body: string(quoted)},
	} {
		fault.Method, fault.Path, fault.Times = http.MethodPost, path, 99
		c.fault(fault)
		printed, code := w.Try("plan", "-no-color")
		if code == 0 && fault.Kind == egssim.FaultStatus {
			t.Errorf("no error with %v", fault.Body)
		}
		output += printed
	}
	c.fault()
	output += w.Run("plan", "-no-color", "-out=plan.bin") + w.Run("show", "-json", "plan.bin") + w.Run("show", "-json")
	output += w.Read("terraform.tfstate")
	if c.requests(http.MethodPost, path) < 3 || !strings.Contains(output, "request_body") {
		t.Error("the kubeconfig was not asked for, or not logged: the check looked at nothing")
	}
	for what, secret := range map[string]string{"kubeconfig": config, "quoted kubeconfig": string(quoted), "token": token, "authority": authority} {
		for _, form := range []string{secret, url.QueryEscape(secret)} {
			if i := strings.Index(output, form); i >= 0 {
				t.Errorf("the %s was shown: %s…", what, output[max(0, i-200):i+5])
			}
		}
	}
	if i := strings.Index(output, "eyJ"); i >= 0 {
		t.Errorf("a token was shown: %s…", output[max(0, i-200):i+3])
	}
	w.Env = w.Env[:len(w.Env)-1]
	w.Run("destroy", "-auto-approve", "-no-color")
}
