// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

const testKeys suite.Resource = "data.egs_h2ogpte_api_keys.test"

// populate adds keys that are not sorted. The data source must sort them.
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

// expectKeys checks the keys of the data source, given as "username/name".
func expectKeys(keys ...string) suite.Option {
	checks := make([]knownvalue.Check, len(keys))
	for i, key := range keys {
		username, name, _ := strings.Cut(key, "/")
		checks[i] = knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"username": knownvalue.StringExact(username), "name": knownvalue.StringExact(name),
		})
	}
	return testKeys.Has("api_keys", knownvalue.ListExact(checks))
}

func TestAccAPIKeysDataSource_filters(t *testing.T) {
	t.Parallel()
	for name, match := range map[string]h2ogptesim.FilterMatch{
		"exact": h2ogptesim.FilterExact, "substring": h2ogptesim.FilterSubstring, "ignored": h2ogptesim.FilterIgnored,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{FilterMatch: match})
			s.populate()
			step := func(config string, keys ...string) resource.TestStep {
				return suite.Step(fmt.Sprintf("data \"egs_h2ogpte_api_keys\" \"test\" {\n%s\n}", config), expectKeys(keys...))
			}
			s.Run(
				step("", "admin/simulator", "alice/a", "alice/b", "bob/b", "malice/a"),
				step("page_size = 2", "admin/simulator", "alice/a", "alice/b", "bob/b", "malice/a"),
				step("active = true", "admin/simulator", "alice/b", "bob/b"),
				step("active = false", "alice/a", "malice/a"),
				step(`username = "alice"`, "alice/a", "alice/b"),
				step("username = \"alice\"\nactive = true", "alice/b"),
				step(`username = "lice"`),
				step("name = \"a\"\nexpired = false", "alice/a", "malice/a"),
				step(`collection_id = "`+collection+`"`),
				step(`expiring_within_days = 9`),
				step("used_by_provider = false\nactive = true", "alice/b", "bob/b"),
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
	hint := func(id string) string {
		secret := s.Secret(id)
		return secret[len(secret)-4:]
	}
	s.Run(suite.Step("data \"egs_h2ogpte_api_keys\" \"test\" {\nusername = \"alice\"\n}", testKeys.Has("api_keys", []any{
		map[string]any{
			"id": id, "username": "alice", "name": "ci", "collection_id": collection, "collection_name": "papers", "active": true,
			"is_global_key": false, "expires_at": "2026-11-22T12:00:00Z", "inactivity_interval_days": 7,
			"created_at": "2026-11-21T12:00:00Z", "hint": hint(id), "used_by_provider": false,
		},
		map[string]any{
			"id": bare, "username": "alice", "name": "cj", "collection_id": nil, "collection_name": nil, "active": true,
			"is_global_key": true, "expires_at": nil, "inactivity_interval_days": nil,
			"created_at": "2026-11-21T12:00:00Z", "hint": hint(bare), "used_by_provider": false,
		},
	})))
}

func TestAccAPIKeysDataSource_errors(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	look := func(config string) string {
		return fmt.Sprintf("data \"egs_h2ogpte_api_keys\" \"test\" {\n%s\n}", config)
	}
	s.Run(
		suite.Step(look("page_size = 1"), suite.Fails(`page_size.*between 2 and 100`)),
		suite.Step(look("page_size = 101"), suite.Fails(`page_size.*between 2 and 100`)),
		suite.Step(look(`username = ""`), suite.Fails(`username.*at least 1`)),
		suite.Step(look(`username = "alice"`), s.Failing(suite.Status(403), listKeys),
			suite.Fails(`Unable to list h2oGPTe API keys.*username = "alice".*403`)),
	)
}

func TestAccUsersDataSource(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{Users: []h2ogptesim.User{
		{ID: "3", UserName: "carol"}, {ID: "1", UserName: "bob", Email: "bob@example.com"}, {ID: "2", UserName: "alice", Email: "alice@example.com"},
	}})
	user := func(id, name string, email any) any {
		return map[string]any{"id": id, "username": name, "email": email}
	}
	s.Run(
		suite.Step(`data "egs_h2ogpte_users" "test" {}`,
			suite.Resource("data.egs_h2ogpte_users.test").Has("users", []any{
				user("2", "alice", "alice@example.com"),
				user("1", "bob", "bob@example.com"),
				user("3", "carol", nil),
			})),
		suite.Step(`data "egs_h2ogpte_users" "test" {}`, suite.Before(func() {
			for i := range 250 {
				s.AddUser(h2ogptesim.User{UserName: fmt.Sprintf("user-%03d", i)})
			}
		}), suite.Resource("data.egs_h2ogpte_users.test").Has("users", knownvalue.ListSizeExact(253))),
		suite.Step(`data "egs_h2ogpte_users" "test" {}`, s.Failing(suite.Status(403), listUsers), suite.Fails(`Unable to list h2oGPTe users.*403`)),
	)
}

// active returns the names of the active keys, without the administrator's key.
func (s *service) active() string {
	var names []string
	for _, key := range s.Keys()[1:] {
		if !key.Inactive {
			names = append(names, key.Name)
		}
	}
	return strings.Join(names, " ")
}
