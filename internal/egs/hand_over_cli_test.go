// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// TestCLIExamples_handOverThatFails has the command that hands secrets over print them and fail, which Terraform shows.
func TestCLIExamples_handOverThatFails(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{Workspaces: []string{}})
	w := c.bootstrap(map[string]team{"red": {
		Clusters: []string{"worker-1"}, Namespaces: []string{"red"}, UserName: "rosa", Email: "rosa@example.com",
	}})
	w.Write("hand-over.auto.tfvars", `
hand_over            = "set -x; test -z \"$API_KEY\""
hand_over_kubeconfig = "set -x; echo \"$KUBECONFIG_YAML\"; false"
`)
	output, code := w.Try("apply", "-auto-approve", "-no-color")
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	acctest.WantText(t, output, "The command ended with 1. Its output is not shown", 8) // Of three keys and a kubeconfig, twice.
	for _, key := range c.Keys() {
		acctest.WantText(t, output, c.Secret(key.ID), 0)
	}
	if strings.Contains(output, "certificate-authority-data") {
		t.Error("the kubeconfig is shown")
	}
	w.Run("destroy", "-auto-approve", "-no-color")
}
