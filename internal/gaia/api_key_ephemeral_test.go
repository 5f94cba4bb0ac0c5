// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
)

func TestAccAPIKeyEphemeral(t *testing.T) {
	t.Parallel()
	const echo = "echo.test"
	config := func(id string) string {
		return fmt.Sprintf(`
ephemeral "egs_gaia_api_key" "test" {
  id = %q
}
provider "echo" {
  data = ephemeral.egs_gaia_api_key.test
}
resource "echo" "test" {}`, id)
	}
	forEachForm(t, func(_ *testing.T, s *service) {
		id, secret := s.issue(gaiasim.Key{Permissions: "read", Config: map[string]any{"a": 1}})
		s.Run(
			resource.TestStep{Config: config("45338461-ec42-49d2-aef3-ff39099950c5"), ExpectError: regexp.MustCompile(`(?s)Invalid API key id.*SHA-256`)},
			resource.TestStep{
				Config:      config(strings.Repeat("0", 64)),
				ExpectError: regexp.MustCompile(`(?s)Unable to find Search GAIA API key.*no\s+key\s+has\s+the\s+id`),
			},
			resource.TestStep{
				Config: config(id),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(echo, tfjsonpath.New("data"), knownvalue.ObjectExact(map[string]knownvalue.Check{
						"id":          knownvalue.StringExact(id),
						"permissions": knownvalue.StringExact("read"),
						"config":      knownvalue.StringExact(`{"a":1}`),
						"api_key":     knownvalue.StringExact(secret),
					})),
				},
			},
		)
	})
}
