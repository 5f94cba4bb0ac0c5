// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/cli"
)

// WorkingDir is a directory in which the real CLI runs. The provider is installed from a mirror. Use a WorkingDir for tests
// that terraform-plugin-testing does not support: tests of the CLI's output and of other commands.
type WorkingDir struct {
	T    *testing.T
	Path string

	*cli.CLI
}

// WorkingDir creates a directory that contains the configuration, and runs init there. The test is skipped if the version of
// the CLI is below the parameter oldest, or if TF_ACC is not set.
func (tf *Terraform) WorkingDir(oldest, config string) *WorkingDir {
	tf.T.Helper()
	if os.Getenv("TF_ACC") == "" {
		tf.T.Skip("Acceptance tests skipped unless env 'TF_ACC' set")
	}
	c, err := cli.WithProvider(tf.T.Context(), CLI(), tf.T.TempDir())
	if err != nil {
		tf.T.Fatal(err)
	}
	w := &WorkingDir{T: tf.T, Path: filepath.Join(tf.T.TempDir(), "work"), CLI: c}
	w.skipBelow(oldest)
	env := []string{"EGS_MAX_CLOCK_SKEW=0"} // The simulator does not use the clock of this machine.
	for name, value := range tf.Environment {
		env = append(env, name+"="+value)
	}
	const required = "terraform {\n  required_providers {\n    egs = {\n      source = \"elastic-gpu-service/egs\"\n    }\n  }\n}\n"
	if w.CLI, err = c.In(w.Path, required+config, env...); err != nil {
		tf.T.Fatal(err)
	}
	w.Run("init", "-input=false")
	return w
}

func (w *WorkingDir) skipBelow(oldest string) {
	w.T.Helper()
	got, err := w.Version(w.T.Context())
	if err != nil {
		w.T.Fatal(err)
	}
	current := version.Must(version.NewVersion(got))
	if current.LessThan(version.Must(version.NewVersion(oldest))) {
		w.T.Skipf("Terraform CLI version %s is below %s", current, oldest)
	}
}

// CLI returns the path or name of the CLI that tests run: the value of TF_ACC_TERRAFORM_PATH if it is set, or "terraform".
func CLI() string {
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	return "terraform"
}

// Write writes a file in the directory.
func (w *WorkingDir) Write(name, content string) {
	w.T.Helper()
	if err := os.WriteFile(filepath.Join(w.Path, name), []byte(content), 0o600); err != nil {
		w.T.Fatal(err)
	}
}

// Read returns the content of a file in the directory.
func (w *WorkingDir) Read(name string) string {
	w.T.Helper()
	content, err := os.ReadFile(filepath.Join(w.Path, name))
	if err != nil {
		w.T.Fatal(err)
	}
	return string(content)
}

// Command returns a command that runs the CLI in the directory.
func (w *WorkingDir) Command(args ...string) *exec.Cmd {
	return w.CLI.Command(context.Background(), args...)
}

// Exits runs the CLI and returns the output. The test fails if the exit code is not the parameter code.
func (w *WorkingDir) Exits(code int, args ...string) string {
	w.T.Helper()
	var out bytes.Buffer
	cmd := w.Command(args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); cmd.ProcessState == nil {
		w.T.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != code {
		w.T.Fatalf("%v: exit code %d, want %d\n%s", args, got, code, out.String())
	}
	return out.String()
}

// Run runs the CLI and returns the output. The test fails if the exit code is not 0.
func (w *WorkingDir) Run(args ...string) string {
	w.T.Helper()
	return w.Exits(0, args...)
}

// WantText fails the test if the output of the CLI does not contain the text the given number of times. WantText treats
// line breaks in the output as spaces.
func WantText(t *testing.T, output, text string, times int) {
	t.Helper()
	flat := strings.Join(strings.Fields(strings.ReplaceAll(output, "│", " ")), " ")
	if n := strings.Count(flat, text); n != times {
		t.Errorf("the output contains %q %d times, want %d:\n%s", text, n, times, output)
	}
}
