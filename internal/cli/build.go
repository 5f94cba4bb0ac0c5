// SPDX-License-Identifier: MPL-2.0

package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Module is the import path of the provider's main package.
const Module = "github.com/elastic-gpu-service/terraform-provider-egs"

// Provider returns the path of the provider's executable. If the environment variable ACCTEST_PROVIDER is set, its value is the
// path. Otherwise Provider builds the executable in the folder dir. `make test` sets the variable, to build the provider only
// once for all packages.
func Provider(ctx context.Context, dir string) (string, error) {
	if path := os.Getenv("ACCTEST_PROVIDER"); path != "" {
		return path, nil
	}
	return build(ctx, dir, Module, os.Environ(), "-ldflags", "-s -w")
}

// Release builds a main package of this module in the folder dir with the flags of .goreleaser.yml, and returns the path of the
// executable. The same commit and Go version give the same bytes on all machines of a platform. Each variable has the form
// main.name=value and is set at link time.
func Release(ctx context.Context, dir, pkg string, variables ...string) (string, error) {
	ldflags := []string{"-s", "-w"}
	for _, variable := range variables {
		ldflags = append(ldflags, "-X", variable)
	}
	return build(ctx, dir, pkg, append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOAMD64=", "GOARM64="), "-trimpath", "-buildvcs=false", "-ldflags", strings.Join(ldflags, " "))
}

func build(ctx context.Context, dir, pkg string, env []string, flags ...string) (string, error) {
	binary := filepath.Join(dir, filepath.Base(pkg)+suffix())
	args := append([]string{"build", "-o", binary}, append(flags, pkg)...)
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // G204: a package of this module.
	cmd.Env = env
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("unable to build %s: %w\n%s", pkg, err, output)
	}
	return binary, nil
}

func suffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
