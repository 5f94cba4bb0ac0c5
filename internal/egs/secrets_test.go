// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// holdsNoSecret checks that nothing in the state is a secret of the controller.
func (c *controller) holdsNoSecret(s *terraform.State) error {
	text := s.String()
	for _, key := range c.Keys() {
		if regexp.MustCompile(regexp.QuoteMeta(c.Secret(key.ID))).MatchString(text) {
			return errors.New("the state holds the secret of " + key.Name)
		}
	}
	return nil
}

func TestAccAPIKeyResource_secretOutOfState(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	var id string
	same := func(*terraform.State) error {
		if got := c.managed("ci").ID; got != id {
			return fmt.Errorf("the key is %s now, want it kept", got)
		}
		return nil
	}
	c.Run(
		resource.TestStep{Config: viewerKey("store_api_key = false"), Check: resource.ComposeTestCheckFunc(c.holdsNoSecret, func(*terraform.State) error {
			id = c.managed("ci").ID
			return nil
		})},
		resource.TestStep{Config: viewerKey("store_api_key = false"), ConfigPlanChecks: expectEmptyPlan(), Check: c.holdsNoSecret},
		resource.TestStep{
			Config:           viewerKey("store_api_key = true"),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
			Check:            resource.ComposeTestCheckFunc(c.holdsSecret, same),
		},
		resource.TestStep{
			Config:           viewerKey("store_api_key = false"),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
			Check:            resource.ComposeTestCheckFunc(c.holdsNoSecret, same),
		},
		resource.TestStep{
			Config:            viewerKey("store_api_key = false\n  description = \"successor\""),
			ConfigPlanChecks:  expectAction(plancheck.ResourceActionReplace),
			ConfigStateChecks: []statecheck.StateCheck{expectValue("api_key", knownvalue.Null())},
		},
	)
}

func TestAccAPIKeyResource_secretIsKeptWhereListsHideIt(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{ListedSecrets: egssim.SecretsOmitted})
	c.Run(
		resource.TestStep{Config: viewerKey("store_api_key = false"), Check: c.holdsSecret},
		resource.TestStep{Config: viewerKey("store_api_key = false"), ConfigPlanChecks: expectEmptyPlan(), Check: c.holdsSecret},
		resource.TestStep{Config: viewerKey(""), Check: c.holdsSecret},
		resource.TestStep{Config: viewerKey("store_api_key = false"), Check: c.holdsSecret},
	)
}

func TestAccAPIKeyEphemeral(t *testing.T) {
	t.Parallel()
	const echo = "echo.test"
	config := func(key string) string {
		return viewerKey("store_api_key = false") + fmt.Sprintf(`
ephemeral "egs_api_key" "test" {
  %s
}
provider "echo" {
  data = ephemeral.egs_api_key.test
}
resource "echo" "test" {}`, key)
	}
	forEachDialect(t, egssim.Options{}, func(_ *testing.T, c *controller) {
		c.Run(
			resource.TestStep{
				Config:      config(`id = "030b514f342dcf5ac94f3f39726c247e"`),
				ExpectError: regexp.MustCompile(`(?s)Unable to find EGS API key.*030b514f342dcf5ac94f3f39726c247e`),
			},
			resource.TestStep{
				Config: config(`id = egs_api_key.test.id`),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(echo, tfjsonpath.New("data").AtMapKey("name"), knownvalue.StringExact("ci")),
					statecheck.ExpectKnownValue(echo, tfjsonpath.New("data").AtMapKey("api_key"), knownvalue.StringFunc(func(secret string) error {
						if secret != c.Secret(c.managed("ci").ID) {
							return errors.New("not the key's secret")
						}
						return nil
					})),
				},
			},
		)
	})
}

func TestAccAPIKeyEphemeral_whereListsHideSecrets(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{ListedSecrets: egssim.SecretsMasked})
	c.Run(resource.TestStep{
		Config: viewerKey("") + `
ephemeral "egs_api_key" "test" {
  id = egs_api_key.test.id
}`,
		ExpectError: regexp.MustCompile(`(?s)Unable to fetch the secret.*store_api_key = true`),
	})
}

