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

// WorkingDir is a folder in which a person runs the CLI with the provider, installed from
// a mirror, for what terraform-plugin-testing does not show: what the CLI prints, and
// commands it does not know.
type WorkingDir struct {
	T *testing.T
	// Path is the folder.
	Path string

	*cli.CLI
}

// WorkingDir makes a folder with the configuration, and initializes it. The test is
// skipped on a CLI below the version, and where acceptance tests are not asked for.
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
	env := []string{"EGS_MAX_CLOCK_SKEW=0"} // The simulator's clock is not this machine's.
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
	return w.CLI.Command(context.Background(), args...)
}

// Exits runs the CLI, which has to exit with the code, and returns what it printed.
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

// Run is Exits for what has to succeed.
func (w *WorkingDir) Run(args ...string) string {
	w.T.Helper()
	return w.Exits(0, args...)
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
