// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/hashicorp/go-version"
)

// workingDir is a folder in which a person runs the CLI with the provider as it is
// built, for what terraform-plugin-testing does not show: what the CLI prints, and
// commands it does not know.
type workingDir struct {
	t    *testing.T
	path string
	env  []string
}

// workingDir makes a folder with the configuration, whose provider is pointed at
// the controller. The test is skipped on a CLI below the version.
func (c *controller) workingDir(oldest, config string) *workingDir {
	c.t.Helper()
	if os.Getenv("TF_ACC") == "" {
		c.t.Skip("Acceptance tests skipped unless env 'TF_ACC' set")
	}
	bin, err := buildProvider()
	if err != nil {
		c.t.Fatal(err)
	}
	w := &workingDir{t: c.t, path: c.t.TempDir()}
	override := func(source string) string { return fmt.Sprintf("    %q = %q\n", source, bin) }
	w.write("cli.tfrc", "provider_installation {\n  dev_overrides {\n"+
		override("registry.terraform.io/elastic-gpu-service/egs")+override("registry.opentofu.org/elastic-gpu-service/egs")+
		"  }\n  direct {}\n}\n")
	w.write("main.tf", "terraform {\n  required_providers {\n    egs = {\n      source = \"elastic-gpu-service/egs\"\n    }\n  }\n}\n"+config)
	w.env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(w.path, "cli.tfrc"), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
	for name, value := range c.environment {
		w.env = append(w.env, name+"="+value)
	}
	w.skipBelow(oldest)
	return w
}

// buildProvider builds the provider once for all tests, and returns the folder.
var buildProvider = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "terraform-provider-egs-test-")
	if err != nil {
		return "", err
	}
	name := "terraform-provider-egs"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	build := exec.Command("go", "build", "-o", filepath.Join(dir, name), "../..")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	return dir, nil
})

func (w *workingDir) skipBelow(oldest string) {
	w.t.Helper()
	output, err := exec.Command(cliPath(), "version", "-json").Output()
	if err != nil {
		w.t.Fatal(err)
	}
	current := version.Must(version.NewVersion(string(versionOf.FindSubmatch(output)[1])))
	if current.LessThan(version.Must(version.NewVersion(oldest))) {
		w.t.Skipf("Terraform CLI version %s is below %s", current, oldest)
	}
}

func cliPath() string {
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	return "terraform"
}

func (w *workingDir) write(name, content string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.path, name), []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// try runs the CLI and returns what it printed and its exit code.
func (w *workingDir) try(args ...string) (output string, code int) {
	w.t.Helper()
	var out bytes.Buffer
	cmd := exec.CommandContext(context.Background(), cliPath(), args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = w.path, w.env, &out, &out
	if err := cmd.Run(); cmd.ProcessState == nil {
		w.t.Fatal(err)
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// run is try for what has to succeed.
func (w *workingDir) run(args ...string) string {
	w.t.Helper()
	output, code := w.try(args...)
	if code != 0 {
		w.t.Fatalf("%v: exit code %d\n%s", args, code, output)
	}
	return output
}
