// SPDX-License-Identifier: MPL-2.0

// Command bench measures the CPU time, the memory and the duration of Terraform with three providers: this provider with the
// simulators, the hollow provider (see the folder hollow), and hashicorp/random with the resource random_uuid. It reports
// medians. The providers run in turns, so that other load on the machine affects all of them equally. The packages in the folder
// upstream reproduce costs of terraform-plugin-framework.
//
// Bench prints the results and writes them to RESULTS.md. Its exit code is 0 on success, 1 on failure, and 2 for invalid
// flags.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/cli"
)

func main() {
	var paths tools
	flag.StringVar(&paths.terraform, "terraform", "terraform", "`path` of Terraform")
	flag.StringVar(&paths.random, "random", "", "`path` of the provider hashicorp/random")
	out := flag.String("out", ".", "`folder` for RESULTS.md")
	short := flag.Bool("short", false, "measure a tenth of the keys, and fewer cases")
	flag.Parse()
	if flag.NArg() > 0 || paths.random == "" {
		fmt.Fprintln(os.Stderr, "bench: -random is required, and arguments are not allowed; see -help")
		os.Exit(2)
	}

	cli.Main("bench", func(ctx context.Context) error { return run(ctx, paths, *out, *short) })
}

func run(ctx context.Context, paths tools, out string, short bool) error {
	dir, err := os.MkdirTemp("", "terraform-provider-egs-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // An error is ignored, since dir is in the system's folder for temporary files.
	began := time.Now()
	tf, err := prepare(ctx, paths, dir)
	if err != nil {
		return err
	}
	scale := scaleFull
	if short {
		scale = scaleShort
	}
	r := &results{scale: scale, cases: cases(scale)}
	for _, c := range r.cases {
		fmt.Fprintf(os.Stderr, "%6.0f s  %s\n", time.Since(began).Seconds(), c.title)
		if err := c.measure(ctx, tf); err != nil {
			return fmt.Errorf("%s: %w", c.title, err)
		}
	}
	if r.machine, err = tf.machine(ctx); err != nil {
		return err
	}
	commit, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return err
	}
	r.commit, r.sizes, r.took = strings.TrimSpace(string(commit)), tf.sizes, time.Since(began)

	if err := os.MkdirAll(out, 0o750); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(out, "RESULTS.md"))
	if err != nil {
		return err
	}
	r.report(io.MultiWriter(file, os.Stdout))
	return file.Close()
}
