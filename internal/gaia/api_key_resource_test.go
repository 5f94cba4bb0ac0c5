// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestAccAPIKeyResource_allAttributes(t *testing.T) {
	t.Parallel()
	forEachForm(t, func(_ *testing.T, s *service) {
		s.Run(
			suite.Step(key("read", ""), s.holds(`{"permissions":"read"}`), testKey.Has("id", regexp.MustCompile(`^[0-9a-f]{64}$`)),
				testKey.Has("permissions", "read"), testKey.Has("config", "{}"), testKey.Hides("api_key")),
			suite.Step(key("read", ""), suite.Unchanged),
		)
	})
}

// TestAccAPIKeyResource_updatedInPlace changes all attributes. The key itself stays the same.
func TestAccAPIKeyResource_updatedInPlace(t *testing.T) {
	t.Parallel()
	forEachForm(t, func(_ *testing.T, s *service) {
		keys := statecheck.CompareValue(compare.ValuesSame())
		step := func(config, want string) resource.TestStep {
			return suite.Step(config, testKey.Updates, s.holds(want), testKey.Compared(keys, "api_key"))
		}
		s.Run(
			suite.Step(key("read", ""), testKey.Compared(keys, "api_key")),
			step(key("write", ""), `{"permissions":"write"}`),
			step(key("write", `config = jsonencode({ limit = 1.5, tags = ["a", null] })`), `{"limit":1.5,"permissions":"write","tags":["a",null]}`),
			step(key("admin", `config = jsonencode({ limit = { day = 7 }, tags = [] })`), `{"limit":{"day":7},"permissions":"admin","tags":[]}`),
			// If config is not set, an update keeps the existing members, whether the service merges or replaces the config.
			step(key("read", ""), `{"limit":{"day":7},"permissions":"read","tags":[]}`),
			suite.Import(string(testKey), func(step *resource.TestStep) { step.ImportStateVerify = true }),
		)
	})
}

// TestAccAPIKeyResource_membersRemoved removes members of config. This fails if the service merges the config instead of
// replacing it.
func TestAccAPIKeyResource_membersRemoved(t *testing.T) {
	t.Parallel()
	t.Run("replaced", func(t *testing.T) {
		t.Parallel()
		s := simulate(t, gaiasim.Options{})
		s.Run(
			suite.Step(key("read", `config = jsonencode({ a = 1, b = 2 })`)),
			suite.Step(key("read", `config = jsonencode({ a = 1 })`), s.holds(`{"a":1,"permissions":"read"}`)),
			suite.Step(key("read", `config = "{}"`), s.holds(`{"permissions":"read"}`)),
			suite.Step(key("read", `config = "{}"`), suite.Unchanged),
		)
	})
	t.Run("merged", func(t *testing.T) {
		t.Parallel()
		s := simulate(t, gaiasim.Options{UpdateMerges: true})
		s.Run(
			suite.Step(key("read", `config = jsonencode({ a = 1, b = 2, c = 3 })`)),
			suite.Step(key("write", `config = jsonencode({ a = 7 })`),
				suite.Fails(`Unable to remove members from the config.*kept\s+members\s+that\s+the\s+new\s+config\s+omits:\s+b,\s+c\..*-replace`)),
			// The failed update changed everything else: the service has the new permissions and the new value of a.
			suite.Step(key("write", `config = jsonencode({ a = 7, b = 2, c = 3 })`), suite.Unchanged,
				s.holds(`{"a":7,"b":2,"c":3,"permissions":"write"}`)),
		)
	})
}

func TestAccAPIKeyResource_equalJSON(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	s.Run(
		suite.Step(key("read", `config = "{ \"b\": [1, 2],\n \"a\": \"<x>\" }"`), s.holds(`{"a":"\u003cx\u003e","b":[1,2],"permissions":"read"}`)),
		suite.Step(key("read", `config = "{ \"b\": [1, 2],\n \"a\": \"<x>\" }"`), suite.Unchanged),
		suite.Step(key("read", `config = jsonencode({ a = "<x>", b = [1, 2] })`), suite.Unchanged),
		suite.Step(key("read", `config = jsonencode({ a = "<x>", b = [2, 1] })`), testKey.Updates),
	)
}

