// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/provider"
)

// TestAccProvider_configurationErrors shows that the faults of a configuration
// reach a person through the CLI, before any request is sent.
func TestAccProvider_configurationErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ config, want string }{
		"nothing set": {
			``,
			`(?s)Missing EGS endpoint.*EGS_ENDPOINT`,
		},
		"both credentials": {
			"endpoint = \"https://egs.example.com\"\napi_key = \"a\"\naccess_token = \"b\"",
			`(?s)Contradictory EGS credentials.*api_key.*EGS_API_KEY`,
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
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
					"egs": providerserver.NewProtocol6WithError(provider.New(provider.Options{
						Getenv: func(string) string { return "" },
					})()),
				},
				Steps: []resource.TestStep{{
					Config:      "provider \"egs\" {\n" + test.config + "\n}\ndata \"egs_api_keys\" \"all\" {}",
					ExpectError: regexp.MustCompile(test.want),
				}},
			})
		})
	}
}
