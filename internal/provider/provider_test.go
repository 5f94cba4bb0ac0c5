// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
)

// TestAccProvider_configurationErrors checks that the provider reports an invalid configuration before it sends a request.
func TestAccProvider_configurationErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ config, want string }{
		"malformed endpoint of a service that is not used": {
			"h2ogpte = { endpoint = \"h2ogpte.example.com\" }",
			`(?s)Invalid h2oGPTe endpoint.*h2ogpte.endpoint.*https://.*H2OGPTE_ENDPOINT`,
		},
		"negative retries":   {"max_retries = -1", `(?s)max_retries.*between 0 and 100`},
		"no requests at all": {"requests_per_second = 0", `(?s)requests_per_second.*at least 0.01`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tf := acctest.Terraform{T: t, Clock: acctest.NewClock()}
			tf.Run(resource.TestStep{
				Config:      "provider \"egs\" {\n" + test.config + "\n}\ndata \"egs_api_keys\" \"all\" {}",
				ExpectError: regexp.MustCompile(test.want),
			})
		})
	}
}

// TestAccProvider_missingSettings checks that a plan already reports the missing settings of a service whose types it uses.
func TestAccProvider_missingSettings(t *testing.T) {
	t.Parallel()
	egs := map[string]string{"EGS_ENDPOINT": "https://egs.example.com", "EGS_API_KEY": "a-key"}
	malformed := map[string]string{"EGS_ENDPOINT": "https://egs.example.com", "EGS_API_KEY": "a-key", "GAIA_ENDPOINT": "a", "GAIA_API_KEY": "a"}
	for name, test := range map[string]struct {
		// env is the environment. config uses a resource type or a data source of a service.
		env    map[string]string
		config string
		// want matches the error; "" if nothing is missing.
		want string
	}{
		"resource of EGS": {nil, workspace, `(?s)Missing EGS endpoint.*EGS_ENDPOINT.*Missing EGS credentials.*EGS_API_KEY`},
		"another resource of EGS": {nil, `resource "egs_api_key" "a" {
  name        = "a"
  role        = "Owner"
  valid_until = "2126-11-21"
}`, `(?s)Missing EGS endpoint.*EGS_ENDPOINT`},
		"resource of h2oGPTe": {
			egs, h2ogpteKey,
			`(?s)Missing h2oGPTe endpoint.*h2ogpte\.endpoint.*H2OGPTE_ENDPOINT.*h2ogpte\.api_key.*H2OGPTE_API_KEY`,
		},
		"resource of GAIA": {
			nil, gaiaKey, `(?s)Missing Search GAIA endpoint.*gaia\.endpoint.*GAIA_ENDPOINT.*gaia\.api_key.*GAIA_API_KEY`,
		},
		"data source of GAIA":    {nil, `data "egs_gaia_api_keys" "all" {}`, `(?s)Missing Search GAIA endpoint.*GAIA_ENDPOINT`},
		"data source of h2oGPTe": {nil, `data "egs_h2ogpte_users" "all" {}`, `(?s)Missing h2oGPTe endpoint.*H2OGPTE_ENDPOINT`},
		"malformed environment":  {malformed, gaiaKey, `(?s)Invalid Search GAIA endpoint.*GAIA_ENDPOINT`},
		// EGS has all settings, and a plan that only creates sends no request.
		"malformed environment of another service": {malformed, workspace, ""},
		"unknown object": {nil, `
resource "terraform_data" "a" {
  input = { endpoint = "https://gaia.example.com", api_key = "a-key" }
}
provider "egs" {
  gaia = terraform_data.a.output
}
` + gaiaKey, ""},
		"unknown member": {nil, `
resource "terraform_data" "a" {
  input = "a"
}
provider "egs" {
  gaia = { endpoint = terraform_data.a.id }
}
` + gaiaKey, `(?s)Missing Search GAIA credentials.*GAIA_API_KEY`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			step := resource.TestStep{Config: test.config, PlanOnly: true, ExpectNonEmptyPlan: test.want == ""}
			if test.want != "" {
				step.ExpectError = regexp.MustCompile(test.want)
			}
			tf := acctest.Terraform{T: t, Clock: acctest.NewClock(), Environment: test.env}
			tf.Run(step)
		})
	}
}

// TestAccProvider_missingSettingsOfAnAction checks that a plan reports missing settings of a service that only an action uses.
func TestAccProvider_missingSettingsOfAnAction(t *testing.T) {
	t.Parallel()
	tf := acctest.Terraform{T: t, Clock: acctest.NewClock()}
	tf.RunFrom(tfversion.Version1_14_0, resource.TestStep{
		Config: `action "egs_revoke_api_keys" "a" {
  config {
    expired = true
  }
}
resource "terraform_data" "a" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.egs_revoke_api_keys.a]
    }
  }
}`,
		PlanOnly:    true,
		ExpectError: regexp.MustCompile(`(?s)Missing EGS endpoint.*EGS_ENDPOINT`),
	})
}

const (
	workspace = `resource "egs_workspace" "a" {
  name       = "a"
  clusters   = ["worker-1"]
  namespaces = ["a"]
  username   = "rosa"
  email      = "rosa@example.com"
}`
	h2ogpteKey = `resource "egs_h2ogpte_api_key" "a" {
  user_id = "5b0e1a8e-1c1f-4e55-9d5c-0f7f2a1f4f10"
  name    = "a"
}`
	gaiaKey = `resource "egs_gaia_api_key" "a" {
  permissions = "read"
}`
)