// The service adds a member to the config of a new key. If config is not set, the next refresh reads this member, and the plan
// is empty.
func TestAccAPIKeyResource_serviceAddsMembers(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{AddsMember: true})
	s.Run(
		suite.Step(key("read", ""), testKey.Has("config", `{}`)),
		suite.Step(key("read", ""), suite.Unchanged, testKey.Has("config", `{"source":"api"}`)),
		suite.Step(key("write", ""), s.holds(`{"permissions":"write","source":"api"}`)),
	)
}

func TestAccAPIKeyResource_changedOutside(t *testing.T) {
	t.Parallel()
	config := key("read", `config = jsonencode({ a = 1 })`)
	for name, change := range map[string]map[string]any{
		"permissions":    {"permissions": "write"},
		"no permissions": {"permissions": nil},
		"value":          {"a": 2},
		"member removed": {"a": nil},
		"member added":   {"b": map[string]any{"c": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, gaiasim.Options{})
			s.Run(
				suite.Step(config),
				suite.Step(config, suite.Before(func() { s.change(change) }), testKey.Updates, s.holds(`{"a":1,"permissions":"read"}`)),
			)
		})
	}
}

// If config is not set, an update keeps members that were added outside Terraform.
func TestAccAPIKeyResource_membersAddedOutside(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	s.Run(
		suite.Step(key("read", "")),
		suite.Step(key("read", ""), suite.Before(func() { s.change(map[string]any{"owner": "grace"}) }), suite.Unchanged,
			testKey.Has("config", `{"owner":"grace"}`)),
		suite.Step(key("write", ""), s.holds(`{"owner":"grace","permissions":"write"}`)),
	)
}

func TestAccAPIKeyResource_refused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options gaiasim.Options
		config  string
		want    string
	}{
		"permissions":             {gaiasim.Options{RefuseOtherPermissions: true}, key("admin", ""), `Unable to create Search GAIA API key.*body\.config\.permissions`},
		"member":                  {gaiasim.Options{RefuseFurtherMembers: true}, key("read", `config = jsonencode({ a = 1 })`), `body\.config\.a:\s+extra\s+fields\s+not\s+permitted`},
		"authentication disabled": {gaiasim.Options{AuthenticationDisabled: true}, key("read", ""), `Authentication\s+is\s+not\s+enabled`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, test.options).Run(suite.Step(test.config, suite.Fails(test.want)))
		})
	}
}

// Create, update and delete work even if the list masks keys.
func TestAccAPIKeyResource_hiddenKeys(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{HideKeys: true})
	id, _ := s.issue(gaiasim.Key{Permissions: "read"})
	s.Run(
		suite.Step(key("read", ""), s.holds(`{"permissions":"read"}`)),
		suite.Step(key("read", ""), suite.Unchanged),
		suite.Step(key("write", `config = jsonencode({ a = 1 })`), testKey.Updates, s.holds(`{"a":1,"permissions":"write"}`)),
		suite.Import(string(testKey), func(step *resource.TestStep) { step.ImportStateId = id },
			suite.Fails(`Unable to read Search GAIA API key.*the\s+list\s+masks\s+keys`)),
	)
}

// A missing setting already fails the plan, not only the apply.
func TestAccAPIKeyResource_missingSettings(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	delete(s.Environment, "GAIA_API_KEY")
	s.Run(suite.Step(key("read", ""), suite.FailsPlan(`GAIA_API_KEY`)))
}

// Some installations authenticate administrators with another authorization scheme than the default.
func TestAccAPIKeyResource_authorizationScheme(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{Scheme: "Basic", Admin: "YWRtaW46aHVzaA==", EmptyListAs404: true})
	s.Run(suite.Step("provider \"egs\" {\n  gaia = {\n    authorization_scheme = \"Basic\"\n  }\n}\n"+key("read", ""), s.holds(`{"permissions":"read"}`)))
}

