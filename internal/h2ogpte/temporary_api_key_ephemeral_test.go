// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestAccTemporaryAPIKeyEphemeral(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	data := func(name string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("echo.test", tfjsonpath.New("data").AtMapKey(name), check)
	}
	for _, user := range []string{`username = "alice"`, fmt.Sprintf("user_id = %q", s.idOf("alice"))} {
		s.Run(resource.TestStep{
			Config: fmt.Sprintf(`
ephemeral "egs_h2ogpte_temporary_api_key" "test" {
  name          = "smoke-test"
  collection_id = %q
  %s
}
provider "echo" {
  data = ephemeral.egs_h2ogpte_temporary_api_key.test
}
resource "echo" "test" {}`, collection, user),
			ConfigStateChecks: []statecheck.StateCheck{
				data("expires_at", knownvalue.StringExact("2026-11-22T12:00:00Z")),
				data("id", knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f-]{36}$`))),
				data("secret_key", knownvalue.StringRegexp(regexp.MustCompile(`^sk-`))),
			},
		})
	}
	if creates, deletes := s.requests(http.MethodPost, keysPath), s.requests(http.MethodDelete, keyPath); creates == 0 || creates != deletes {
		t.Errorf("%d creates, %d deletes", creates, deletes)
	}
	if err := s.left(); err != nil {
		t.Error(err)
	}
}

func TestAccTemporaryAPIKeyEphemeral_namedAndToleratesThatItIsGone(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	s.Run(resource.TestStep{
		Config: `
ephemeral "egs_h2ogpte_temporary_api_key" "test" {
  name     = "smoke-test"
  username = "alice"
}
data "egs_h2ogpte_api_keys" "test" {
  filter     = "alice"
  depends_on = [ephemeral.egs_h2ogpte_temporary_api_key.test]
}`,
		PreConfig: func() {
			s.fault(simulation.Fault{Method: http.MethodDelete, Kind: simulation.FaultDropAfterCommit, Times: 20})
		},
		ConfigStateChecks: []statecheck.StateCheck{expectKeys("alice/smoke-test-terraform-temporary")},
	})
}

func TestAccTemporaryAPIKeyEphemeral_user(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	for user, want := range map[string]string{
		"":                   `Missing user`,
		`username = "carol"`: `(?s)Unknown h2oGPTe user.*carol`,
	} {
		s.Run(resource.TestStep{
			Config:      fmt.Sprintf("ephemeral \"egs_h2ogpte_temporary_api_key\" \"test\" {\n  name = \"x\"\n  %s\n}", user),
			ExpectError: regexp.MustCompile(want),
		})
	}
}
