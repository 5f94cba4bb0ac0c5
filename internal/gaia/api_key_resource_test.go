// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func expectValue(attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(testKey, tfjsonpath.New(attribute), check)
}

func TestAccAPIKeyResource_allAttributes(t *testing.T) {
	t.Parallel()
	forEachForm(t, func(_ *testing.T, s *service) {
		s.Run(
			resource.TestStep{
				Config: key("read", ""),
				Check:  s.holds(`{"permissions":"read"}`),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue("id", knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f]{64}$`))),
					expectValue("permissions", knownvalue.StringExact("read")),
					expectValue("config", knownvalue.StringExact("{}")),
					statecheck.ExpectSensitiveValue(testKey, tfjsonpath.New("api_key")),
				},
			},
			resource.TestStep{Config: key("read", ""), ConfigPlanChecks: expectEmptyPlan()},
		)
	})
}

// TestAccAPIKeyResource_updatedInPlace changes everything there is: the key stays.
func TestAccAPIKeyResource_updatedInPlace(t *testing.T) {
	t.Parallel()
	forEachForm(t, func(_ *testing.T, s *service) {
		keys := statecheck.CompareValue(compare.ValuesSame())
		step := func(config, want string) resource.TestStep {
			return resource.TestStep{
				Config:            config,
				ConfigPlanChecks:  expectAction(plancheck.ResourceActionUpdate),
				Check:             s.holds(want),
				ConfigStateChecks: []statecheck.StateCheck{keys.AddStateValue(testKey, tfjsonpath.New("api_key"))},
			}
		}
		create := step(key("read", ""), `{"permissions":"read"}`)
		create.ConfigPlanChecks = expectAction(plancheck.ResourceActionCreate)
		s.Run(
			create,
			step(key("write", ""), `{"permissions":"write"}`),
			step(key("write", `config = jsonencode({ limit = 1.5, tags = ["a", null] })`), `{"limit":1.5,"permissions":"write","tags":["a",null]}`),
			step(key("admin", `config = jsonencode({ limit = { day = 7 }, tags = [] })`), `{"limit":{"day":7},"permissions":"admin","tags":[]}`),
			// Without the argument the members stay, whether an update merges or replaces.
			step(key("read", ""), `{"limit":{"day":7},"permissions":"read","tags":[]}`),
		)
	})
}

// TestAccAPIKeyResource_membersRemoved takes a member out of config, which works only where
// an update replaces the config.
func TestAccAPIKeyResource_membersRemoved(t *testing.T) {
	t.Parallel()
	t.Run("replaced", func(t *testing.T) {
		t.Parallel()
		s := simulate(t, gaiasim.Options{})
		s.Run(
			resource.TestStep{Config: key("read", `config = jsonencode({ a = 1, b = 2 })`)},
			resource.TestStep{Config: key("read", `config = jsonencode({ a = 1 })`), Check: s.holds(`{"a":1,"permissions":"read"}`)},
			resource.TestStep{Config: key("read", `config = "{}"`), Check: s.holds(`{"permissions":"read"}`)},
			resource.TestStep{Config: key("read", `config = "{}"`), ConfigPlanChecks: expectEmptyPlan()},
		)
	})
	t.Run("merged", func(t *testing.T) {
		t.Parallel()
		s := simulate(t, gaiasim.Options{UpdateMerges: true})
		s.Run(
			resource.TestStep{Config: key("read", `config = jsonencode({ a = 1, b = 2, c = 3 })`)},
			resource.TestStep{
				Config:      key("write", `config = jsonencode({ a = 7 })`),
				ExpectError: regexp.MustCompile(`(?s)Unable to remove members of the config.*keeps\s+what\s+a\s+change\s+does\s+not\s+name:\s+b,\s+c\..*-replace`),
			},
			// What could be changed was.
			resource.TestStep{
				Config:           key("write", `config = jsonencode({ a = 7, b = 2, c = 3 })`),
				ConfigPlanChecks: expectEmptyPlan(),
				Check:            s.holds(`{"a":7,"b":2,"c":3,"permissions":"write"}`),
			},
		)
	})
}

func TestAccAPIKeyResource_anotherWritingIsNoChange(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	s.Run(
		resource.TestStep{Config: key("read", `config = "{ \"b\": [1, 2],\n \"a\": \"<x>\" }"`), Check: s.holds(`{"a":"\u003cx\u003e","b":[1,2],"permissions":"read"}`)},
		resource.TestStep{Config: key("read", `config = "{ \"b\": [1, 2],\n \"a\": \"<x>\" }"`), ConfigPlanChecks: expectEmptyPlan()},
		resource.TestStep{Config: key("read", `config = jsonencode({ a = "<x>", b = [1, 2] })`), ConfigPlanChecks: expectEmptyPlan()},
		resource.TestStep{Config: key("read", `config = jsonencode({ a = "<x>", b = [2, 1] })`), ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate)},
	)
}

// Members that the service adds are shown from the next refresh on where config is not set, and are no difference.
func TestAccAPIKeyResource_serviceAddsMembers(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{AddsMember: true})
	s.Run(
		resource.TestStep{
			Config:            key("read", ""),
			ConfigStateChecks: []statecheck.StateCheck{expectValue("config", knownvalue.StringExact(`{}`))},
		},
		resource.TestStep{
			Config:            key("read", ""),
			ConfigPlanChecks:  expectEmptyPlan(),
			ConfigStateChecks: []statecheck.StateCheck{expectValue("config", knownvalue.StringExact(`{"source":"api"}`))},
		},
		resource.TestStep{Config: key("write", ""), Check: s.holds(`{"permissions":"write","source":"api"}`)},
	)
}

func TestAccAPIKeyResource_changedOutside(t *testing.T) {
	t.Parallel()
	const config = `config = jsonencode({ a = 1 })`
	for name, change := range map[string]map[string]any{
		"permissions":    {"permissions": "write"},
		"no permissions": {"permissions": nil},
		"value":          {"a": 2},
		"member gone":    {"a": nil},
		"member more":    {"b": map[string]any{"c": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, gaiasim.Options{})
			s.Run(
				resource.TestStep{Config: key("read", config)},
				resource.TestStep{
					PreConfig:        func() { s.change(change) },
					Config:           key("read", config),
					ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
					Check:            s.holds(`{"a":1,"permissions":"read"}`),
				},
			)
		})
	}
}

// What others do to members that the configuration says nothing about is theirs.
func TestAccAPIKeyResource_membersOfOthers(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	s.Run(
		resource.TestStep{Config: key("read", "")},
		resource.TestStep{
			PreConfig:         func() { s.change(map[string]any{"owner": "grace"}) },
			Config:            key("read", ""),
			ConfigPlanChecks:  expectEmptyPlan(),
			ConfigStateChecks: []statecheck.StateCheck{expectValue("config", knownvalue.StringExact(`{"owner":"grace"}`))},
		},
		resource.TestStep{Config: key("write", ""), Check: s.holds(`{"owner":"grace","permissions":"write"}`)},
	)
}

func TestAccAPIKeyResource_disappears(t *testing.T) {
	t.Parallel()
	forEachForm(t, func(_ *testing.T, s *service) {
		s.Run(
			resource.TestStep{Config: key("read", "")},
			resource.TestStep{
				PreConfig:        func() { s.DeleteKey(s.managed().ID) },
				Config:           key("read", ""),
				ConfigPlanChecks: expectAction(plancheck.ResourceActionCreate),
			},
		)
	})
}

func TestAccAPIKeyResource_goneBeforeDestroy(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 500} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			s := simulate(t, gaiasim.Options{UnknownKeyStatus: status})
			// The destroy at the end of the test does not refresh: it deletes a key that
			// is gone, and the service refuses that.
			s.Run(resource.TestStep{
				Config: key("read", ""),
				Check: func(*terraform.State) error {
					s.DeleteKey(s.managed().ID)
					return nil
				},
				ExpectNonEmptyPlan: true,
			})
		})
	}
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
		"empty permissions":       {gaiasim.Options{}, key("", ""), `permissions`},
		"line end":                {gaiasim.Options{}, key("a\nb", ""), `must\s+not\s+hold\s+control\s+characters`},
		"no JSON":                 {gaiasim.Options{}, key("read", `config = "{"`), `(?i)JSON`},
		"no object":               {gaiasim.Options{}, key("read", `config = "[]"`), `Invalid config.*jsonencode`},
		"permissions twice":       {gaiasim.Options{}, key("read", `config = jsonencode({ permissions = "write" })`), `Invalid config.*argument`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, test.options)
			s.Run(resource.TestStep{Config: test.config, ExpectError: regexp.MustCompile(`(?s)` + test.want)})
		})
	}
}

func TestAccAPIKeyResource_deleteRefused(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	s.Run(
		resource.TestStep{Config: key("read", "")},
		resource.TestStep{
			PreConfig: func() {
				s.fault(simulation.Fault{Method: "DELETE", Path: deletePath, Kind: simulation.FaultStatus, Status: 403})
			},
			Config:      key("read", ""),
			Destroy:     true,
			ExpectError: regexp.MustCompile(`(?s)Unable to delete Search GAIA API key.*id\s+[0-9a-f]{64}.*403.*gaia\.api_key`),
		},
	)
}

func TestAccAPIKeyResource_import(t *testing.T) {
	t.Parallel()
	forEachForm(t, func(_ *testing.T, s *service) {
		s.Run(
			resource.TestStep{Config: key("read", `config = jsonencode({ a = 1 })`)},
			resource.TestStep{ResourceName: testKey, ImportState: true, ImportStateVerify: true},
			resource.TestStep{
				ResourceName:  testKey,
				ImportState:   true,
				ImportStateId: "00000000000000000000000000000000000000000000000000000000000000ff",
				ExpectError:   regexp.MustCompile(`Cannot import non-existent remote object`),
			},
			resource.TestStep{
				ResourceName:  testKey,
				ImportState:   true,
				ImportStateId: "45338461-ec42-49d2-aef3-ff39099950c5",
				ExpectError:   regexp.MustCompile(`(?s)Invalid import ID.*SHA-256`),
			},
		)
	})
}

// A service whose list hides keys is still good for creates, changes and deletes.
func TestAccAPIKeyResource_whereListsHideKeys(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{HideKeys: true})
	id, _ := s.issue(gaiasim.Key{Permissions: "read"})
	s.Run(
		resource.TestStep{Config: key("read", ""), Check: s.holds(`{"permissions":"read"}`)},
		resource.TestStep{Config: key("read", ""), ConfigPlanChecks: expectEmptyPlan()},
		resource.TestStep{
			Config:           key("write", `config = jsonencode({ a = 1 })`),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
			Check:            s.holds(`{"a":1,"permissions":"write"}`),
		},
		resource.TestStep{
			ResourceName: testKey, ImportState: true, ImportStateId: id,
			ExpectError: regexp.MustCompile(`(?s)Unable to read Search GAIA API key.*the\s+list\s+hides\s+keys`),
		},
	)
}

func TestAccAPIKeyResource_fiftyKeys(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	s.ResetJournal()
	config := func(permissions string) string {
		return fmt.Sprintf("resource \"egs_gaia_api_key\" \"test\" {\n  count = 50\n  permissions = %q\n}", permissions)
	}
	s.Run(
		resource.TestStep{
			Config: config("read"),
			Check: func(*terraform.State) error {
				if got := len(s.Keys()); got != 51 {
					return fmt.Errorf("%d keys, want 51", got)
				}
				return nil
			},
		},
		resource.TestStep{Config: config("write"), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction("egs_gaia_api_key.test[49]", plancheck.ResourceActionUpdate),
		}}},
	)
}
