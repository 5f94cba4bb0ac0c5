// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const testKey = "egs_api_key.test"

// viewerKey is the configuration of a Viewer key of the workspace red with more
// arguments.
func viewerKey(more string) string {
	return fmt.Sprintf(`
resource "egs_api_key" "test" {
  name           = "ci"
  role           = "Viewer"
  workspace_name = "red"
  valid_until    = "2027-03-31"
  %s
}`, more)
}

func expectAction(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(testKey, action)}}
}

func expectEmptyPlan() resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
}

func TestAccAPIKeyResource_threeWorkspacesThreeRoles(t *testing.T) {
	t.Parallel()
	const config = `
resource "egs_api_key" "test" {
  count          = 9
  name           = "key-${count.index}"
  role           = ["Owner", "Editor", "Viewer"][count.index % 3]
  workspace_name = ["red", "green", "blue"][floor(count.index / 3)]
  valid_until    = "2027-03-31"
}`
	forEachDialect(t, egssim.Options{}, func(_ *testing.T, c *controller) {
		c.Run(
			resource.TestStep{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("egs_api_key.test[1]", tfjsonpath.New("service_account_name"),
						knownvalue.StringExact("kubeslice-rbac-rw-slice-red")),
				},
			},
			resource.TestStep{Config: config, ConfigPlanChecks: expectEmptyPlan()},
		)
	})
}

