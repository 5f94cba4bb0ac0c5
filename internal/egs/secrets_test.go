// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// holdsNoSecret checks that the state does not contain the secret of any key.
func (c *controller) holdsNoSecret(s *terraform.State) error {
	text := s.String()
	for _, key := range c.Keys() {
		if strings.Contains(text, c.Secret(key.ID)) {
			return errors.New("the state contains the secret of " + key.Name)
		}
	}
	return nil
}

func TestAccAPIKeyResource_secretOutOfState(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	ids := statecheck.CompareValue(compare.ValuesSame())
	same := func() suite.Option { return testKey.Compared(ids, "id") }
	c.Run(
		suite.Step(viewerKey("store_api_key = false"), suite.Check(c.holdsNoSecret), same()),
		suite.Step(viewerKey("store_api_key = false"), suite.Unchanged, suite.Check(c.holdsNoSecret)),
		suite.Step(viewerKey("store_api_key = true"), testKey.Updates, suite.Check(c.holdsSecret), same()),
		suite.Step(viewerKey("store_api_key = false"), testKey.Updates, suite.Check(c.holdsNoSecret), same()),
		suite.Step(viewerKey("store_api_key = false\n  description = \"successor\""), testKey.Replaces(), testKey.Has("api_key", nil)),
	)
}

// TestAccAPIKeyResource_plannedWithoutSecret sets store_api_key to false. The plan shows api_key as null if lists show secrets,
// and as unknown if lists hide secrets.
func TestAccAPIKeyResource_plannedWithoutSecret(t *testing.T) {
	t.Parallel()
	null := plancheck.ExpectKnownValue(string(testKey), tfjsonpath.New("api_key"), knownvalue.Null())
	unknown := plancheck.ExpectUnknownValue(string(testKey), tfjsonpath.New("api_key"))
	c := simulate(t, egssim.Options{})
	c.Run(
		suite.Step(viewerKey("store_api_key = false"), suite.Plan(null)),
		suite.Step(viewerKey("store_api_key = true"), suite.Plan(unknown)),
		suite.Step(viewerKey("store_api_key = false"), suite.Plan(null)),
	)
	hiding := simulate(t, egssim.Options{ListedSecrets: egssim.SecretsMasked})
	hiding.Run(
		suite.Step(viewerKey("store_api_key = false"), suite.Plan(unknown), suite.Check(hiding.holdsSecret)),
		suite.Step(viewerKey("")),
		suite.Step(viewerKey("store_api_key = false"), suite.Plan(unknown), suite.Check(hiding.holdsSecret)),
	)
}

func TestAccAPIKeyResource_secretIsKeptWhereListsHideIt(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{ListedSecrets: egssim.SecretsOmitted})
	c.Run(
		suite.Step(viewerKey("store_api_key = false"), suite.Check(c.holdsSecret)),
		suite.Step(viewerKey("store_api_key = false"), suite.Unchanged, suite.Check(c.holdsSecret)),
		suite.Step(viewerKey(""), suite.Check(c.holdsSecret)),
		suite.Step(viewerKey("store_api_key = false"), suite.Check(c.holdsSecret)),
	)
}

// TestAccAPIKeyResource_secretKept sets store_api_key to false. If lists hide secrets, the provider stores the secret anyway,
// with a warning. If no list can be read in the plan or in the apply, the provider does not store the secret.
func TestAccAPIKeyResource_secretKept(t *testing.T) {
	t.Parallel()
	const kept = "is stored anyway"
	hiding := simulate(t, egssim.Options{ListedSecrets: egssim.SecretsMasked})
	hidingDriver := hiding.Driver(viewerKey("store_api_key = false"))
	text := hidingDriver.Must(hidingDriver.Apply(driver.Options{})).Text()
	acctest.WantText(t, text, kept, 1)
	acctest.WantText(t, text, "-replace=ADDRESS", 1)

	for name, first := range map[string]bool{"no list in the plan": true, "no list in the apply": false} {
		c := simulate(t, egssim.Options{})
		d := c.Driver(viewerKey("store_api_key = false"))
		refused := responds("")
		refused.Status = 403
		if first {
			c.FailAt(refused, listKeys)
		}
		plan := d.Must(d.Plan(driver.Options{})).Plan
		c.FailAt(refused, listKeys)
		acctest.WantText(t, d.Must(d.ApplyPlan(plan)).Text(), kept, 0)
		if secrets := suite.Saved(d, "egs_api_key", "api_key"); len(secrets) > 0 {
			t.Errorf("%s: the secret is stored", name)
		}
	}
}

