// SPDX-License-Identifier: MPL-2.0

// Command install builds the provider and adds it to a file-system mirror. Terraform and OpenTofu install the provider from the
// mirror as from a registry. Command install prints the shell command that makes the two CLIs use the mirror.
//
// The version of a build contains the time of the commit. So all builds of a commit have the same version, and the same
// checksum in lock files.
//
// Its exit code is 0 on success, 1 on failure, and 2 for invalid arguments.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/go-version"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/cli"
)

func main() {
	mirror := flag.String("mirror", "bin/mirror", "`folder` of the mirror")
	cli.Flags("install")
	cli.Main("install", func(ctx context.Context) error { return run(ctx, *mirror) })
}

func run(ctx context.Context, mirror string) (err error) {
	version, err := buildVersion(ctx, time.Now())
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "terraform-provider-egs-install-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary, err := cli.Release(ctx, dir, cli.Module, "main.version="+version)
	if err != nil {
		return err
	}
	settings, earlier, err := install(mirror, version, binary)
	if err != nil {
		return err
	}
	if earlier {
		fmt.Fprintln(os.Stderr, "Installed version "+version+`. Run "terraform init -upgrade" in configurations that use an earlier version.`)
	}
	fmt.Printf("export TF_CLI_CONFIG_FILE=%q\n", filepath.ToSlash(settings))
	return nil
}

// buildVersion returns the version of a build: MAJOR.MINOR of the latest release, the time of the commit, and the hash of the
// commit as build metadata. The version is not a pre-release, because Terraform installs pre-releases only with a version
// constraint. If there are uncommitted changes or no repository, the version contains the parameter now instead of the time of
// the commit.
func buildVersion(ctx context.Context, now time.Time) (string, error) {
	at, metadata := now, ""
	if commit, err := git(ctx, "show", "--no-patch", "--format=%ct %H"); err == nil {
		var seconds int64
		if _, err := fmt.Sscan(commit, &seconds, &metadata); err != nil {
			return "", fmt.Errorf("unable to read the commit %q: %w", commit, err)
		}
		at, metadata = time.Unix(seconds, 0), "+"+metadata[:12]
		changes, err := git(ctx, "status", "--porcelain", "--", "go.mod", "go.sum", "*.go", "internal")
		if err != nil {
			return "", err
		}
		if changes != "" {
			at, metadata = now, metadata+".changed"
		}
	}
	base := "0.0"
	if tag, err := git(ctx, "describe", "--tags", "--match", "v*", "--abbrev=0"); err == nil {
		release, err := version.NewSemver(strings.TrimSpace(tag))
		if err != nil {
			return "", err
		}
		base = fmt.Sprintf("%d.%d", release.Segments()[0], release.Segments()[1])
	}
	return base + "." + at.UTC().Format("20060102150405") + metadata, nil
}

// git returns the output of a git command. It fails outside a repository, for example in an unpacked archive.
func git(ctx context.Context, args ...string) (string, error) {
	output, err := exec.CommandContext(ctx, "git", args...).Output() //nolint:gosec // G204: the arguments above.
	return string(output), err
}

// install adds a build to the mirror as the latest version. It removes later versions, because Terraform would prefer them. It
// keeps earlier versions, because lock files can contain them. The result earlier reports whether the mirror has earlier
// versions.
func install(mirror, installed, binary string) (settings string, earlier bool, err error) {
	latest, err := version.NewSemver(installed)
	if err != nil {
		return "", false, err
	}
	for _, host := range cli.Hosts {
		folder := filepath.Join(mirror, host, filepath.FromSlash(cli.Source))
		present, err := os.ReadDir(folder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", false, err
		}
		for _, entry := range present {
			v, err := version.NewSemver(entry.Name())
			if err != nil {
				return "", false, err
			}
			if v.LessThan(latest) {
				earlier = true
			} else if err := os.RemoveAll(filepath.Join(folder, entry.Name())); err != nil {
				return "", false, err
			}
		}
	}
	settings, err = cli.Mirror(mirror, cli.Package{Source: cli.Source, Version: installed, Binary: binary})
	return settings, earlier, err
}
