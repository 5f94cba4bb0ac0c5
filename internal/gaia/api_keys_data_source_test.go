// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const testKeys = "data.egs_gaia_api_keys.test"

func keys(arguments string) string {
	return fmt.Sprintf("data \"egs_gaia_api_keys\" \"test\" {\n%s\n}", arguments)
}

// expectKeys checks which keys were found: those of these ids, sorted.
func expectKeys(ids ...string) statecheck.StateCheck {
	slices.Sort(ids)
	checks := make([]knownvalue.Check, len(ids))
	for i, id := range ids {
		checks[i] = knownvalue.ObjectPartial(map[string]knownvalue.Check{"id": knownvalue.StringExact(id)})
	}
	return statecheck.ExpectKnownValue(testKeys, tfjsonpath.New("api_keys"), knownvalue.ListExact(checks))
}

func TestAccAPIKeysDataSource_filter(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	admin := s.Keys()[0].ID
	read1, _ := s.issue(gaiasim.Key{Permissions: "read"})
	read2, _ := s.issue(gaiasim.Key{Permissions: "read"})
	write, _ := s.issue(gaiasim.Key{Permissions: "write"})
	s.Run(
		resource.TestStep{Config: keys(""), ConfigStateChecks: []statecheck.StateCheck{expectKeys(admin, read1, read2, write)}},
		resource.TestStep{Config: keys(`permissions = "read"`), ConfigStateChecks: []statecheck.StateCheck{expectKeys(read1, read2)}},
		resource.TestStep{Config: keys(`permissions = "write"`), ConfigStateChecks: []statecheck.StateCheck{expectKeys(admin, write)}},
		resource.TestStep{Config: keys(`permissions = "Read"`), ConfigStateChecks: []statecheck.StateCheck{expectKeys()}},
	)
}

func TestAccAPIKeysDataSource_keysOnRequest(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	id, secret := s.issue(gaiasim.Key{Permissions: "read", Config: map[string]any{"b": 2, "a": []any{nil}}})
	check := func(apiKey knownvalue.Check) []statecheck.StateCheck {
		return []statecheck.StateCheck{statecheck.ExpectKnownValue(testKeys, tfjsonpath.New("api_keys"), knownvalue.ListExact([]knownvalue.Check{
			knownvalue.ObjectExact(map[string]knownvalue.Check{
				"id":          knownvalue.StringExact(id),
				"permissions": knownvalue.StringExact("read"),
				"config":      knownvalue.StringExact(`{"a":[null],"b":2}`),
				"api_key":     apiKey,
			}),
		}))}
	}
	s.Run(
		resource.TestStep{Config: keys(`permissions = "read"`), ConfigStateChecks: check(knownvalue.Null())},
		resource.TestStep{Config: keys("permissions = \"read\"\ninclude_api_keys = true"), ConfigStateChecks: check(knownvalue.StringExact(secret))},
	)
}

// Odd entries are left out, with a warning, and those without permissions are not odd.
func TestAccAPIKeysDataSource_oddEntries(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	s.fault(simulation.Fault{
		Method: "GET", Kind: simulation.FaultStatus, Status: 200, Times: 100,
		Body: `[null,{"api_key":"a","config":7},{"api_key":"***"},{"api_key":"b","config":{"permissions":null}}]`,
	})
	s.Run(resource.TestStep{
		Config: keys(""),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(testKeys, tfjsonpath.New("api_keys"), knownvalue.ListExact([]knownvalue.Check{
				knownvalue.ObjectPartial(map[string]knownvalue.Check{"permissions": knownvalue.Null(), "config": knownvalue.StringExact("{}")}),
			})),
		},
	})
}

func TestAccAPIKeysDataSource_errors(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	s.fault(simulation.Fault{Method: "GET", Kind: simulation.FaultStatus, Status: 403, Times: 100})
	s.Run(
		resource.TestStep{Config: keys(`permissions = "read"`), ExpectError: regexp.MustCompile(`(?s)Unable to list Search GAIA API keys.*permissions = "read".*403.*gaia\.api_key`)},
	)
}