func TestAccAPIKeyEphemeral(t *testing.T) {
	t.Parallel()
	config := func(id string) string {
		return fmt.Sprintf("ephemeral \"egs_gaia_api_key\" \"test\" {\n  id = %q\n}\n", id) + suite.Echo("egs_gaia_api_key")
	}
	forEachForm(t, func(_ *testing.T, s *service) {
		id, secret := s.issue(gaiasim.Key{Permissions: "read", Config: map[string]any{"a": 1}})
		s.Run(
			suite.Step(config("45338461-ec42-49d2-aef3-ff39099950c5"), suite.Fails(`Invalid API key id.*SHA-256`)),
			suite.Step(config(fmt.Sprintf("%064d", 0)), suite.Fails(`Unable to find Search GAIA API key.*no\s+key\s+has\s+the\s+id`)),
			suite.Step(config(id), suite.Resource("echo.test").Has("data", map[string]any{
				"id": id, "permissions": "read", "config": `{"a":1}`, "api_key": secret, "used_by_provider": false,
			})),
		)
	})
}

const testKeys suite.Resource = "data.egs_gaia_api_keys.test"

func keys(arguments string) string {
	return fmt.Sprintf("data \"egs_gaia_api_keys\" \"test\" {\n%s\n}", arguments)
}

func TestAccAPIKeysDataSource_filter(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	admin := s.Keys()[0].ID
	read1, _ := s.issue(gaiasim.Key{Permissions: "read"})
	read2, _ := s.issue(gaiasim.Key{Permissions: "read"})
	write, _ := s.issue(gaiasim.Key{Permissions: "write"})
	finds := func(arguments string, ids ...string) resource.TestStep {
		slices.Sort(ids)
		return suite.Step(keys(arguments), testKeys.Has("api_keys", suite.Members("id", ids...)))
	}
	s.Run(
		finds("", admin, read1, read2, write),
		finds(`permissions = "read"`, read1, read2),
		finds(`permissions = "write"`, admin, write),
		finds(`permissions = "Read"`),
	)
}

func TestAccAPIKeysDataSource_includeAPIKeys(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	id, secret := s.issue(gaiasim.Key{Permissions: "read", Config: map[string]any{"b": 2, "a": []any{nil}}})
	has := func(apiKey any) suite.Option {
		return testKeys.Has("api_keys", []any{map[string]any{
			"id": id, "permissions": "read", "config": `{"a":[null],"b":2}`, "api_key": apiKey, "used_by_provider": false,
		}})
	}
	s.Run(
		suite.Step(keys(`permissions = "read"`), has(nil)),
		suite.Step(keys("permissions = \"read\"\ninclude_api_keys = true"), has(secret)),
	)
}

// The data source omits invalid entries of the list, with a warning. An entry without permissions is valid.
func TestAccAPIKeysDataSource_invalidEntries(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	s.FailAt(simulation.Fault{
		Kind: simulation.FaultStatus, Status: 200, Times: 100,
		Body: `[null,{"api_key":"a","config":7},{"api_key":"***"},{"api_key":"b","config":{"permissions":null}}]`,
	}, listKeys)
	s.Run(suite.Step(keys(""), testKeys.Has("api_keys", knownvalue.ListExact([]knownvalue.Check{
		knownvalue.ObjectPartial(map[string]knownvalue.Check{"permissions": knownvalue.Null(), "config": knownvalue.StringExact("{}")}),
	}))))
}

func TestAccAPIKeysDataSource_errors(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	s.FailAt(simulation.Fault{Kind: simulation.FaultStatus, Status: 403, Times: 100}, listKeys)
	s.Run(suite.Step(keys(`permissions = "read"`), suite.Fails(`Unable to list Search GAIA API keys.*permissions = "read".*403.*gaia\.api_key`)))
}
