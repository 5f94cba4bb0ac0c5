// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const testKeys = "data.egs_h2ogpte_api_keys.test"

// populate adds keys in an order that is not the sorted one.
func (s *service) populate() {
	for _, key := range []h2ogptesim.Key{
		{UserName: "bob", Name: "b"},
		{UserName: "alice", Name: "b"},
		{UserName: "malice", Name: "a", Inactive: true},
		{UserName: "alice", Name: "a", Inactive: true},
	} {
		s.issue(key)
	}
}

// expectKeys checks which keys were found, as "username/name".
func expectKeys(keys ...string) statecheck.StateCheck {
	checks := make([]knownvalue.Check, len(keys))
	for i, key := range keys {
		username, name, _ := strings.Cut(key, "/")
		checks[i] = knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"username": knownvalue.StringExact(username), "name": knownvalue.StringExact(name),
		})
	}
	return statecheck.ExpectKnownValue(testKeys, tfjsonpath.New("api_keys"), knownvalue.ListExact(checks))
}

func TestAccAPIKeysDataSource_filters(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		match h2ogptesim.FilterMatch
		alice []string
	}{
		"exact":     {h2ogptesim.FilterExact, []string{"alice/a", "alice/b"}},
		"substring": {h2ogptesim.FilterSubstring, []string{"alice/a", "alice/b", "malice/a"}},
		"ignored":   {h2ogptesim.FilterIgnored, []string{"alice/a", "alice/b", "malice/a"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{FilterMatch: test.match})
			s.populate()
			step := func(config string, keys ...string) resource.TestStep {
				return resource.TestStep{
					Config:            fmt.Sprintf("data \"egs_h2ogpte_api_keys\" \"test\" {\n%s\n}", config),
					ConfigStateChecks: []statecheck.StateCheck{expectKeys(keys...)},
				}
			}
			s.Run(
				step("", "admin/simulator", "alice/a", "alice/b", "bob/b", "malice/a"),
				step("page_size = 2", "admin/simulator", "alice/a", "alice/b", "bob/b", "malice/a"),
				step("active = true", "admin/simulator", "alice/b", "bob/b"),
				step("active = false", "alice/a", "malice/a"),
				step(`filter = "alice"`, test.alice...),
				step("filter = \"alice\"\nactive = true", "alice/b"),
				step(`filter = "nobody"`),
			)
		})
	}
}

func TestAccAPIKeysDataSource_attributes(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	interval, end := int64(7), s.Clock.Now().Add(day)
	id := s.issue(h2ogptesim.Key{
		UserName: "alice", Name: "ci", CollectionID: collection, CollectionName: "papers", ExpiresAt: &end, InactivityIntervalDays: &interval,
	})
	bare := s.issue(h2ogptesim.Key{UserName: "alice", Name: "cj"})
	hint := func(id string) knownvalue.Check {
		secret := s.Secret(id)
		return knownvalue.StringExact(secret[len(secret)-4:])
	}
	s.Run(resource.TestStep{
		Config: "data \"egs_h2ogpte_api_keys\" \"test\" {\nfilter = \"alice\"\n}",
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(testKeys, tfjsonpath.New("api_keys"), knownvalue.ListExact([]knownvalue.Check{
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id":                       knownvalue.StringExact(id),
					"username":                 knownvalue.StringExact("alice"),
					"name":                     knownvalue.StringExact("ci"),
					"collection_id":            knownvalue.StringExact(collection),
					"collection_name":          knownvalue.StringExact("papers"),
					"active":                   knownvalue.Bool(true),
					"is_global_key":            knownvalue.Bool(false),
					"expires_at":               knownvalue.StringExact("2026-11-22T12:00:00Z"),
					"inactivity_interval_days": knownvalue.Int64Exact(7),
					"created_at":               knownvalue.StringExact("2026-11-21T12:00:00Z"),
					"hint":                     hint(id),
				}),
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id":                       knownvalue.StringExact(bare),
					"username":                 knownvalue.StringExact("alice"),
					"name":                     knownvalue.StringExact("cj"),
					"collection_id":            knownvalue.Null(),
					"collection_name":          knownvalue.Null(),
					"active":                   knownvalue.Bool(true),
					"is_global_key":            knownvalue.Bool(true),
					"expires_at":               knownvalue.Null(),
					"inactivity_interval_days": knownvalue.Null(),
					"created_at":               knownvalue.StringExact("2026-11-21T12:00:00Z"),
					"hint":                     hint(bare),
				}),
			})),
		},
	})
}

func TestAccAPIKeysDataSource_errors(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	look := func(config string) string {
		return fmt.Sprintf("data \"egs_h2ogpte_api_keys\" \"test\" {\n%s\n}", config)
	}
	s.Run(
		resource.TestStep{Config: look("page_size = 1"), ExpectError: regexp.MustCompile(`(?s)page_size.*between 2 and 100`)},
		resource.TestStep{Config: look("page_size = 101"), ExpectError: regexp.MustCompile(`(?s)page_size.*between 2 and 100`)},
		resource.TestStep{Config: look(`filter = ""`), ExpectError: regexp.MustCompile(`(?s)filter.*at least 1`)},
		resource.TestStep{
			PreConfig: func() {
				s.fault(simulation.Fault{Method: http.MethodGet, Kind: simulation.FaultStatus, Status: 403, Times: 9})
			},
			Config:      look(`filter = "alice"`),
			ExpectError: regexp.MustCompile(`(?s)Unable to list h2oGPTe API keys.*filter = "alice".*403`),
		},
	)
}

func TestAccUsersDataSource(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{Users: []h2ogptesim.User{
		{ID: "3", UserName: "carol"}, {ID: "1", UserName: "bob", Email: "bob@example.com"}, {ID: "2", UserName: "alice", Email: "alice@example.com"},
	}})
	user := func(id, name string, email knownvalue.Check) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"id": knownvalue.StringExact(id), "username": knownvalue.StringExact(name), "email": email,
		})
	}
	s.Run(
		resource.TestStep{
			Config: `data "egs_h2ogpte_users" "test" {}`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.egs_h2ogpte_users.test", tfjsonpath.New("users"), knownvalue.ListExact([]knownvalue.Check{
					user("2", "alice", knownvalue.StringExact("alice@example.com")),
					user("1", "bob", knownvalue.StringExact("bob@example.com")),
					user("3", "carol", knownvalue.Null()),
				})),
			},
		},
		resource.TestStep{
			PreConfig: func() {
				for i := range 250 {
					s.AddUser(h2ogptesim.User{UserName: fmt.Sprintf("user-%03d", i)})
				}
			},
			Config: `data "egs_h2ogpte_users" "test" {}`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.egs_h2ogpte_users.test", tfjsonpath.New("users"), knownvalue.ListSizeExact(253)),
			},
		},
		resource.TestStep{
			PreConfig: func() {
				s.fault(simulation.Fault{Method: http.MethodGet, Path: usersPath, Kind: simulation.FaultStatus, Status: 403, Times: 9})
			},
			Config:      `data "egs_h2ogpte_users" "test" {}`,
			ExpectError: regexp.MustCompile(`(?s)Unable to list h2oGPTe users.*403`),
		},
	)
}
