// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/cli"
)

// terraform runs the CLI and prints its commands and output.
type terraform struct {
	*cli.CLI
	out io.Writer
}

// showsColour reports whether to print colors: out is a terminal, and neither the platform nor the environment forbids colors.
func showsColour(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok || runtime.GOOS == "windows" || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// run runs a command of the CLI, and prints the command and its output. The parameter wanted is the expected exit code. Any other
// exit code is an error.
func (t *terraform) run(ctx context.Context, wanted int, args ...string) error {
	shown := strings.Join(append([]string{t.Name()}, args...), " ")
	_, _ = fmt.Fprintf(t.out, "\n$ %s\n", shown) // The demo continues if the output cannot be written.

	flags := []string{args[0], "-input=false"}
	if !showsColour(t.out) {
		flags = append(flags, "-no-color")
	}
	cmd := t.Command(ctx, append(flags, args[1:]...)...)
	cmd.Stdout, cmd.Stderr = t.out, t.out
	err := cmd.Run()
	if stopped := ctx.Err(); stopped != nil {
		return stopped
	}
	if cmd.ProcessState == nil {
		return err
	}
	if status := cmd.ProcessState.ExitCode(); status != wanted {
		return fmt.Errorf("the exit code of %q should be %d, but is %d", shown, wanted, status)
	}
	return nil
}

// changes returns the actions in a plan file, sorted by resource address, without no-ops. It does not print the plan, because
// the plan contains secrets.
func (t *terraform) changes(ctx context.Context, plan string) ([]string, error) {
	cmd := t.Command(ctx, "show", "-json", plan)
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
