// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// The provider does not delete the key that it logs in with, even if the state contains another secret for the key.
func TestAccAPIKeyResource_ownKeyWithOtherSecret(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	d := s.Applied(suite.ImportBlock(string(testKey), s.Keys()[0].ID) + ownKey(""))
	d.Edit(string(testKey), "secret_key", new("sk-0123456789abcdef0123456789abcdef"))
	text := d.Fails(d.Apply(driver.Options{Destroy: true, NoRefresh: true}))
	acctest.WantText(t, text, "Unable to delete the provider's own h2oGPTe API key", 1)
	if s.Requests(deleteKey) != 0 {
		t.Error("the provider's own key was deleted")
	}
}

func TestAccAPIKeyResource_allAttributes(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	config := aliceKey(fmt.Sprintf("collection_id = %q\n  expires_in_days = 30\n  inactivity_interval_days = 7", collection))
	s.Run(
		suite.Step(config, testKey.Has("id", regexp.MustCompile(`^[0-9a-f-]{36}$`)), testKey.Has("username", "alice"),
			testKey.Has("user_id", s.idOf("alice")), testKey.Has("name", "ci"), testKey.Has("collection_id", collection),
			testKey.Has("expires_in_days", 30),
			testKey.Has("expires_at", "2026-12-21T12:00:00Z"), testKey.Has("early_renewal_days", nil),
			testKey.Has("ready_for_renewal", false), testKey.Has("inactivity_interval_days", 7), testKey.Has("active", true),
			testKey.Has("hint", regexp.MustCompile(`^.{4}$`)), testKey.Hides("secret_key"), suite.Check(s.holdsSecret)),
		suite.Step(config, suite.Unchanged),
		// h2oGPTe returns a secret only when the key is created.
		suite.Import(string(testKey), func(step *resource.TestStep) {
			step.ImportStateVerify, step.ImportStateVerifyIgnore = true, []string{"secret_key"}
		}),
	)
}

func TestAccAPIKeyResource_requiredAttributes(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	config := fmt.Sprintf("resource \"egs_h2ogpte_api_key\" \"test\" {\n  user_id = %q\n  name = \"ci\"\n}", s.idOf("bob"))
	s.Run(
		suite.Step(config, testKey.Has("username", "bob"), testKey.Has("collection_id", nil),
			testKey.Has("expires_in_days", nil), testKey.Has("expires_at", nil), testKey.Has("inactivity_interval_days", nil),
			suite.Check(s.holdsSecret)),
		suite.Step(config, suite.Unchanged),
		// This configuration names the same user by username instead of user_id.
		suite.Step("resource \"egs_h2ogpte_api_key\" \"test\" {\n  username = \"bob\"\n  name = \"ci\"\n}", suite.Unchanged),
	)
}

func TestAccAPIKeyResource_updateInPlace(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	ids, secrets := statecheck.CompareValue(compare.ValuesSame()), statecheck.CompareValue(compare.ValuesSame())
	step := func(config string, options ...suite.Option) resource.TestStep {
		return suite.Step(aliceKey(config), suite.All(options...), testKey.Compared(ids, "id"), testKey.Compared(secrets, "secret_key"),
			suite.Check(s.holdsSecret))
	}
	update := func(attribute, before, after string) suite.Option {
		return suite.All(testKey.Updates, testKey.Changes(attribute, before, after), testKey.Changes("name", "ci", "ci"))
	}
	expiresAt := func(at string) suite.Option { return testKey.Has("expires_at", at) }
	s.Run(
		step("expires_in_days = 30", expiresAt("2026-12-21T12:00:00Z")),
		step("expires_in_days = 30", s.Later(day), suite.Unchanged, expiresAt("2026-12-21T12:00:00Z")),
		step("expires_in_days = 60", update("expires_in_days", "30", "60"), expiresAt("2027-01-21T12:00:00Z")),
		step("expires_in_days = 60\n  inactivity_interval_days = 7", update("inactivity_interval_days", "<nil>", "7"), expiresAt("2027-01-21T12:00:00Z")),
		step("expires_in_days = 60\n  inactivity_interval_days = 8", update("inactivity_interval_days", "7", "8")),
		step("expires_in_days = 60", update("inactivity_interval_days", "8", "<nil>")),
		step("", update("expires_in_days", "60", "<nil>"), testKey.Has("expires_at", nil)),
		step("expires_in_days = 30", s.Later(day), update("expires_in_days", "<nil>", "30"), expiresAt("2026-12-23T12:00:00Z")),
		// All attributes change in one update.
		step("expires_in_days = 40\n  inactivity_interval_days = 9\n  active = false", update("active", "true", "false"),
			expiresAt("2027-01-02T12:00:00Z"), testKey.Has("inactivity_interval_days", 9),
			testKey.Has("active", false)),
		step("expires_in_days = 40\n  inactivity_interval_days = 9\n  active = false", suite.Unchanged),
	)
}

