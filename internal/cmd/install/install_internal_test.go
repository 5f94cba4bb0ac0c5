// SPDX-License-Identifier: MPL-2.0

package main

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/cli"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestBuildVersion(t *testing.T) {
	t.Chdir(t.TempDir())
	// In a Git hook or in `git rebase --exec`, the GIT_ variables refer to the provider's repository. The test must not write
	// to this repository.
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "GIT_") {
			t.Setenv(name, value) // This restores the variable when the test ends.
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(t.TempDir()))
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	for _, who := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+who+"_NAME", "a")
		t.Setenv("GIT_"+who+"_EMAIL", "a@example.com")
		t.Setenv("GIT_"+who+"_DATE", "2026-11-21T12:00:00+01:00")
	}
	run := func(args ...string) {
		t.Helper()
		if output, err := exec.CommandContext(t.Context(), "git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, output)
		}
	}
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := func(want string) {
		t.Helper()
		got, err := buildVersion(t.Context(), time.Date(2026, 11, 26, 13, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		if hash, err := git(t.Context(), "rev-parse", "--short=12", "HEAD"); err == nil {
			got = strings.Replace(got, strings.TrimSpace(hash), "HASH", 1)
		}
		if got != want {
			t.Errorf("the version is %s, want %s", got, want)
		}
	}

	want("0.0.20261126130000") // There is no repository.
	run("init", "--quiet")
	write("main.go", "package main")
	run("add", ".")
	run("commit", "--quiet", "--message", "a")
	want("0.0.20261121110000+HASH")
	write("README.md", "not part of the build")
	want("0.0.20261121110000+HASH")
	write("added.go", "package main")
	want("0.0.20261126130000+HASH.changed")
	run("add", ".")
	run("commit", "--quiet", "--message", "b")
	run("tag", "v1.2.3")
	want("1.2.20261121110000+HASH")
	write("main.go", "package changed")
	want("1.2.20261126130000+HASH.changed")
}

func TestInstall(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	binary := filepath.Join(dir, "built")
	if err := os.WriteFile(binary, []byte("built"), 0o700); err != nil {
		t.Fatal(err)
	}
	mirror := filepath.Join(dir, "mirror")
	for _, step := range []struct {
		version string
		earlier bool
		want    []string
	}{
		{"0.0.3+a", false, []string{"0.0.3+a"}},
		{"0.0.3+a", false, []string{"0.0.3+a"}},
		{"0.0.5+b.changed", true, []string{"0.0.3+a", "0.0.5+b.changed"}},
		// Two commits can have the same time.
		{"0.0.5+c", true, []string{"0.0.3+a", "0.0.5+c"}},
		// install removes later versions, because Terraform would prefer them.
		{"0.0.4+d", true, []string{"0.0.3+a", "0.0.4+d"}},
		{"0.1.0", true, []string{"0.0.3+a", "0.0.4+d", "0.1.0"}},
	} {
		_, earlier, err := install(mirror, step.version, binary)
		if err != nil {
			t.Fatal(err)
		}
		if earlier != step.earlier {
			t.Errorf("%s: earlier versions: %t, want %t", step.version, earlier, step.earlier)
		}
		for _, host := range cli.Hosts {
			entries, err := os.ReadDir(filepath.Join(mirror, host, "elastic-gpu-service", "egs"))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, entry := range entries {
				got = append(got, entry.Name())
			}
			if !slices.Equal(got, step.want) {
				t.Errorf("after %s, %s has %v, want %v", step.version, host, got, step.want)
			}
		}
	}
}

// TestCLIInstall_lifeCycle uses the mirror as a developer does. It uses a backend and a lock file, calls the first
// configuration of README.md as a local module, and upgrades the provider.
func TestCLIInstall_lifeCycle(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("Acceptance tests skipped unless env 'TF_ACC' set")
	}
	simulator := egssim.New(egssim.Options{})
	server := httptest.NewServer(simulator)
	t.Cleanup(server.Close)

	dir := t.TempDir()
	mirror, work := filepath.Join(dir, "mirror"), filepath.Join(dir, "work")
	binary, err := cli.Provider(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	add := func(version string) string {
		t.Helper()
		settings, _, err := install(mirror, version, binary)
		if err != nil {
			t.Fatal(err)
		}
		return settings
	}
	const root = `
terraform {
  backend "local" {
    path = "other.tfstate"
  }
}

module "team" {
  source = "./team"
}
`
	const first, second = "0.0.20261121120000+0123456789ab", "0.0.20261122120000+ba9876543210"
	c, err := cli.New(acctest.CLI(), add(first))
	if err != nil {
		t.Fatal(err)
	}
	if c, err = c.In(work, root, "EGS_ENDPOINT="+server.URL, "EGS_API_KEY="+simulator.OwnerKey()); err != nil {
		t.Fatal(err)
	}
	w := &acctest.WorkingDir{T: t, Path: work, CLI: c}
	wantLocked := func(version string) {
		t.Helper()
		if lock := w.Read(".terraform.lock.hcl"); !strings.Contains(lock, version) {
			t.Errorf("the lock file does not contain %s:\n%s", version, lock)
		}
	}
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(readme), "```terraform\n")
	module, _, _ := strings.Cut(after, "```")
	if err := os.Mkdir(filepath.Join(work, "team"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.Write("team/main.tf", module)

	w.Run("init", "-input=false")
	wantLocked(first)
	w.Exits(2, "plan", "-input=false", "-detailed-exitcode")
	w.Run("apply", "-input=false", "-auto-approve")
	if keys := simulator.Keys(); len(keys) != 2 || keys[1].Name != "deploy" {
		t.Errorf("EGS has %d keys, want the provider's own key and the key of the configuration", len(keys))
	}
	w.Run("init", "-input=false", "-lockfile=readonly")
	w.Run("providers", "lock", "-fs-mirror="+mirror)

	// Terraform uses the version in the lock file until an upgrade.
	add(second)
	w.Run("init", "-input=false")
	wantLocked(first)
	w.Run("plan", "-input=false", "-detailed-exitcode")
	w.Run("init", "-input=false", "-upgrade")
	wantLocked(second)
	w.Run("plan", "-input=false", "-detailed-exitcode")
}
