// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

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
			suite.Step(config, suite.Resource("egs_api_key.test[1]").Has("workspace_name", "red")),
			suite.Step(config, suite.Unchanged),
		)
	})
}

func TestAccAPIKeyResource_allAttributes(t *testing.T) {
	t.Parallel()
	forEachDialect(t, egssim.Options{}, func(_ *testing.T, c *controller) {
		c.Run(suite.Step(viewerKey(`
  username    = "grace"
  description = "for the nightly build"`), testKey.Has("id", regexp.MustCompile(`^[0-9a-f]{32}$`)),
			testKey.Has("name", "ci"), testKey.Has("role", "Viewer"), testKey.Has("workspace_name", "red"),
			testKey.Has("username", "grace"), testKey.Has("description", "for the nightly build"),
			testKey.Has("valid_until", "2027-03-31"), testKey.Hides("api_key"), suite.Check(c.holdsSecret)),
			suite.Step("resource \"egs_api_key\" \"test\" {\n  name = \"platform\"\n  role = \"Owner\"\n  valid_until = \"2027-03-31\"\n}",
				testKey.Has("workspace_name", nil), testKey.Has("username", "admin"), testKey.Has("description", nil)))
	})
}

func TestAccAPIKeyResource_changedOutside(t *testing.T) {
	t.Parallel()
	changed := func(member, value, attribute string) suite.Outside {
		return suite.Outside{Change: func(s *suite.Subject) { of(s).change("ci", member, value) }, Plan: testKey.Replaces(attribute)}
	}
	apiKeys.RunOutside(t, viewerKey(""), map[string]suite.Outside{
		"role":        changed("role", "Editor", "role"),
		"workspace":   changed("workspaceName", "blue", "workspace_name"),
		"user":        changed("userName", "Mallory", "username"),
		"description": changed("description", "mine now", "description"),
		"date":        changed("validity", "2030-01-01", "valid_until"),
	})
}

func TestAccAPIKeyResource_usernameLetterCase(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{UserNameCase: egssim.UserNameUpper, OmitEmptyMembers: true})
	c.Run(
		suite.Step(viewerKey(`username = "grace"`)),
		suite.Step(viewerKey(`username = "Grace"`), suite.Unchanged),
	)
}

func TestAccAPIKeyResource_emptyDescription(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	ids := statecheck.CompareValue(compare.ValuesSame())
	step := func(config string, options ...suite.Option) resource.TestStep {
		return suite.Step(config, suite.All(options...), testKey.Compared(ids, "id"))
	}
	c.Run(
		step(viewerKey("")),
		step(viewerKey(`description = ""`), testKey.Updates),
		step(viewerKey(`description = ""`), suite.Unchanged),
		step(viewerKey(""), testKey.Updates),
	)
}

func TestAccAPIKeyResource_pastDate(t *testing.T) {
	t.Parallel()
	t.Run("allowed for an existing key, refused for its replacement", func(t *testing.T) {
		t.Parallel()
		c := simulate(t, egssim.Options{})
		c.Run(
			suite.Step(viewerKey("")),
			suite.Step(viewerKey(""), suite.Before(func() { c.Clock.Advance(365 * 24 * time.Hour) }), suite.Unchanged),
			suite.Step(viewerKey(`description = "successor"`), suite.FailsPlan(`valid_until is in the past`)),
		)
	})
	// The old key must not be deleted if the new key cannot be created.
	t.Run("in the past since the plan", func(t *testing.T) {
		t.Parallel()
		c := simulate(t, egssim.Options{})
		d := c.Applied(viewerKey(""))
		before := c.managed("ci").ID
		d.Config = strings.Replace(viewerKey(""), "2027-03-31", "2027-04-30", 1)
		plan := d.Must(d.Plan(driver.Options{})).Plan
		c.Clock.Advance(200 * day)
		output := d.Fails(d.ApplyPlan(plan))
		acctest.WantText(t, output, `valid_until = "2027-04-30", which is in the past`, 1)
		acctest.WantText(t, output, "was not deleted", 1)
		if c.managed("ci").ID != before || c.Requests(deleteKey) != 0 {
			t.Error("the key was deleted")
		}
		c.Destroy(d)
	})
	t.Run("unknown before the apply", func(t *testing.T) {
		t.Parallel()
		c := simulate(t, egssim.Options{})
		c.Run(suite.Step(`
resource "terraform_data" "date" {
  input = "2026-01-01"
}
resource "egs_api_key" "test" {
  name        = "ci"
  role        = "Owner"
  valid_until = terraform_data.date.output
}`, suite.Fails(`valid_until is in the past`)))
	})
}

