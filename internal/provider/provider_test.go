// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
)

// TestAccProvider_configurationErrors shows that the faults of a configuration are told
// before any request is sent.
func TestAccProvider_configurationErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ config, want string }{
		"nothing set": {
			``,
			`(?s)Missing EGS endpoint.*EGS_ENDPOINT`,
		},
		"both credentials": {
			"endpoint = \"https://egs.example.com\"\napi_key = \"a\"\naccess_token = \"b\"",
			`(?s)Conflicting EGS credentials.*api_key.*EGS_API_KEY`,
		},
		"malformed endpoint of a service that is not used": {
			"h2ogpte = { endpoint = \"h2ogpte.example.com\" }",
			`(?s)Invalid h2oGPTe endpoint.*h2ogpte.endpoint.*https://.*H2OGPTE_ENDPOINT`,
		},
		"malformed scheme": {
			"gaia = { authorization_scheme = \"two words\" }",
			`(?s)Invalid authorization scheme.*gaia.authorization_scheme`,
		},
		"malformed endpoint": {
			"endpoint = \"egs.example.com\"\napi_key = \"a\"",
			`(?s)Invalid EGS endpoint.*https://.*EGS_ENDPOINT`,
		},
		"negative retries": {
			"endpoint = \"https://egs.example.com\"\napi_key = \"a\"\nmax_retries = -1",
			`(?s)max_retries.*between 0 and 100`,
		},
		"no requests at all": {
			"endpoint = \"https://egs.example.com\"\napi_key = \"a\"\nrequests_per_second = 0",
			`(?s)requests_per_second.*at least 0.01`,
		},
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

// TestAccProvider_missingSettings shows that a plan, and not only the apply, says what
// to set for the service whose types it uses.
func TestAccProvider_missingSettings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		// env is what is set, and config what uses a service.
		env    map[string]string
		config string
		// want is what the error says, "" where nothing is missing.
		want string
	}{
		"resource of EGS": {
			config: workspace, want: `(?s)Missing EGS endpoint.*EGS_ENDPOINT.*Missing EGS credentials.*EGS_API_KEY`,
		},
		"resource of EGS, credentials": {
			env: map[string]string{"EGS_ENDPOINT": "https://egs.example.com"}, config: workspace,
			want: `(?s)Missing EGS credentials.*api_key.*EGS_API_KEY`,
		},
		"another resource of EGS": {
			config: `resource "egs_api_key" "a" {
  name        = "a"
  role        = "Owner"
  valid_until = "2126-11-21"
}`,
			want: `(?s)Missing EGS endpoint.*EGS_ENDPOINT`,
		},
		"resource of h2oGPTe": {
			env:    map[string]string{"EGS_ENDPOINT": "https://egs.example.com", "EGS_API_KEY": "a-key"},
			config: h2ogpteKey, want: `(?s)Missing h2oGPTe endpoint.*h2ogpte\.endpoint.*H2OGPTE_ENDPOINT.*h2ogpte\.api_key.*H2OGPTE_API_KEY`,
		},
		"resource of GAIA": {
			config: gaiaKey, want: `(?s)Missing Search GAIA endpoint.*gaia\.endpoint.*GAIA_ENDPOINT.*gaia\.api_key.*GAIA_API_KEY`,
		},
		"resource of GAIA, key": {
			config: "provider \"egs\" {\n  gaia = { endpoint = \"https://gaia.example.com\" }\n}\n" + gaiaKey,
			want:   `(?s)Missing Search GAIA credentials.*gaia\.api_key.*GAIA_API_KEY`,
		},
		"data source of GAIA": {
			config: `data "egs_gaia_api_keys" "all" {}`, want: `(?s)Missing Search GAIA endpoint.*GAIA_ENDPOINT`,
		},
		"data source of h2oGPTe": {
			config: `data "egs_h2ogpte_users" "all" {}`, want: `(?s)Missing h2oGPTe endpoint.*H2OGPTE_ENDPOINT`,
		},
		// Nothing is missing, and a plan that only creates sends nothing.
		"EGS and nothing else": {
			env: map[string]string{"EGS_ENDPOINT": "https://egs.example.com", "EGS_API_KEY": "a-key"}, config: workspace,
		},
		"GAIA and nothing else": {
			env: map[string]string{"GAIA_ENDPOINT": "https://gaia.example.com", "GAIA_API_KEY": "a-key"}, config: gaiaKey,
		},
		"GAIA from both": {
			env:    map[string]string{"GAIA_API_KEY": "a-key"},
			config: "provider \"egs\" {\n  gaia = { endpoint = \"https://gaia.example.com\" }\n}\n" + gaiaKey,
		},
		"an empty object beside the environment": {
			env:    map[string]string{"GAIA_ENDPOINT": "https://gaia.example.com", "GAIA_API_KEY": "a-key"},
			config: "provider \"egs\" {\n  gaia = {}\n}\n" + gaiaKey,
		},
		"an object that is not known": {
			config: "resource \"terraform_data\" \"a\" {\n  input = { endpoint = \"https://gaia.example.com\", api_key = \"a-key\" }\n}\n" +
				"provider \"egs\" {\n  gaia = terraform_data.a.output\n}\n" + gaiaKey,
		},
		"members that are not known": {
			config: "resource \"terraform_data\" \"a\" {\n  input = \"a\"\n}\n" +
				"provider \"egs\" {\n  gaia = { endpoint = terraform_data.a.id, api_key = terraform_data.a.id }\n}\n" + gaiaKey,
		},
		"one member that is not known": {
			config: "resource \"terraform_data\" \"a\" {\n  input = \"a\"\n}\n" +
				"provider \"egs\" {\n  gaia = { endpoint = terraform_data.a.id }\n}\n" + gaiaKey,
			want: `(?s)Missing Search GAIA credentials.*GAIA_API_KEY`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			step := resource.TestStep{Config: test.config, PlanOnly: true}
			if test.want != "" {
				step.ExpectError = regexp.MustCompile(test.want)
			} else {
				step.ExpectNonEmptyPlan = true
			}
			tf := acctest.Terraform{T: t, Clock: acctest.NewClock(), Environment: test.env}
			tf.Run(step)
		})
	}
}

// TestAccProvider_missingSettingsOfAnAction is the same for what an apply would invoke.
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
