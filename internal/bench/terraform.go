// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/cli"
)

// tools contains the paths of the binaries of Terraform and hashicorp/random.
type tools struct {
	terraform, random string
}

// terraform runs Terraform. The providers of all subjects are installed.
type terraform struct {
	*cli.CLI
	// dir is a folder for temporary files.
	dir string
	// sizes contains the size of each provider's binary in bytes, by subject.
	sizes map[string]int64
}

// prepare builds the provider and the hollow providers with the build flags of a release, and installs all providers in a
// filesystem mirror.
func prepare(ctx context.Context, paths tools, dir string) (*terraform, error) {
	binaries := map[string]string{random: paths.random}
	for subject, pkg := range map[string]string{
		egs: cli.Module, hollow: cli.Module + "/internal/bench/hollow", stock: cli.Module + "/internal/bench/hollow",
	} {
		binary, err := cli.Release(ctx, filepath.Join(dir, subject), pkg, "main.version=bench", "main.name="+subject)
		if err != nil {
			return nil, err
		}
		binaries[subject] = binary
	}
	t := &terraform{dir: dir, sizes: map[string]int64{}}
	var packages []cli.Package
	for subject, binary := range binaries {
		info, err := os.Stat(binary)
		if err != nil {
			return nil, err
		}
		t.sizes[subject] = info.Size()
		packages = append(packages, cli.Package{Source: "bench/" + subject, Version: "0.0.1", Binary: binary})
	}
	var err error
	t.CLI, err = cli.Installed(paths.terraform, dir, packages...)
	return t, err
}

// measurement contains the costs of one run of a command.
type measurement struct {
	wall time.Duration
	// cpu is the user and system time of Terraform and its providers.
	cpu time.Duration
	// memory is the peak memory of the provider in bytes, or 0 if it was not measured.
	memory int64
	// state is the size of the state in bytes, after the command.
	state int
}

// measure runs a command and returns all its costs except the size of the state. If the command fails, the error contains the
// command's output to standard error.
func measure(cmd *exec.Cmd) (measurement, error) {
	var problems bytes.Buffer
	cmd.Stderr = &problems
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return measurement{}, err
	}
	stop, peak := make(chan struct{}), make(chan int64)
	go func() { peak <- watchMemory(cmd.Process.Pid, stop) }()
	err := cmd.Wait()
	wall := time.Since(began)
	close(stop)
	memory := <-peak
	if err != nil {
		return measurement{}, fmt.Errorf("terraform %s: %w\n%s", strings.Join(cmd.Args[1:], " "), err, problems.Bytes())
	}
	// Terraform waits for its provider processes, so the CPU time of Terraform includes the CPU time of the providers.
	return measurement{wall: wall, cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), memory: memory}, nil
}

// watchMemory waits until the channel stop is closed. Then it returns the highest peak memory of Terraform's provider processes
// in bytes, or 0 on systems other than Linux. It polls the processes, since Terraform starts several processes one after the
// other, and Linux reports the peak memory of a process (VmHWM) only while the process runs.
func watchMemory(pid int, stop <-chan struct{}) (peak int64) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
		for _, thread := range threads {
			children, _ := os.ReadFile(thread) // An error means that the thread has ended.
			for child := range strings.FieldsSeq(string(children)) {
				// Between fork and exec, a child process is still a copy of Terraform, and its memory must not be counted.
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

// machine returns a description of the machine, including the versions of Go and Terraform.
func (t *terraform) machine(ctx context.Context) (string, error) {
	version, err := t.Version(ctx)
	return fmt.Sprintf("%d CPUs (%s/%s), %s, Terraform %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH,
		runtime.Version(), version), err
}