func TestAccTemporaryAPIKeyEphemeral(t *testing.T) {
	t.Parallel()
	const config = `
ephemeral "egs_temporary_api_key" "test" {
  name           = "smoke-test"
  role           = "Viewer"
  workspace_name = "red"
}
provider "echo" {
  data = ephemeral.egs_temporary_api_key.test
}
resource "echo" "test" {}`
	forEachDialect(t, egssim.Options{}, func(t *testing.T, c *controller) {
		t.Helper()
		c.Run(resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.test", tfjsonpath.New("data").AtMapKey("valid_until"), knownvalue.StringExact("2026-11-22")),
				statecheck.ExpectKnownValue("echo.test", tfjsonpath.New("data").AtMapKey("id"), knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f]{32}$`))),
			},
		})
		creates, deletes := c.requests("POST", "/api/v1/api-key"), c.requests("DELETE", "/api/v1/api-key")
		if creates == 0 || creates < deletes {
			t.Errorf("%d creates, %d deletes", creates, deletes)
		}
		for _, key := range c.Keys() {
			if !c.foreign[key.ID] {
				t.Errorf("the key %s was left behind", key.Name)
			}
		}
	})
}

func TestAccTemporaryAPIKeyEphemeral_namedAndToleratesThatItIsGone(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.Run(resource.TestStep{
		// The key that somebody revokes while the run goes on: the check block's
		// data source sees it by its telling name.
		Config: `
ephemeral "egs_temporary_api_key" "test" {
  name = "smoke-test"
  role = "Owner"
}
data "egs_api_keys" "test" {
  name       = "smoke-test-terraform-temporary"
  depends_on = [ephemeral.egs_temporary_api_key.test]
}`,
		PreConfig: func() {
			c.fault(simulation.Fault{Method: "DELETE", Kind: simulation.FaultDropAfterCommit, Times: 20})
		},
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(testKeys, tfjsonpath.New("api_keys"), knownvalue.ListSizeExact(1)),
		},
	})
}

func TestAccTemporaryAPIKeyEphemeral_workspaceRequired(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.Run(resource.TestStep{
		Config:      "ephemeral \"egs_temporary_api_key\" \"test\" {\n  name = \"x\"\n  role = \"Editor\"\n}",
		ExpectError: regexp.MustCompile(`Missing workspace`),
	})
}

func TestAccAccessTokenEphemeral(t *testing.T) {
	t.Parallel()
	config := func(key string) string {
		return fmt.Sprintf(`
ephemeral "egs_access_token" "test" {
  %s
}
provider "echo" {
  data = ephemeral.egs_access_token.test
}
resource "echo" "test" {}`, key)
	}
	data := func(name string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("echo.test", tfjsonpath.New("data").AtMapKey(name), check)
	}
	c := simulate(t, egssim.Options{})
	_, viewer := c.issue(egssim.Key{Name: "viewer", Role: "Viewer", WorkspaceName: "red", Validity: "2027-01-01"})
	c.Run(
		resource.TestStep{
			Config:      config(`api_key = "45338461-ec42-49d2-aef3-ff39099950c5"`),
			ExpectError: regexp.MustCompile(`(?s)Unable to get EGS access token.*401`),
		},
		resource.TestStep{
			Config: config(""),
			ConfigStateChecks: []statecheck.StateCheck{
				data("token", knownvalue.StringRegexp(regexp.MustCompile(`^[^.]+\.[^.]+\.[^.]+$`))),
				data("lifetime_seconds", knownvalue.Int64Exact(900)),
				data("expires_at", knownvalue.StringExact("2026-11-21T12:15:00Z")),
			},
		},
		resource.TestStep{
			Config: config(fmt.Sprintf("api_key = %q", viewer)),
			ConfigStateChecks: []statecheck.StateCheck{
				data("token", knownvalue.StringRegexp(regexp.MustCompile(`^[^.]+\.[^.]+\.[^.]+$`))),
			},
		},
	)
}

// TestCLISecrets looks for secrets in all that the CLI prints, logs and saves where none is stored:
// plan files, state, and what it shows of both, also where a request fails.
func TestCLISecrets(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{KubeConfigsUntilReady: 1})
	w := c.WorkingDir("1.11.0", teamA("")+kubeconfigOf+`
resource "egs_api_key" "test" {
  name           = "ci"
  role           = "Viewer"
  workspace_name = egs_workspace.test.name
  valid_until    = "2027-03-31"
  store_api_key  = false
}
ephemeral "egs_api_key" "test" {
  id = egs_api_key.test.id
}
ephemeral "egs_temporary_api_key" "test" {
  name = "smoke-test"
  role = "Owner"
}
ephemeral "egs_access_token" "test" {
  api_key = ephemeral.egs_temporary_api_key.test.api_key
}`)
	env := w.Env
	w.Env = append(slices.Clone(env), "TF_LOG=TRACE")
	shown := w.Run("plan", "-no-color", "-out=plan.bin") + w.Run("apply", "-no-color", "plan.bin") +
		w.Run("show", "-json") + w.Run("show", "-json", "plan.bin") + w.Read("terraform.tfstate") + w.Run("plan", "-no-color")
	secrets := c.secrets()
	maps.Copy(secrets, c.kubeconfigSecrets("team-a", "worker-2"))

	// A refusal that tells the secret.
	c.fault(simulation.Fault{
		Method: "GET", Path: "/api/v1/api-key/list", Kind: simulation.FaultStatus, Status: 400, Body: echoed(t, c.Secret(c.managed("ci").ID)), Times: 99,
	})
	output, code := w.Try("plan", "-no-color")
	if code != 1 {
		t.Errorf("exit code %d of a plan that cannot list, want 1", code)
	}
	c.fault()
	wantNoSecrets(t, shown+output, secrets)

	w.Env = env
	w.Run("destroy", "-auto-approve", "-no-color")
	c.wantNothingLeft()
}
