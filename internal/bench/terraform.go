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

// tools has the paths of the binaries that make builds.
type tools struct {
	terraform, random string
}

// terraform runs Terraform with the providers of all subjects.
type terraform struct {
	*cli.CLI
	// dir is a folder for temporary files.
	dir string
	// sizes has the sizes of the providers' binaries in bytes, by subject.
	sizes map[string]int64
}

// prepare builds the provider and the hollow providers with the flags of a release, and puts all providers into a mirror.
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

// measurement has the costs of one command.
type measurement struct {
	wall time.Duration
	// cpu is the user and system time of Terraform and its providers.
	cpu time.Duration
	// memory is the peak memory of the provider in bytes, or 0 if it is unknown.
	memory int64
	// state is the size of the state after the command in bytes.
	state int
}

// measure runs a command and returns its costs, without the size of the state. If the command fails, the error contains the
// standard error of the command.
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
	// Terraform waits for its provider processes, so the CPU time of Terraform includes that of the providers.
	return measurement{wall: wall, cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), memory: memory}, nil
}

// watchMemory returns the highest peak memory of Terraform's provider processes in bytes when stop is closed. It polls the
// processes, since Terraform starts several of them in turn, and Linux reports the peak (VmHWM) only while a process runs. On
// other systems it returns 0.
func watchMemory(pid int, stop <-chan struct{}) (peak int64) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
		for _, thread := range threads {
			children, _ := os.ReadFile(thread) // It fails if the thread has ended.
			for child := range strings.FieldsSeq(string(children)) {
				// Between fork and exec, a child process has the memory of Terraform.
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

// machine describes the machine, with the versions of Go and Terraform.
func (t *terraform) machine(ctx context.Context) (string, error) {
	version, err := t.Version(ctx)
	return fmt.Sprintf("%d CPUs (%s/%s), %s, Terraform %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH,
		runtime.Version(), version), err
}
