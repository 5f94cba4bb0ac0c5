// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// results are all that was measured.
type results struct {
	scale    scale
	cases    []*benchCase
	measured map[subjectRun]measurements
	sizes    map[string]int64
	machine  string
	commit   string
	took     time.Duration
}

func (r *results) of(s setup, command string) measurement {
	return r.measured[subjectRun{s, command}].median()
}

// hollow is the setup that a subject is compared with.
func (s setup) hollow() setup {
	return base(hollow, s.keys, s.memory).with(func(t *setup) { t.parallelism, t.resource = s.parallelism, s.resource })
}

// place is where the state is.
func (s setup) place() string {
	if s.memory {
		return "state in memory"
	}
	return "local state"
}

// report writes everything as Markdown.
func (r *results) report(out io.Writer) {
	// A failed write fails the file's Close.
	printf := func(format string, values ...any) { _, _ = fmt.Fprintf(out, format, values...) }
	form := "bench"
	if r.scale.short {
		form = "bench-short"
	}
	printf("# What the provider costs\n\n")
	printf("Written by `make %s` (see [CONTRIBUTING.md](../../CONTRIBUTING.md)) on %s, of commit %s, in %.0f min, on %s. "+
		"Medians of at least %d runs, in turns. Differences below a tenth may be noise.\n\n", form, time.Now().UTC().Format(time.DateOnly), r.commit, r.took.Minutes(), r.machine, laps)
	printf("`egs` is the provider. `hollow` serves the same schema from a process with the same setup, and sends no request: it is the cost of " +
		"Terraform and the schema. `hollow-stock` is `hollow` with the process as the framework leaves it, as that of `random` (random_uuid) and `tls` " +
		"(tls_private_key, ED25519). State in memory stands for a remote state, which Terraform writes every 20 s and at the end. Latency is a pause before " +
		"each response. CPU is that of Terraform and the provider, memory is the provider's peak. Tests check the number of requests.\n\n")
	var binaries []string
	for _, subject := range []string{egs, hollow, random, tls} {
		binaries = append(binaries, fmt.Sprintf("`%s` %s", subject, megabytes(r.sizes[subject])))
	}
	printf("Size of the binaries: %s.\n\n", strings.Join(binaries, ", "))
	r.plot(printf)

	printf("\n| case | command | subject | wall | ÷ hollow | CPU | ÷ hollow | memory | state |\n| --- | --- | --- |%s\n", strings.Repeat(" ---: |", 6))
	for _, c := range r.cases {
		for _, command := range c.commands {
			for _, s := range c.setups {
				m, floor := r.of(s, command), r.of(s.hollow(), command)
				printf("| %s | %s | %s | %s | %.2f | %s | %.2f | %s | %s |\n", c.title, command, s.name(),
					seconds(m.wall), m.wall.Seconds()/floor.wall.Seconds(), seconds(m.cpu), m.cpu.Seconds()/floor.cpu.Seconds(),
					megabytes(m.memory), kilobytes(m.state))
			}
		}
	}
}

// plot draws the wall time of each subject as a multiple of the hollow provider's.
func (r *results) plot(printf func(format string, values ...any)) {
	var labels, bars []string
	for _, command := range []string{plan, apply, destroy} {
		for _, subject := range subjects {
			s := base(subject, r.scale.large, true)
			labels = append(labels, fmt.Sprintf("%q", command+", "+subject))
			bars = append(bars, fmt.Sprintf("%.2f", r.of(s, command).wall.Seconds()/r.of(s.hollow(), command).wall.Seconds()))
		}
	}
	printf("```mermaid\nxychart-beta horizontal\n    title \"Wall time of %s keys ÷ hollow, state in memory\"\n    x-axis [%s]\n    y-axis 0 --> 2\n    bar [%s]\n```\n",
		thousands(r.scale.large), strings.Join(labels, ", "), strings.Join(bars, ", "))
}

// name is the subject, and how the setup differs from the base.
func (s setup) name() string {
	name := s.subject
	if s.latency > 0 {
		name += fmt.Sprintf(", latency %s", s.latency)
	}
	if s.parallelism != 10 {
		name += fmt.Sprintf(", parallelism %d", s.parallelism)
	}
	if s.workspaces > 1 {
		name += fmt.Sprintf(", %s workspaces", thousands(s.workspaces))
	}
	if s.foreign > 0 {
		name += fmt.Sprintf(", %s foreign keys", thousands(s.foreign))
	}
	return name
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func kilobytes(n int) string { return fmt.Sprintf("%.1f kB", float64(n)/1000) }

func megabytes(n int64) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

func plural(noun string, n int) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}