func TestAccAPIKeyResource_allAttributes(t *testing.T) {
	t.Parallel()
	forEachDialect(t, egssim.Options{}, func(_ *testing.T, c *controller) {
		c.Run(resource.TestStep{
			Config: viewerKey(`
  user_name   = "grace"
  description = "for the nightly build"`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(testKey, tfjsonpath.New("id"), knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f]{32}$`))),
				statecheck.ExpectKnownValue(testKey, tfjsonpath.New("name"), knownvalue.StringExact("ci")),
				statecheck.ExpectKnownValue(testKey, tfjsonpath.New("role"), knownvalue.StringExact("Viewer")),
				statecheck.ExpectKnownValue(testKey, tfjsonpath.New("workspace_name"), knownvalue.StringExact("red")),
				statecheck.ExpectKnownValue(testKey, tfjsonpath.New("user_name"), knownvalue.StringExact("grace")),
				statecheck.ExpectKnownValue(testKey, tfjsonpath.New("description"), knownvalue.StringExact("for the nightly build")),
				statecheck.ExpectKnownValue(testKey, tfjsonpath.New("valid_until"), knownvalue.StringExact("2027-03-31")),
				statecheck.ExpectKnownValue(testKey, tfjsonpath.New("service_account_name"), knownvalue.StringExact("kubeslice-rbac-ro-slice-red")),
				statecheck.ExpectSensitiveValue(testKey, tfjsonpath.New("api_key")),
			},
			Check: c.holdsSecret,
		})
	})
}

func TestAccAPIKeyResource_ownerWithoutWorkspace(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.Run(resource.TestStep{
		Config: `
resource "egs_api_key" "test" {
  name        = "platform"
  role        = "Owner"
  valid_until = "2027-03-31"
}`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(testKey, tfjsonpath.New("workspace_name"), knownvalue.Null()),
			statecheck.ExpectKnownValue(testKey, tfjsonpath.New("user_name"), knownvalue.StringExact("admin")),
			statecheck.ExpectKnownValue(testKey, tfjsonpath.New("description"), knownvalue.Null()),
		},
	})
}

func TestAccAPIKeyResource_sameNameMakesTwoKeys(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.Run(resource.TestStep{
		Config: `
resource "egs_api_key" "test" {
  count       = 2
  name        = "same"
  role        = "Owner"
  valid_until = "2027-03-31"
}`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.CompareValuePairs("egs_api_key.test[0]", tfjsonpath.New("id"), "egs_api_key.test[1]", tfjsonpath.New("id"), compare.ValuesDiffer()),
		},
	})
}

func TestAccAPIKeyResource_disappears(t *testing.T) {
	t.Parallel()
	forEachDialect(t, egssim.Options{}, func(_ *testing.T, c *controller) {
		c.Run(
			resource.TestStep{Config: viewerKey("")},
			resource.TestStep{
				PreConfig:        func() { c.DeleteKey(c.managed("ci").ID) },
				Config:           viewerKey(""),
				ConfigPlanChecks: expectAction(plancheck.ResourceActionCreate),
			},
		)
	})
}

func TestAccAPIKeyResource_goneBeforeDestroy(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 409, 500} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{DeleteUnknownStatus: status})
			// The destroy at the end of the test does not refresh: it deletes a key that
			// is gone, and the controller refuses that.
			c.Run(resource.TestStep{
				Config: viewerKey(""),
				Check: func(*terraform.State) error {
					c.DeleteKey(c.managed("ci").ID)
					return nil
				},
				ExpectNonEmptyPlan: true,
			})
			if n := c.requests(http.MethodDelete, "/api/v1/api-key"); n == 0 {
				t.Error("no delete was tried")
			}
		})
	}
}

func TestAccAPIKeyResource_deleteRefused(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.Run(
		resource.TestStep{Config: viewerKey("")},
		resource.TestStep{
			PreConfig: func() {
				c.fault(simulation.Fault{Method: http.MethodDelete, Kind: "status", Status: http.StatusForbidden})
			},
			Config:      viewerKey(""),
			Destroy:     true,
			ExpectError: regexp.MustCompile(`(?s)Unable to delete EGS API key.*"ci" of workspace "red".*403`),
		},
	)
}

func TestAccAPIKeyResource_changedOutside(t *testing.T) {
	t.Parallel()
	for member, change := range map[string]struct{ value, attribute string }{
		"name":          {"cd", "name"},
		"role":          {"Editor", "role"},
		"workspaceName": {"blue", "workspace_name"},
		"userName":      {"Mallory", "user_name"},
		"description":   {"mine now", "description"},
		"validity":      {"2030-01-01", "valid_until"},
	} {
		t.Run(member, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			c.Run(
				resource.TestStep{Config: viewerKey("")},
				resource.TestStep{
					PreConfig: func() { c.change("ci", member, change.value) },
					Config:    viewerKey(""),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(testKey, plancheck.ResourceActionReplace),
						replacedFor(change.attribute),
					}},
				},
			)
		})
	}
}

func TestAccAPIKeyResource_changedArgumentReplaces(t *testing.T) {
	t.Parallel()
	for attribute, config := range map[string]string{
		"name":           `name = "cd", role = "Viewer", workspace_name = "red", valid_until = "2027-03-31"`,
		"role":           `name = "ci", role = "Editor", workspace_name = "red", valid_until = "2027-03-31"`,
		"workspace_name": `name = "ci", role = "Viewer", workspace_name = "blue", valid_until = "2027-03-31"`,
		"valid_until":    `name = "ci", role = "Viewer", workspace_name = "red", valid_until = "2027-04-30"`,
		"user_name":      `name = "ci", role = "Viewer", workspace_name = "red", valid_until = "2027-03-31", user_name = "grace"`,
		"description":    `name = "ci", role = "Viewer", workspace_name = "red", valid_until = "2027-03-31", description = "new"`,
	} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			secrets := statecheck.CompareValue(compare.ValuesDiffer())
			c.Run(
				resource.TestStep{
					Config:            viewerKey(""),
					ConfigStateChecks: []statecheck.StateCheck{secrets.AddStateValue(testKey, tfjsonpath.New("api_key"))},
				},
				resource.TestStep{
					Config: fmt.Sprintf("resource \"egs_api_key\" \"test\" {\n%s\n}",
						regexp.MustCompile(`, `).ReplaceAllString(config, "\n")),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(testKey, plancheck.ResourceActionReplace),
						replacedFor(attribute),
					}},
					ConfigStateChecks: []statecheck.StateCheck{secrets.AddStateValue(testKey, tfjsonpath.New("api_key"))},
				},
			)
		})
	}
}

func TestAccAPIKeyResource_equivalentSpellingIsNoChange(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{UserNameCase: egssim.UserNameUpper, OmitEmptyMembers: true})
	c.Run(
		resource.TestStep{Config: viewerKey(`user_name = "grace"`)},
		resource.TestStep{Config: viewerKey(`user_name = "Grace"`), ConfigPlanChecks: expectEmptyPlan()},
	)
}

func TestAccAPIKeyResource_emptyDescriptionIsNone(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	ids := statecheck.CompareValue(compare.ValuesSame())
	step := func(config string, plan resource.ConfigPlanChecks) resource.TestStep {
		return resource.TestStep{
			Config:            config,
			ConfigPlanChecks:  plan,
			ConfigStateChecks: []statecheck.StateCheck{ids.AddStateValue(testKey, tfjsonpath.New("id"))},
		}
	}
	c.Run(
		step(viewerKey(""), resource.ConfigPlanChecks{}),
		step(viewerKey(`description = ""`), expectAction(plancheck.ResourceActionUpdate)),
		step(viewerKey(`description = ""`), expectEmptyPlan()),
		step(viewerKey(""), expectAction(plancheck.ResourceActionUpdate)),
	)
}

func TestAccAPIKeyResource_malformedDate(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	for _, date := range []string{"31.03.2027", "2027-02-30", "2027-3-1", "2027-03-31T00:00:00Z", ""} {
		c.Run(resource.TestStep{
			Config: fmt.Sprintf(`
resource "egs_api_key" "test" {
  name        = "ci"
  role        = "Owner"
  valid_until = %q
}`, date),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`(?s)Invalid date.*valid_until`),
		})
	}
}

func TestAccAPIKeyResource_pastDate(t *testing.T) {
	t.Parallel()
	t.Run("refused at plan", func(t *testing.T) {
		t.Parallel()
		c := simulate(t, egssim.Options{})
		c.Run(resource.TestStep{
			Config:      regexp.MustCompile(`2027-03-31`).ReplaceAllString(viewerKey(""), "2026-11-20"),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`(?s)Date is past.*valid_until.*2026-11-20.*2026-11-21`),
		})
	})
	t.Run("allowed for a key that exists, refused for its successor", func(t *testing.T) {
		t.Parallel()
		c := simulate(t, egssim.Options{})
		c.Run(
			resource.TestStep{Config: viewerKey("")},
			resource.TestStep{
				PreConfig:        func() { c.Clock.Advance(365 * 24 * time.Hour) },
				Config:           viewerKey(""),
				ConfigPlanChecks: expectEmptyPlan(),
			},
			resource.TestStep{
				Config:      viewerKey(`description = "successor"`),
				PlanOnly:    true,
				ExpectError: regexp.MustCompile(`Date is past`),
			},
		)
	})
	t.Run("refused at apply when not known before", func(t *testing.T) {
		t.Parallel()
		c := simulate(t, egssim.Options{})
		c.Run(resource.TestStep{
			Config: `
resource "terraform_data" "date" {
  input = "2026-01-01"
}
resource "egs_api_key" "test" {
  name        = "ci"
  role        = "Owner"
  valid_until = terraform_data.date.output
}`,
			ExpectError: regexp.MustCompile(`Date is past`),
		})
	})
}

func TestAccAPIKeyResource_workspaceRequired(t *testing.T) {
	t.Parallel()
	t.Run("for Editor and Viewer at plan", func(t *testing.T) {
		t.Parallel()
		c := simulate(t, egssim.Options{})
		for _, role := range []string{"Editor", "Viewer"} {
			c.Run(resource.TestStep{
				Config: fmt.Sprintf(`
resource "egs_api_key" "test" {
  name        = "ci"
  role        = %q
  valid_until = "2027-03-31"
}`, role),
				PlanOnly:    true,
				ExpectError: regexp.MustCompile(`(?s)Missing workspace.*` + role + `.*workspace_name`),
			})
		}
	})
	t.Run("unknown values wait", func(t *testing.T) {
		t.Parallel()
		c := simulate(t, egssim.Options{})
		c.Run(resource.TestStep{
			Config: `
resource "terraform_data" "team" {
  input = { role = "Editor", workspace = "red" }
}
resource "egs_api_key" "test" {
  name           = "ci"
  role           = terraform_data.team.output.role
  workspace_name = terraform_data.team.output.workspace
  valid_until    = "2027-03-31"
}`,
		})
	})
	t.Run("must exist", func(t *testing.T) {
		t.Parallel()
		forEachDialect(t, egssim.Options{}, func(_ *testing.T, c *controller) {
			c.Run(resource.TestStep{
				Config: `
resource "egs_api_key" "test" {
  name           = "ci"
  role           = "Viewer"
  workspace_name = "mauve"
  valid_until    = "2027-03-31"
}`,
				ExpectError: regexp.MustCompile(`(?s)Unable to create EGS API key.*mauve`),
			})
		})
	})
}

func TestAccAPIKeyResource_unknownRole(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.Run(resource.TestStep{
		Config: `
resource "egs_api_key" "test" {
  name        = "ci"
  role        = "owner"
  valid_until = "2027-03-31"
}`,
		PlanOnly:    true,
		ExpectError: regexp.MustCompile(`(?s)role.*"Owner" "Editor" "Viewer"`),
	})
}

func TestAccAPIKeyResource_import(t *testing.T) {
	t.Parallel()
	forEachDialect(t, egssim.Options{}, func(_ *testing.T, c *controller) {
		c.Run(
			resource.TestStep{Config: viewerKey(`description = "for the nightly build"`)},
			resource.TestStep{
				ResourceName:      testKey,
				ImportState:       true,
				ImportStateVerify: true,
				// The service shows the user's name in a letter case of its own.
				ImportStateVerifyIgnore: []string{"user_name"},
			},
			resource.TestStep{
				ResourceName:        testKey,
				ImportState:         true,
				ImportStateIdPrefix: "red/",
			},
		)
	})
}

func TestAccAPIKeyResource_importBlock(t *testing.T) {
	t.Parallel()
	forEachDialect(t, egssim.Options{}, func(_ *testing.T, c *controller) {
		id, _ := c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "admin", Validity: "2027-03-31"})
		c.Run(
			resource.TestStep{
				Config: fmt.Sprintf("import {\n  to = egs_api_key.test\n  id = %q\n}\n", id) + viewerKey(""),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(testKey, plancheck.ResourceActionNoop)},
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				Check: resource.TestCheckResourceAttr(testKey, "api_key", c.Secret(id)),
			},
		)
	})
}

func TestAccAPIKeyResource_importErrors(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	for id, want := range map[string]string{
		"030b514f342dcf5ac94f3f39726c247e":     `(?s)Cannot import non-existent remote object`,
		"45338461-ec42-49d2-aef3-ff39099950c5": `(?s)looks like the key's secret.*MD5`,
		"/030b514f342dcf5ac94f3f39726c247e":    `(?s)no workspace before the slash`,
	} {
		c.Run(resource.TestStep{
			Config:        viewerKey(""),
			ResourceName:  testKey,
			ImportState:   true,
			ImportStateId: id,
			ExpectError:   regexp.MustCompile(want),
		})
	}
}

func TestAccAPIKeyResource_unknownsOfTheWire(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]egssim.Options{
		"secrets are masked":        {ListedSecrets: egssim.SecretsMasked},
		"secrets are omitted":       {ListedSecrets: egssim.SecretsOmitted},
		"validity is a timestamp":   {ValidityAsTimestamp: true},
		"empty members are omitted": {OmitEmptyMembers: true},
		"user name as sent":         {UserNameCase: egssim.UserNameAsSent},
		"delete answers null":       {DeleteAnswer: egssim.DeleteAnswerNull},
		"delete answers nothing":    {DeleteAnswer: egssim.DeleteAnswerEmpty},
		"tokens are opaque":         {OpaqueTokens: true},
		"refused unfiltered list":   {UnfilteredList: egssim.UnfilteredRefusedToAll},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, options)
			c.Run(
				resource.TestStep{Config: viewerKey(""), Check: c.holdsSecret},
				resource.TestStep{Config: viewerKey(""), ConfigPlanChecks: expectEmptyPlan()},
			)
		})
	}
}