func TestAccAPIKeyResource_deactivated(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	ids := statecheck.CompareValue(compare.ValuesDiffer())
	id := func() suite.Option { return testKey.Compared(ids, "id") }
	inactive := func(*terraform.State) error {
		if key := s.managed("ci"); !key.Inactive {
			return fmt.Errorf("the key %s is active", key.ID)
		}
		return nil
	}
	s.Run(
		// The key is created inactive.
		suite.Step(aliceKey("active = false"), suite.Check(inactive)),
		suite.Step(aliceKey("active = false"), suite.Unchanged, id()),
		suite.Step(aliceKey(""), testKey.Replaces("active"), id(), suite.Check(s.holdsSecret)),
		// The key is deactivated in place.
		suite.Step(aliceKey("active = false"), testKey.Updates, suite.Check(inactive, s.holdsSecret)),
		suite.Step(aliceKey("active = terraform_data.unknown.output")+"\nresource \"terraform_data\" \"unknown\" {\n  input = true\n}",
			testKey.Replaces("active")),
		// The key is deactivated outside Terraform.
		suite.Step(aliceKey(""), suite.Before(func() { s.change(func(key *h2ogptesim.Key) { key.Inactive = true }) }),
			testKey.Replaces("active")),
	)
}

// h2oGPTe rejects changes of an inactive key (409). So the provider saves such changes only in the state.
func TestAccAPIKeyResource_changesOfAnInactiveKey(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	same := statecheck.CompareValue(compare.ValuesSame())
	step := func(config string, plan suite.Option) resource.TestStep {
		return suite.Step(aliceKey("active = false\n  "+config), s.Without(setExpiry, setInactivity), plan, testKey.Compared(same, "expires_at"))
	}
	both, update := "expires_in_days = 60\n  inactivity_interval_days = 7", testKey.Updates
	s.Run(
		step("expires_in_days = 30", testKey.Creates),
		step("expires_in_days = 60", update),
		step("expires_in_days = 60", suite.Unchanged),
		step(both, update),
		step(both, suite.Unchanged),
		suite.Step(aliceKey("active = false\n  "+both), s.Without(setExpiry, setInactivity), suite.Before(func() {
			s.ResetJournal()
			s.change(func(key *h2ogptesim.Key) { *key.ExpiresAt = key.ExpiresAt.Add(-5 * day) })
		}), suite.Unchanged, testKey.Has("expires_in_days", 60), testKey.Has("expires_at", "2026-12-16T12:00:00Z")),
		suite.Step(aliceKey("active = false"), update),
		suite.Step(aliceKey("active = false"), suite.Unchanged),
	)
}

// TestAccAPIKeyResource_deactivatedSinceThePlan deactivates a key outside Terraform between the plan and its apply.
func TestAccAPIKeyResource_deactivatedSinceThePlan(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	d := s.Applied(aliceKey("expires_in_days = 30"))
	d.Config = aliceKey("expires_in_days = 60")
	planned := d.Must(d.Plan(driver.Options{}))
	s.change(func(key *h2ogptesim.Key) { key.Inactive = true })
	text := d.Fails(d.ApplyPlan(planned.Plan))
	acctest.WantText(t, text, "Error: Unable to update h2oGPTe API key", 1)
	acctest.WantText(t, text, "The key was deactivated after the plan was created.", 1)
	s.Destroy(d)
}

func TestAccAPIKeyResource_reactivationWarning(t *testing.T) {
	t.Parallel()
	for name, deactivate := range map[string]func(*service){
		"outside Terraform":   func(s *service) { s.change(func(key *h2ogptesim.Key) { key.Inactive = true }) },
		"not used":            func(s *service) { s.Clock.Advance(7 * day) },
		"permissions revoked": func(s *service) { s.RevokePermissions(s.idOf("alice")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{InactivityDeactivates: true})
			d := s.Applied(aliceKey("inactivity_interval_days = 7"))
			suite.WantEmptyPlan(t, d)
			deactivate(s)
			planned := d.Must(d.Plan(driver.Options{}))
			acctest.WantText(t, planned.Text(), `Warning: h2oGPTe API key "ci" of "alice" is not active and will be replaced (id `+s.managed("ci").ID, 1)
			acctest.WantText(t, planned.Text(), "cannot be undone", 1)
			suite.WantPlan(t, d, string(testKey)+": delete, create")
			s.Destroy(d)
		})
	}
}

// If the user that the provider logs in as loses its permissions, the refresh fails, and all keys stay in the state.
func TestAccAPIKeyResource_providerWithoutPermissions(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{ErrorTypes: true})
	d := s.Applied(aliceKey(""))
	s.RevokePermissions(s.idOf("admin"))
	text := d.Fails(d.Refresh())
	acctest.WantText(t, text, "HTTP 401 (UnauthorizedError): API key is not active.", 1)
	acctest.WantText(t, text, "does not accept the provider's credentials (h2ogpte.api_key", 1)
	apiKeys.WantKeys(t, d, s.OnlyCreated())
}

// h2oGPTe 1.7 limits the requests of each user. The provider waits for the time that the responses specify.
func TestAccAPIKeyResource_rateLimitOfTheUser(t *testing.T) {
	t.Parallel()
	suite.OnSimulatedTime(t, func(t *testing.T, network *simulation.Network) {
		t.Helper()
		s := simulateOn(t, network, h2ogptesim.Options{UserRequestsPerSecond: 2})
		d := s.Applied(apiKeys.Many(20, false))
		apiKeys.WantKeys(t, d, s.Created()...)
		if suite.WantEmptyPlan(t, d); len(s.Created()) != 20 {
			t.Errorf("%d keys were created", len(s.Created()))
		}
		s.Destroy(d)
		if !slices.ContainsFunc(s.Journal(), func(e simulation.Entry) bool { return e.Status == http.StatusTooManyRequests }) {
			t.Error("no request was rate limited")
		}
	})
}
