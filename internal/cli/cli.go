// SPDX-License-Identifier: MPL-2.0

package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// grace is the time that a command has to end after its context has ended. Then the command is killed.
const grace = 30 * time.Second

// CLI is a Terraform or OpenTofu executable with a working directory and an environment.
type CLI struct {
	// Path is the absolute path of the executable.
	Path string
	// Dir is the working directory of commands; "" means the working directory of this process.
	Dir string
	// Env is the environment of commands, in the form of exec.Cmd.Env.
	Env []string
}

// New finds the CLI by its path or name. The parameter settings is the path of a CLI configuration file. Mirror writes such a
// file.
func New(path, settings string) (*CLI, error) {
	found, err := exec.LookPath(path)
	if err != nil {
		return nil, fmt.Errorf("unable to find Terraform: %w", err)
	}
	if found, err = filepath.Abs(found); err != nil {
		return nil, err
	}
	return &CLI{Path: found, Env: append(environ(), "TF_CLI_CONFIG_FILE="+settings, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")}, nil
}

// Installed returns a CLI that installs providers from a mirror. Installed creates the mirror with the packages below the
// folder dir.
func Installed(path, dir string, packages ...Package) (*CLI, error) {
	settings, err := Mirror(filepath.Join(dir, "mirror"), packages...)
	if err != nil {
		return nil, err
	}
	return New(path, settings)
}

// WithProvider is like Installed, but installs only the provider of this repository. It gets the executable from Provider.
func WithProvider(ctx context.Context, path, dir string) (*CLI, error) {
	binary, err := Provider(ctx, dir)
	if err != nil {
		return nil, err
	}
	return Installed(path, dir, Package{Source: Source, Version: "0.0.1", Binary: binary})
}

// In creates the folder dir with a main.tf that contains the configuration. It returns a CLI with this folder as its working
// directory, and with the additional environment variables in env.
func (c *CLI) In(dir, configuration string, env ...string) (*CLI, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	in := &CLI{Path: c.Path, Dir: dir, Env: slices.Concat(c.Env, env)}
	return in, os.WriteFile(filepath.Join(dir, "main.tf"), []byte(configuration), 0o600)
}

// Name returns the name of the command: terraform or tofu.
func (c *CLI) Name() string {
	return strings.TrimSuffix(filepath.Base(c.Path), ".exe")
}

// Command returns a command of the CLI. When ctx ends, Command sends no signal, because the command already gets Ctrl-C from
// the terminal. A second signal would make Terraform abort its operations. If the command still runs after grace, it is killed.
func (c *CLI) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.Path, args...) //nolint:gosec // G204: the CLI that the caller named.
	cmd.Dir, cmd.Env = c.Dir, slices.Clone(c.Env)
	cmd.Cancel = func() error { return nil }
	cmd.WaitDelay = grace
	return cmd
}

// Version returns the version of the CLI, such as 1.16.4.
func (c *CLI) Version(ctx context.Context) (string, error) {
	output, err := c.Command(ctx, "version", "-json").Output()
	if err != nil {
		return "", fmt.Errorf("unable to get the version of %s: %w", c.Path, err)
	}
	var content struct {
		Version string `json:"terraform_version"` // OpenTofu uses the same name.
	}
	err = json.Unmarshal(output, &content)
	return content.Version, err
}

// Flags parses the flags of a command of this repository. If a flag is invalid, or if the command line has an argument that is
// not a flag, Flags exits with status 2.
func Flags(name string) {
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "%s: unexpected argument %q; see -help\n", name, flag.Arg(0))
		os.Exit(2)
	}
}

// Main runs a command of this repository. SIGINT and SIGTERM cancel the context of run. If run fails, Main prints the command's
// name and the error, and exits with status 1.
func Main(name string, run func(context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// environ returns the environment of this process without the variables that configure Terraform and the provider.
func environ() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name := strings.ToUpper(variable) // Windows ignores letter case.
		return slices.ContainsFunc([]string{"TF_", "EGS_", "H2OGPTE_", "GAIA_"}, func(prefix string) bool {
			return strings.HasPrefix(name, prefix)
		})
	})
}