// TestAccAPIKeyResource_refusalsOfTheWire shows what a user sees of a refusal,
// whatever its status and form.
func TestAccAPIKeyResource_refusalsOfTheWire(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options       egssim.Options
		workspace, on string
		want          string
	}{
		"unknown workspace, nested":   {egssim.Options{}, "mauve", "2027-03-31", `(?s)mauve.*Check\s+workspace_name`},
		"unknown workspace, flat":     {egssim.Options{FlatErrors: true}, "mauve", "2027-03-31", `(?s)mauve`},
		"unknown workspace, 400":      {egssim.Options{UnknownWorkspaceStatus: 400}, "mauve", "2027-03-31", `(?s)HTTP 400.*mauve`},
		"the day itself is past":      {egssim.Options{ExpiryExclusive: true}, "red", "2026-11-21", `(?s)HTTP 422.*2026-11-21`},
		"the day itself is past, 400": {egssim.Options{ExpiryExclusive: true, PastDateStatus: 400}, "red", "2026-11-21", `(?s)HTTP 400.*2026-11-21`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, test.options)
			c.Run(resource.TestStep{
				Config: fmt.Sprintf("resource \"egs_api_key\" \"test\" {\n  name = \"ci\"\n  role = \"Viewer\"\n  workspace_name = %q\n  valid_until = %q\n}",
					test.workspace, test.on),
				ExpectError: regexp.MustCompile(`(?s)Unable to create EGS API key.*` + test.want),
			})
		})
	}
}

