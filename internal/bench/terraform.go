// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// module is this repository's, so that the providers are built from wherever in it
// the benchmark is started.
const module = "github.com/elastic-gpu-service/terraform-provider-egs"

// tools are the paths of what make has built.
type tools struct {
	terraform, random, tls string
}

// cli is Terraform with all providers of the comparison.
type cli struct {
	path, dir string
	env       []string
	// sizes of the providers' binaries in bytes, by subject.
	sizes map[string]int64
}

// prepare builds our provider and its twin as a release is, puts them with the
// others into one folder, and makes Terraform take them from there.
func prepare(ctx context.Context, paths tools, dir string) (*cli, error) {
	terraform, err := exec.LookPath(paths.terraform)
	if err != nil {
		return nil, err
	}
	if terraform, err = filepath.Abs(terraform); err != nil {
		return nil, err
	}
	c := &cli{path: terraform, dir: dir, sizes: map[string]int64{}}
	var overrides strings.Builder
	for _, provider := range []struct{ name, from string }{
		{egs, module}, {hollow, module + "/internal/bench/hollow"}, {stock, module + "/internal/bench/hollow"}, {random, paths.random}, {tls, paths.tls},
	} {
		binary := filepath.Join(dir, "bin", "terraform-provider-"+provider.name)
		if runtime.GOOS == "windows" {
			binary += ".exe"
		}
		if strings.HasPrefix(provider.from, module) {
			err = build(ctx, binary, provider.from, provider.name)
		} else {
			err = copyFile(binary, provider.from)
		}
		if err != nil {
			return nil, err
		}
		info, err := os.Stat(binary)
		if err != nil {
			return nil, err
		}
		c.sizes[provider.name] = info.Size()
		fmt.Fprintf(&overrides, "    \"bench/%s\" = %q\n", provider.name, filepath.ToSlash(filepath.Dir(binary)))
	}
	settings := filepath.Join(dir, "terraform.tfrc")
	content := "provider_installation {\n  dev_overrides {\n" + overrides.String() + "  }\n}\n"
	if err := os.WriteFile(settings, []byte(content), 0o600); err != nil {
		return nil, err
	}
	// What a person has set for their own Terraform and their own EGS has no say.
	c.env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name := strings.ToUpper(variable) // Windows knows no letter case here
		return strings.HasPrefix(name, "TF_") || strings.HasPrefix(name, "EGS_") ||
			strings.HasPrefix(name, "H2OGPTE_") || strings.HasPrefix(name, "GAIA_")
	})
	c.env = append(c.env, "TF_CLI_CONFIG_FILE="+settings, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
	return c, nil
}

// build makes the binary as .goreleaser.yml does, so that its size can be compared.
func build(ctx context.Context, binary, pkg, name string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w -X main.version=bench -X main.name="+name, "-o", binary, pkg) //nolint:gosec // G204: packages of this module.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", pkg, err, output)
	}
	return nil
}

func copyFile(to, from string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o700) //nolint:gosec // G306: it is to be run.
}

// cost is what one command took.
type cost struct {
	wall time.Duration
	// cpu is user and system time of Terraform and its providers.
	cpu time.Duration
	// memory is the provider's peak in bytes, 0 where it cannot be told.
	memory int64
}

// run runs Terraform in the folder. Its output is shown only where it fails.
func (c *cli) run(ctx context.Context, dir string, env []string, args ...string) (cost, error) {
	var problems bytes.Buffer
	cmd := exec.CommandContext(ctx, c.path, args...) //nolint:gosec // G204: the CLI is the one that make named.
	cmd.Dir, cmd.Env, cmd.Stderr = dir, slices.Concat(c.env, env), &problems
	// A Terraform that is killed leaves its providers behind.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return cost{}, err
	}
	stop, peak := make(chan struct{}), make(chan int64)
	go func() { peak <- watchMemory(cmd.Process.Pid, stop) }()
	err := cmd.Wait()
	wall := time.Since(began)
	close(stop)
	memory := <-peak
	if err != nil {
		return cost{}, fmt.Errorf("terraform %s: %w\n%s", strings.Join(args, " "), err, problems.Bytes())
	}
	// Terraform waits for its providers, so that their time is in its own.
	return cost{wall: wall, cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), memory: memory}, nil
}

// watchMemory is the peak of Terraform's child that took the most memory, until
// stop is closed. A walk has a provider process of its own, and the kernel keeps
// its peak (VmHWM) only as long as it lives. Other systems than Linux tell nothing.
func watchMemory(pid int, stop <-chan struct{}) (peak int64) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
		for _, thread := range threads {
			children, _ := os.ReadFile(thread) // the thread may have ended
			for child := range strings.FieldsSeq(string(children)) {
				// Until it becomes the provider, a child has Terraform's own memory.
				if exe, _ := os.Readlink("/proc/" + child + "/exe"); !strings.HasPrefix(filepath.Base(exe), "terraform-provider-") {
					continue
				}
				status, _ := os.ReadFile("/proc/" + child + "/status")
				_, after, _ := strings.Cut(string(status), "VmHWM:")
				if fields := strings.Fields(after); len(fields) > 0 {
					kilobytes, _ := strconv.ParseInt(fields[0], 10, 64)
					peak = max(peak, kilobytes<<10)
				}
			}
		}
		select {
		case <-stop:
			return peak
		case <-tick.C:
		}
	}
}

// commit is what was measured.
func commit(ctx context.Context) (string, error) {
	output, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty").Output()
	return strings.TrimSpace(string(output)), err
}

// machine says what the measuring was done on.
func (c *cli) machine(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, c.path, "version", "-json") //nolint:gosec // G204: the CLI is the one that make named.
	cmd.Env, cmd.Stderr = c.env, io.Discard
	output, err := cmd.Output()
	if err != nil {
		return "", err
	}
	var version struct {
		Terraform string `json:"terraform_version"`
	}
	if err := json.Unmarshal(output, &version); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d CPUs (%s/%s), %s, Terraform %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH,
		runtime.Version(), version.Terraform), nil
}
