// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

const guides = "../../examples/guides/"

// TestCLIGuides_gettingStarted follows the guide "Getting started". The first apply uses the access token of the administrator,
// and later applies use the Owner key that the first one created.
func TestCLIGuides_gettingStarted(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	admin, key := c.AdministratorToken(), ""
	folder := func(name string) *acctest.WorkingDir {
		w := c.WorkingDir("1.11.0", "")
		w.Write("main.tf", readFile(t, guides+"getting-started/"+name+"/main.tf"))
		return w
	}
	owner, team := folder("owner-key"), folder("first-team")
	withToken := func(w *acctest.WorkingDir) { w.Env = append(w.Env, "EGS_API_KEY=", "EGS_ACCESS_TOKEN="+admin) }
	withKey := func(w *acctest.WorkingDir) { w.Env = append(w.Env, "EGS_API_KEY="+key, "EGS_ACCESS_TOKEN=") }

	withToken(owner)
	owner.Run("apply", "-auto-approve")
	key = owner.Run("output", "-raw", "api_key")
	withKey(owner)
	owner.Run("plan", "-detailed-exitcode")

	withKey(team)
	team.Run("apply", "-auto-approve")
	if deploy := c.managed("deploy"); c.Secret(deploy.ID) != team.Run("output", "-raw", "api_key") {
		t.Error("the output is not the key of the team")
	}
	team.Run("destroy", "-auto-approve")

	acctest.WantText(t, owner.Exits(1, "destroy", "-auto-approve", "-no-color"), "Unable to delete the provider's own EGS API key", 1)
	withToken(owner)
	owner.Run("destroy", "-auto-approve")
	if keys := c.Keys(); len(keys) != 1 {
		t.Errorf("EGS has the keys %+v, want only the simulator's own", keys)
	}
}

// TestCLIGuides_severalInstallations applies the configurations of the guide "Several installations" to two simulators.
func TestCLIGuides_severalInstallations(t *testing.T) {
	t.Parallel()
	us, eu := simulate(t, egssim.Options{}), simulate(t, egssim.Options{})
	endpoints := strings.NewReplacer("https://egs.us.example.com", us.Environment["EGS_ENDPOINT"], "https://egs.eu.example.com", eu.Environment["EGS_ENDPOINT"])
	config := func(name string) string { return endpoints.Replace(readFile(t, guides+"several-installations/"+name)) }
	w := us.WorkingDir("1.11.0", "")
	w.Env = append(w.Env, "EGS_ENDPOINT=", "EGS_API_KEY=", "TF_VAR_us_api_key="+us.OwnerKey(), "TF_VAR_eu_api_key="+eu.OwnerKey())
	wantKeys := func(name string) {
		t.Helper()
		us.managed(name)
		eu.managed(name)
	}

	w.Write("main.tf", config("main.tf"))
	w.Run("apply", "-auto-approve")
	wantKeys("reports")
	w.Write("main.tf", strings.Replace(config("main.tf"), "provider = egs.eu\n", "", 1))
	acctest.WantText(t, w.Exits(1, "plan", "-no-color"), "It was last seen at "+eu.Environment["EGS_ENDPOINT"], 1)
	w.Write("main.tf", config("main.tf"))
	w.Run("destroy", "-auto-approve")

	if err := os.Mkdir(filepath.Join(w.Path, "team"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.Write("team/main.tf", config("modules/team/main.tf"))
	w.Write("main.tf", config("modules/main.tf"))
	w.Run("init", "-input=false")
	w.Run("apply", "-auto-approve")
	wantKeys("vision-editor")
	w.Run("plan", "-detailed-exitcode")
	w.Run("destroy", "-auto-approve")
}