func TestAccAPIKeyResource_importWhereListsHideSecrets(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{ListedSecrets: egssim.SecretsMasked})
	id, _ := c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "admin", Validity: "2027-03-31"})
	config := fmt.Sprintf("import {\n  to = egs_api_key.test\n  id = %q\n}\n", id) + viewerKey("")
	c.Run(
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(testKey, tfjsonpath.New("api_key"), knownvalue.Null()),
			},
		},
		resource.TestStep{
			Config:      config,
			Destroy:     true,
			ExpectError: regexp.MustCompile(`(?s)Unable to delete EGS API key.*hides\s+secrets.*` + id + `.*state\s+rm`),
		},
		resource.TestStep{
			// The way out the error names.
			Config: "removed {\n  from = egs_api_key.test\n  lifecycle {\n    destroy = false\n  }\n}",
		},
	)
}

func TestAccAPIKeyResource_editorCredentials(t *testing.T) {
	t.Parallel()
	for name, unfiltered := range map[string]egssim.UnfilteredList{
		"unfiltered list is narrowed": egssim.UnfilteredNarrowed,
		"unfiltered list is refused":  egssim.UnfilteredRefused,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachDialect(t, egssim.Options{UnfilteredList: unfiltered}, func(_ *testing.T, c *controller) {
				_, c.Environment["EGS_API_KEY"] = c.issue(egssim.Key{Name: "editor", Role: "Editor", WorkspaceName: "red", Validity: "2030-01-01"})
				c.Run(
					resource.TestStep{Config: viewerKey("")},
					resource.TestStep{Config: viewerKey(""), ConfigPlanChecks: expectEmptyPlan()},
					resource.TestStep{
						// A key that these credentials do not see is not taken for gone.
						PreConfig: func() {
							_, c.Environment["EGS_API_KEY"] = c.issue(egssim.Key{Name: "other", Role: "Editor", WorkspaceName: "blue", Validity: "2030-01-01"})
						},
						Config:      viewerKey(""),
						PlanOnly:    true,
						ExpectError: regexp.MustCompile(`Unable to read EGS API key`),
					},
					resource.TestStep{
						PreConfig: func() { c.Environment["EGS_API_KEY"] = c.OwnerKey() },
						Config:    viewerKey(""), ConfigPlanChecks: expectEmptyPlan(),
					},
				)
			})
		})
	}
}

// holdsSecret checks that the state holds the secret of the key.
func (c *controller) holdsSecret(s *terraform.State) error {
	attributes := s.RootModule().Resources[testKey].Primary.Attributes
	if attributes["api_key"] != c.Secret(attributes["id"]) {
		return errors.New("the state does not hold the key's secret")
	}
	return nil
}

// replacedFor checks that the plan says why it replaces the resource.
func replacedFor(attribute string) plancheck.PlanCheck {
	return planCheck(func(changes map[string]replacement) error {
		if slices.Contains(changes[testKey].paths, attribute) {
			return nil
		}
		return fmt.Errorf("%s is replaced for %v, want %s", testKey, changes[testKey].paths, attribute)
	})
}
