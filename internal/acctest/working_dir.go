// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/go-version"
)

// WorkingDir is a folder in which a person runs the CLI with the provider as it is
// built, for what terraform-plugin-testing does not show: what the CLI prints, and
// commands it does not know.
type WorkingDir struct {
	T *testing.T
	// Path is the folder.
	Path string
	// Env is the environment of the CLI, as of exec.Cmd.
	Env []string
}

// WorkingDir makes a folder with the configuration. The test is skipped on a CLI below
// the version, and where acceptance tests are not asked for.
func (tf *Terraform) WorkingDir(oldest, config string) *WorkingDir {
	tf.T.Helper()
	if os.Getenv("TF_ACC") == "" {
		tf.T.Skip("Acceptance tests skipped unless env 'TF_ACC' set")
	}
	w := &WorkingDir{T: tf.T, Path: tf.T.TempDir()}
	w.skipBelow(oldest)
	bin, err := buildProvider()
	if err != nil {
		tf.T.Fatal(err)
	}
	override := func(source string) string { return fmt.Sprintf("    %q = %q\n", source, bin) }
	w.Write("cli.tfrc", "provider_installation {\n  dev_overrides {\n"+
		override("registry.terraform.io/elastic-gpu-service/egs")+override("registry.opentofu.org/elastic-gpu-service/egs")+
		"  }\n  direct {}\n}\n")
	w.Write("main.tf", "terraform {\n  required_providers {\n    egs = {\n      source = \"elastic-gpu-service/egs\"\n    }\n  }\n}\n"+config)
	// What a person has set for their own services has no say.
	w.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "EGS_") || strings.HasPrefix(variable, "H2OGPTE_") || strings.HasPrefix(variable, "GAIA_")
	})
	w.Env = append(w.Env, "TF_CLI_CONFIG_FILE="+filepath.Join(w.Path, "cli.tfrc"), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
	for name, value := range tf.Environment {
		w.Env = append(w.Env, name+"="+value)
	}
	return w
}

// buildProvider builds the provider once for all tests of the process, and returns the
// folder.
var buildProvider = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "terraform-provider-egs-test-")
	if err != nil {
		return "", err
	}
	name := "terraform-provider-egs"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	build := exec.CommandContext(context.Background(), "go", "build", "-o", filepath.Join(dir, name), //nolint:gosec // G204: this module's own.
		"github.com/elastic-gpu-service/terraform-provider-egs")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	return dir, nil
})

func (w *WorkingDir) skipBelow(oldest string) {
	w.T.Helper()
	output, err := exec.CommandContext(w.T.Context(), CLI(), "version", "-json").Output() //nolint:gosec // G204: the CLI that tests run.
	if err != nil {
		w.T.Fatal(err)
	}
	var told struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(output, &told); err != nil {
		w.T.Fatal(err)
	}
	current := version.Must(version.NewVersion(told.Version))
	if current.LessThan(version.Must(version.NewVersion(oldest))) {
		w.T.Skipf("Terraform CLI version %s is below %s", current, oldest)
	}
}

// CLI is the path or name of the CLI that tests run.
func CLI() string {
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	return "terraform"
}

// Write writes a file of the folder.
func (w *WorkingDir) Write(name, content string) {
	w.T.Helper()
	if err := os.WriteFile(filepath.Join(w.Path, name), []byte(content), 0o600); err != nil {
		w.T.Fatal(err)
	}
}

// Read reads a file of the folder.
func (w *WorkingDir) Read(name string) string {
	w.T.Helper()
	content, err := os.ReadFile(filepath.Join(w.Path, name))
	if err != nil {
		w.T.Fatal(err)
	}
	return string(content)
}

// Command is a run of the CLI in the folder that has not started yet.
func (w *WorkingDir) Command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), CLI(), args...) //nolint:gosec // G204: the CLI that tests run.
	cmd.Dir, cmd.Env = w.Path, w.Env
	return cmd
}

// Try runs the CLI and returns what it printed and its exit code.
func (w *WorkingDir) Try(args ...string) (output string, code int) {
	w.T.Helper()
	var out bytes.Buffer
	cmd := w.Command(args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); cmd.ProcessState == nil {
		w.T.Fatal(err)
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// Run is Try for what has to succeed.
func (w *WorkingDir) Run(args ...string) string {
	w.T.Helper()
	output, code := w.Try(args...)
	if code != 0 {
		w.T.Fatalf("%v: exit code %d\n%s", args, code, output)
	}
	return output
}

// WantText checks how often the output of the CLI holds a text, however lines are
// broken.
func WantText(t *testing.T, output, text string, times int) {
	t.Helper()
	flat := strings.Join(strings.Fields(strings.ReplaceAll(output, "│", " ")), " ")
	if n := strings.Count(flat, text); n != times {
		t.Errorf("%q stands %d times in the output, want %d:\n%s", text, n, times, output)
	}
}
