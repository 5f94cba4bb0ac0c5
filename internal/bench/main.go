// SPDX-License-Identifier: MPL-2.0

// Command bench measures what the provider costs: real Terraform runs on the
// simulator, side by side with the hollow twin (package hollow), random_uuid,
// tls_private_key and the built-in terraform_data. All that is compared is run in
// turns, so that a machine that is busy for a while is busy for all of them, and
// what counts is the median.
//
// It prints the results, and writes them as RESULTS.md and results.svg. It exits
// with 0 however slow anything was, 1 when something did not work, and 2 on flags
// it cannot use.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	var paths tools
	flag.StringVar(&paths.terraform, "terraform", "terraform", "`path` of Terraform")
	flag.StringVar(&paths.random, "random", "", "`path` of the provider hashicorp/random")
	flag.StringVar(&paths.tls, "tls", "", "`path` of the provider hashicorp/tls")
	out := flag.String("out", ".", "`folder` for RESULTS.md and results.svg")
	short := flag.Bool("short", false, "measure a tenth of the keys, and only what targets are about")
	flag.Parse()
	if flag.NArg() > 0 || paths.random == "" || paths.tls == "" {
		fmt.Fprintln(os.Stderr, "bench: -random and -tls are needed, and nothing but flags; see -help")
		os.Exit(2)
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, paths, *out, *short)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, paths tools, out string, short bool) error {
	dir, err := os.MkdirTemp("", "terraform-provider-egs-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // it is in the folder for such things
	began := time.Now()
	tf, err := prepare(ctx, paths, dir)
	if err != nil {
		return err
	}
	scale := scaleFull
	if short {
		scale = scaleShort
	}
	r := &results{scale: scale, measured: map[subjectRun]measurements{}}
	for _, c := range cases(scale) {
		fmt.Fprintf(os.Stderr, "%6.0f s  %s\n", time.Since(began).Seconds(), c.title)
		if err := c.measure(ctx, tf, r); err != nil {
			return fmt.Errorf("%s: %w", c.title, err)
		}
	}
	if r.machine, err = tf.machine(ctx); err != nil {
		return err
	}
	if r.commit, err = commit(ctx); err != nil {
		return err
	}
	r.sizes = tf.sizes
	r.took = time.Since(began)

	if err := os.MkdirAll(out, 0o750); err != nil {
		return err
	}
	if err := write(filepath.Join(out, "results.svg"), r.plot); err != nil {
		return err
	}
	return write(filepath.Join(out, "RESULTS.md"), func(w io.Writer) { r.report(io.MultiWriter(w, os.Stdout)) })
}

// write makes a file of what content prints.
func write(path string, content func(io.Writer)) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	content(file)
	return file.Close()
}