func TestAccAPIKeyEphemeral(t *testing.T) {
	t.Parallel()
	const echo suite.Resource = "echo.test"
	config := func(key string) string {
		return viewerKey("store_api_key = false") + "ephemeral \"egs_api_key\" \"test\" {\n  " + key + "\n}\n" + suite.Echo("egs_api_key")
	}
	forEachDialect(t, egssim.Options{}, func(_ *testing.T, c *controller) {
		c.Run(
			suite.Step(config(`id = "030b514f342dcf5ac94f3f39726c247e"`),
				suite.Fails(`Unable to find EGS API key.*030b514f342dcf5ac94f3f39726c247e`)),
			suite.Step(config(`id = egs_api_key.test.id`), echo.Has("data.name", "ci"),
				echo.Has("data.api_key", knownvalue.StringFunc(func(secret string) error {
					if secret != c.Secret(c.managed("ci").ID) {
						return errors.New("not the key's secret")
					}
					return nil
				}))),
		)
	})
}

func TestAccAPIKeyEphemeral_whereListsHideSecrets(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{ListedSecrets: egssim.SecretsMasked})
	c.Run(suite.Step(viewerKey("")+`
ephemeral "egs_api_key" "test" {
  id = egs_api_key.test.id
}`, suite.Fails(`Unable to fetch the secret.*store_api_key = true`)))
}

func TestAccAccessTokenEphemeral(t *testing.T) {
	t.Parallel()
	config := func(key string) string {
		return "ephemeral \"egs_access_token\" \"test\" {\n  " + key + "\n}\n" + suite.Echo("egs_access_token")
	}
	const echo suite.Resource = "echo.test"
	token := echo.Has("data.token", regexp.MustCompile(`^[^.]+\.[^.]+\.[^.]+$`))
	c := simulate(t, egssim.Options{})
	_, viewer := c.issue(egssim.Key{Name: "viewer", Role: "Viewer", WorkspaceName: "red", Validity: "2027-01-01"})
	c.Run(
		suite.Step(config(`api_key = "45338461-ec42-49d2-aef3-ff39099950c5"`), suite.Fails(`Unable to get EGS access token.*401`)),
		suite.Step(config(""), token,
			echo.Has("data.lifetime_seconds", 900),
			echo.Has("data.expires_at", "2026-11-21T12:15:00Z")),
		suite.Step(config(fmt.Sprintf("api_key = %q", viewer)),
			token),
	)
}

// TestCLISecrets runs Terraform with store_api_key = false. The output, the logs, the plan file and the state must not contain a
// secret, even if a request fails.
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
	secrets := c.kubeconfigSecrets("team-a", "worker-2")
	for _, key := range c.Keys() {
		secrets["the key "+key.Name] = c.Secret(key.ID)
	}

	// The error that refuses a list request contains a secret.
	c.FailAt(simulation.Fault{Kind: simulation.FaultStatus, Status: 400, Body: echoed(c.Secret(c.managed("ci").ID)), Times: 99}, listKeys)
	shown += w.Exits(1, "plan", "-no-color")
	// EGS returns invalid responses. The errors of net/http quote such responses, so the provider must not show these errors.
	for _, kind := range []string{simulation.FaultOverrun, simulation.FaultGarbled} {
		c.FailAt(simulation.Fault{Kind: kind, Times: 99}, listKeys)
		shown += w.Exits(1, "plan", "-no-color")
	}
	c.Fail()
	suite.WantNoSecrets(t, shown, secrets)

	w.Env = env
	w.Run("destroy", "-auto-approve", "-no-color")
	c.WantDestroyed()
}
