// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// module is this repository's, so that the provider is built from wherever in it
// the demo is started.
const module = "github.com/elastic-gpu-service/terraform-provider-egs"

// grace is how long a command may go on after the demo was told to stop.
const grace = 30 * time.Second

// terraform runs the CLI in a folder, with the provider that was built for it.
type terraform struct {
	path string
	dir  string
	env  []string
	out  io.Writer
}

// prepare builds the provider and sets up Terraform to use it on a configuration,
// all below dir. env is what Terraform finds in its environment beside the rest.
func prepare(ctx context.Context, path, dir string, out io.Writer, configuration string, env []string) (*terraform, error) {
	path, err := exec.LookPath(path)
	if err != nil {
		return nil, fmt.Errorf("there is no Terraform to run; name one with -terraform: %w", err)
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}

	binary := filepath.Join(dir, "bin", "terraform-provider-egs")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	build := command(ctx, "go", "build", "-o", binary, module)
	build.Stdout, build.Stderr = out, out
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("unable to build the provider: %w", err)
	}

	settings := filepath.Join(dir, "terraform.tfrc")
	// Terraform and OpenTofu each know the provider under its own registry's name.
	// Windows takes slashes, too, and they need no quoting.
	content := fmt.Sprintf(`provider_installation {
  dev_overrides {
    "registry.terraform.io/elastic-gpu-service/egs" = %[1]q
    "registry.opentofu.org/elastic-gpu-service/egs" = %[1]q
  }
}
`, filepath.ToSlash(filepath.Dir(binary)))
	if err := os.WriteFile(settings, []byte(content), 0o600); err != nil {
		return nil, err
	}
	work := filepath.Join(dir, "configuration")
	if err := os.Mkdir(work, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(work, "main.tf"), []byte(configuration), 0o600); err != nil {
		return nil, err
	}
	return &terraform{
		path: path,
		dir:  work,
		env:  slices.Concat(surroundings(), env, []string{"TF_CLI_CONFIG_FILE=" + settings, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1"}),
		out:  out,
	}, nil
}

// surroundings is the environment without what a person has set for their own
// Terraform and their own EGS.
func surroundings() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name := strings.ToUpper(variable) // Windows knows no letter case here
		return strings.HasPrefix(name, "TF_") || strings.HasPrefix(name, "EGS_")
	})
}

// showsColour says whether out is a terminal that shows colours.
func showsColour(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok || runtime.GOOS == "windows" || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// command is a command that, when the demo is told to stop, is left to come to its
// own end for a while: a terminal's Ctrl-C reaches it as well, and a second signal
// would make Terraform drop everything.
func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // G204: the demo's own arguments, and the CLI its user names.
	cmd.Cancel = func() error { return nil }
	cmd.WaitDelay = grace
	return cmd
}

func (t *terraform) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := command(ctx, t.path, args...)
	cmd.Dir, cmd.Env = t.dir, t.env
	return cmd
}

// run shows a command and its output. The error says if it ends in another exit
// status than the one that is wanted.
func (t *terraform) run(ctx context.Context, wanted int, args ...string) error {
	shown := strings.Join(append([]string{t.name()}, args...), " ")
	_, _ = fmt.Fprintf(t.out, "\n$ %s\n", shown) // without an audience the demo still checks

	output := &quieter{out: t.out, colour: showsColour(t.out)}
	cmd := t.command(ctx, append([]string{args[0], "-input=false"}, args[1:]...)...)
	cmd.Stdout, cmd.Stderr = output, output
	err := cmd.Run()
	output.flush()
	if stopped := ctx.Err(); stopped != nil {
		return stopped
	}
	status := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		status = exit.ExitCode()
	} else if err != nil {
		return err
	}
	if status != wanted {
		return fmt.Errorf("the exit status of %q should be %d, and is %d", shown, wanted, status)
	}
	return nil
}

// name is what a person calls the CLI: terraform or tofu.
func (t *terraform) name() string {
	return strings.TrimSuffix(filepath.Base(t.path), ".exe")
}

// changes reads a plan file: what is to be done with which resource, sorted. It
// shows nothing, since the plan holds secrets.
func (t *terraform) changes(ctx context.Context, plan string) ([]string, error) {
	cmd := t.command(ctx, "show", "-json", plan)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, t.out
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("unable to read the plan: %w", err)
	}
	var content struct {
		ResourceChanges []struct {
			Address string `json:"address"`
			Change  struct {
				Actions      []string `json:"actions"`
				ReplacePaths [][]any  `json:"replace_paths"`
			} `json:"change"`
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal(output.Bytes(), &content); err != nil {
		return nil, fmt.Errorf("unable to read the plan: %w", err)
	}
	var changes []string
	for _, resource := range content.ResourceChanges {
		actions := strings.Join(resource.Change.Actions, ", ")
		if actions == "no-op" {
			continue
		}
		if len(resource.Change.ReplacePaths) > 0 {
			actions += fmt.Sprintf(" because of %v", resource.Change.ReplacePaths)
		}
		changes = append(changes, resource.Address+": "+actions)
	}
	slices.Sort(changes)
	return changes, nil
}