// TestAccAPIKeyResource_refusals checks the errors that the provider shows for error responses, for each status and form.
func TestAccAPIKeyResource_refusals(t *testing.T) {
	t.Parallel()
	mauve, today := strings.Replace(viewerKey(""), "red", "mauve", 1), strings.Replace(viewerKey(""), "2027-03-31", "2026-11-21", 1)
	for _, test := range []struct {
		options      egssim.Options
		config, want string
	}{
		{egssim.Options{}, mauve, `mauve.*workspace\s+in\s+workspace_name`},
		{egssim.Options{FlatErrors: true}, mauve, `mauve`},
		{egssim.Options{UnknownWorkspaceStatus: 400}, mauve, `HTTP 400.*mauve`},
		{egssim.Options{ExpiryExclusive: true}, today, `HTTP 422.*2026-11-21`},
		{egssim.Options{ExpiryZone: time.FixedZone("", 13*60*60)}, today, `HTTP 422.*2026-11-21`},
		{egssim.Options{ExpiryExclusive: true, PastDateStatus: 400}, today, `HTTP 400.*2026-11-21`},
	} {
		simulate(t, test.options).Run(suite.Step(test.config, suite.Fails(`Unable to create EGS API key.*`+test.want)))
	}
}

func TestAccAPIKeyResource_importWhereListsHideSecrets(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{ListedSecrets: egssim.SecretsMasked})
	id, _ := c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "admin", Validity: "2027-03-31"})
	config := suite.ImportBlock(string(testKey), id) + viewerKey("")
	c.Run(
		suite.Step(config, testKey.Has("api_key", nil)),
		suite.Step(config, suite.Destroys, suite.Fails(`Unable to delete EGS API key.*does\s+not\s+return\s+secrets.*`+id+`.*state\s+rm`)),
		// The error of the previous step advises removing the resource from the state.
		suite.Step(suite.Removed(string(testKey))),
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
					suite.Step(viewerKey("")),
					suite.Step(viewerKey(""), suite.Unchanged),
					// If the credentials have no permission to see a key, the provider must not treat the key as deleted.
					suite.Step(viewerKey(""), suite.Before(func() {
						_, c.Environment["EGS_API_KEY"] = c.issue(egssim.Key{Name: "other", Role: "Editor", WorkspaceName: "blue", Validity: "2030-01-01"})
					}), suite.FailsPlan(`Unable to read EGS API key`)),
					suite.Step(viewerKey(""), suite.Before(func() { c.Environment["EGS_API_KEY"] = c.OwnerKey() }), suite.Unchanged),
				)
			})
		})
	}
}

// TestAccAPIKeyResource_notFoundIsNoProof: if EGS has no keys and responds to a list request with 404, the provider must not
// treat the key as deleted. The error must say what to do.
func TestAccAPIKeyResource_notFoundIsNoProof(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{EmptyKeyList: egssim.EmptyListNotFound})
	c.Environment["EGS_ACCESS_TOKEN"] = c.Token(c.OwnerKey())
	delete(c.Environment, "EGS_API_KEY")
	d := c.Applied(viewerKey(""))
	for _, key := range c.Keys() {
		c.DeleteKey(key.ID)
	}
	acctest.WantText(t, d.Fails(d.Plan(driver.Options{})), "run terraform state rm ADDRESS", 1)
}
