// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

// site has simulators of all three services, and a Terraform that uses them.
type site struct {
	*acctest.Terraform
	egs     *egssim.Simulator
	h2ogpte *h2ogptesim.Simulator
	gaia    *gaiasim.Simulator
}

func newSite(t *testing.T, workspaces ...string) *site {
	t.Helper()
	s := &site{
		egs:     egssim.New(egssim.Options{Workspaces: append([]string{}, workspaces...)}),
		h2ogpte: h2ogptesim.New(h2ogptesim.Options{}),
		gaia:    gaiasim.New(gaiasim.Options{}),
	}
	serve := func(handler http.Handler) string {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		return server.URL
	}
	s.Terraform = &acctest.Terraform{T: t, Clock: acctest.NewClock(), Environment: map[string]string{
		"EGS_ENDPOINT": serve(s.egs), "EGS_API_KEY": s.egs.OwnerKey(),
		"H2OGPTE_ENDPOINT": serve(s.h2ogpte) + "/api/v1", "H2OGPTE_API_KEY": s.h2ogpte.AdminKey(),
		"GAIA_ENDPOINT": serve(s.gaia), "GAIA_API_KEY": s.gaia.AdminKey(),
	}}
	return s
}

// keys returns the numbers of keys of EGS, h2oGPTe and Search GAIA, without the provider's own keys.
func (s *site) keys() [3]int {
	return [3]int{len(s.egs.Keys()) - 1, len(s.h2ogpte.Keys()) - 1, len(s.gaia.Keys()) - 1}
}

// TestCLIProvider_keysOfAllServices creates five keys of each service in one apply, or fifty if TEST_FULL is 1, updates them in
// place, and destroys them.
func TestCLIProvider_keysOfAllServices(t *testing.T) {
	t.Parallel()
	keys := 5
	if os.Getenv("TEST_FULL") == "1" {
		keys = 50
	}
	s := newSite(t, "red")
	config := fmt.Sprintf(`
variable "days" { default = 30 }
variable "permissions" { default = "read" }

resource "egs_api_key" "this" {
  count          = %[1]d
  name           = "key-${count.index}"
  role           = "Editor"
  workspace_name = "red"
  valid_until    = "2999-12-31"
}
resource "egs_h2ogpte_api_key" "this" {
  count           = %[1]d
  username        = "alice"
  name            = "key-${count.index}"
  expires_in_days = var.days
}
resource "egs_gaia_api_key" "this" {
  count       = %[1]d
  permissions = var.permissions
}
output "secrets" {
  sensitive = true
  value     = sha256(join(",", concat(egs_h2ogpte_api_key.this[*].secret_key, egs_gaia_api_key.this[*].api_key)))
}
`, keys)
	w := s.WorkingDir("1.11.0", config)
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), fmt.Sprintf("%d added, 0 changed, 0 destroyed", 3*keys), 1)
	if got, want := s.keys(), [3]int{keys, keys, keys}; got != want {
		t.Errorf("got %v keys, want %v", got, want)
	}
	w.Run("plan", "-detailed-exitcode", "-no-color")
	secrets := w.Run("output", "-raw", "secrets")

	changed := []string{"-var=days=60", "-var=permissions=write", "-no-color"}
	applied := w.Run(append([]string{"apply", "-auto-approve"}, changed...)...)
	acctest.WantText(t, applied, "will be updated in-place", 2*keys)
	acctest.WantText(t, applied, fmt.Sprintf("0 added, %d changed, 0 destroyed", 2*keys), 1)
	if got := w.Run("output", "-raw", "secrets"); got != secrets {
		t.Error("the update changed a secret")
	}
	for _, key := range s.gaia.Keys() {
		if strings.Contains(string(key.Config["permissions"]), "read") {
			t.Error("a permission was not updated")
		}
	}
	w.Run("destroy", "-auto-approve", "-no-color")
	if got := s.keys(); got != [3]int{} {
		t.Errorf("destroy left %v keys", got)
	}
}

// TestCLIExamples_workspaceBootstrapOfAllServices creates keys of all three services for a team, and runs the commands that
// hand the secrets over.
func TestCLIExamples_workspaceBootstrapOfAllServices(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the commands that hand secrets over are for a POSIX shell")
	}
	s := newSite(t)
	w := s.WorkingDir("1.11.0", "")
	files, err := filepath.Glob("../../examples/workspace-bootstrap/*.tf")
	if err != nil || len(files) == 0 {
		t.Fatal("the example has no files: ", err)
	}
	for _, file := range files {
		w.Write(filepath.Base(file), readFile(t, file))
	}
	if err := os.Mkdir(filepath.Join(w.Path, "handed"), 0o700); err != nil {
		t.Fatal(err)
	}
	team := func(name, more string) string {
		return fmt.Sprintf("  %s = {\n    clusters = [\"worker-1\"], namespaces = [%q], username = \"lead\", email = \"lead@example.com\"\n%s  }\n", name, name, more)
	}
	w.Write("terraform.tfvars", "hand_over = \"printenv API_KEY >handed/$WORKSPACE.$ROLE\"\nteams = {\n"+
		team("red", "    h2ogpte_username = \"alice\", gaia_permissions = \"write\"\n")+team("green", "")+"}\n")
	w.Run("apply", "-auto-approve", "-no-color")
	if got, want := s.keys(), [3]int{4, 1, 1}; got != want {
		t.Errorf("got %v keys, want %v", got, want)
	}
	w.Run("plan", "-detailed-exitcode", "-no-color")
	keys, others := s.h2ogpte.Keys(), s.gaia.Keys()
	for name, want := range map[string]string{
		"red.h2oGPTe": s.h2ogpte.Secret(keys[len(keys)-1].ID), "red.GAIA": s.gaia.Secret(others[len(others)-1].ID),
	} {
		content, err := os.ReadFile(filepath.Join(w.Path, "handed", name))
		if err != nil || strings.TrimSpace(string(content)) != want || want == "" {
			t.Errorf("%s was not handed over: %v", name, err)
		}
	}
	if _, err := os.Stat(filepath.Join(w.Path, "handed", "green.GAIA")); !errors.Is(err, os.ErrNotExist) {
		t.Error("a team without gaia_permissions received a key of Search GAIA")
	}
	w.Run("destroy", "-auto-approve", "-no-color")
	if got := s.keys(); got != [3]int{} {
		t.Errorf("destroy left %v keys", got)
	}
}
