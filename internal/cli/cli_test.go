// SPDX-License-Identifier: MPL-2.0

package cli_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/cli"
)

func TestNew(t *testing.T) {
	// The test uses its own executable as the CLI, since New does not run it.
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"TF_LOG", "TF_CLI_CONFIG_FILE", "EGS_API_KEY", "H2OGPTE_API_KEY", "GAIA_API_KEY", "UNRELATED"} {
		t.Setenv(name, "set")
	}
	c, err := cli.New(path, "settings")
	if err != nil {
		t.Fatal(err)
	}
	if c.Path != path {
		t.Errorf("the path is %q, want %q", c.Path, path)
	}
	for _, variable := range c.Env {
		if slices.ContainsFunc([]string{"TF_", "EGS_", "H2OGPTE_", "GAIA_"}, func(prefix string) bool { return strings.HasPrefix(variable, prefix) }) &&
			variable != "TF_CLI_CONFIG_FILE=settings" && variable != "TF_IN_AUTOMATION=1" {
			t.Errorf("the environment has %s", variable)
		}
	}
	for _, variable := range []string{"UNRELATED=set", "TF_CLI_CONFIG_FILE=settings", "CHECKPOINT_DISABLE=1"} {
		if !slices.Contains(c.Env, variable) {
			t.Errorf("the environment lacks %s", variable)
		}
	}

	if _, err := cli.New(filepath.Join(t.TempDir(), "terraform"), "settings"); err == nil {
		t.Error("a missing CLI is not an error")
	}
}

func TestCLI_In(t *testing.T) {
	t.Parallel()
	c := &cli.CLI{Path: "terraform", Env: append(make([]string, 0, 9), "A=a")}
	dir := filepath.Join(t.TempDir(), "work")
	in, err := c.In(dir, "locals {}", "B=b")
	if err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(filepath.Join(dir, "main.tf")); err != nil || string(content) != "locals {}" {
		t.Errorf("main.tf contains %q, %v", content, err)
	}
	first, second := in.Command(t.Context(), "plan"), in.Command(t.Context(), "apply")
	first.Env, second.Env = append(first.Env, "C=c"), append(second.Env, "D=d")
	if first.Dir != dir || !slices.Equal(first.Env, []string{"A=a", "B=b", "C=c"}) || len(c.Env) != 1 {
		t.Errorf("the command runs in %s with %v", first.Dir, first.Env)
	}
	if _, err := c.In(dir, ""); err == nil {
		t.Error("an existing folder is not an error")
	}
}

func TestProvider_environment(t *testing.T) {
	t.Setenv("ACCTEST_PROVIDER", "/built/already")
	if got, err := cli.Provider(t.Context(), t.TempDir()); err != nil || got != "/built/already" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestMirror(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	binary := filepath.Join(dir, "built")
	write := func(content string) {
		t.Helper()
		_ = os.Remove(binary) // Otherwise WriteFile could change the mirror through a hard link.
		if err := os.WriteFile(binary, []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	mirror := filepath.Join(dir, "mirror")
	add := func(version string) (string, error) {
		return cli.Mirror(mirror, cli.Package{Source: "a/b", Version: version, Binary: binary}, cli.Package{Source: "c/d", Version: version, Binary: binary})
	}

	write("first")
	settings, err := add("0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	write("second")
	if _, err := add("0.0.2"); err != nil {
		t.Fatal(err)
	}
	// Mirror must not replace the package of an existing version: a lock file can contain the package's checksum.
	if _, err := add("0.0.1"); err == nil {
		t.Error("replacing an existing version is not an error")
	}

	exe := ""
	if runtime.GOOS == "windows" {
		exe = ".exe"
	}
	platform := runtime.GOOS + "_" + runtime.GOARCH
	for path, want := range map[string]string{
		"registry.terraform.io/a/b/0.0.1/" + platform + "/terraform-provider-b_v0.0.1" + exe: "first",
		"registry.opentofu.org/a/b/0.0.2/" + platform + "/terraform-provider-b_v0.0.2" + exe: "second",
		"registry.opentofu.org/c/d/0.0.1/" + platform + "/terraform-provider-d_v0.0.1" + exe: "first",
	} {
		got, err := os.ReadFile(filepath.Join(mirror, filepath.FromSlash(path)))
		if err != nil || string(got) != want {
			t.Errorf("%s contains %q, want %q: %v", path, got, want, err)
		}
	}
	content, err := os.ReadFile(settings)
	if err != nil {
		t.Fatal(err)
	}
	addresses := `["registry.terraform.io/a/b", "registry.opentofu.org/a/b", "registry.terraform.io/c/d", "registry.opentofu.org/c/d"]`
	for _, want := range []string{"path    = \"" + filepath.ToSlash(mirror) + "\"", "include = " + addresses, "exclude = " + addresses} {
		if !strings.Contains(string(content), want) {
			t.Errorf("the settings lack %s:\n%s", want, content)
		}
	}
}
