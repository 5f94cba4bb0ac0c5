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

// has says whether the command was measured on the setup.
func (r *results) has(s setup, command string) bool {
	return len(r.measured[subjectRun{s, command}]) > 0
}

func (r *results) of(s setup, command string) measurement {
	return r.measured[subjectRun{s, command}].median()
}

// twin is the setup that a subject is compared with: the hollow twin, which knows
// no controller.
func (s setup) twin() setup {
	return base(hollow, s.keys, s.memory).with(func(t *setup) { t.parallelism, t.resource = s.parallelism, s.resource })
}

// over is how many times the other's wall time a setup takes.
func (r *results) over(s, other setup, command string) float64 {
	return r.of(s, command).wall.Seconds() / r.of(other, command).wall.Seconds()
}

// report writes everything as Markdown.
func (r *results) report(out io.Writer) {
	// What is written fails with the file's Close, if at all.
	printf := func(format string, values ...any) { _, _ = fmt.Fprintf(out, format, values...) }
	form := "bench"
	if r.scale.short {
		form = "bench-short"
	}
	printf("# What the provider costs\n\n")
	printf("Written by `make %s` (see [CONTRIBUTING.md](../../CONTRIBUTING.md)) on %s, of commit %s, in %.0f min, on %s. "+
		"Medians of at least %d runs, in turns; a difference below a tenth may be noise, also where a target is one.\n\n", form, time.Now().UTC().Format(time.DateOnly), r.commit, r.took.Minutes(), r.machine, laps)
	printf("`egs` is the provider, `hollow` its twin that serves the same schema from a process that is set up alike, and sends no request: "+
		"what Terraform and the schema cost; `hollow-stock` is the twin with the process as the framework leaves it, logs and all, which is what `random` "+
		"and `tls` pay for too. `random` is random_uuid, `tls` is tls_private_key (ED25519). State in memory means a remote state: Terraform writes "+
		"it at the end and every 20 s, and not all the time. Latency is a pause before each answer, on loopback and without TLS. CPU is that of Terraform and the provider, memory the provider's peak.\n\n"+
		"![%s](results.svg)\n\n", plotTitle(r.scale.large))

	printf("## Targets\n\n| what | target | measured | reached |\n| --- | --- | --- | --- |\n")
	for _, t := range r.targets() {
		printf("| %s | %s | %s | %s |\n", t.what, t.target, t.measured, yesNo(t.reached))
	}

	printf("\n## Start and size\n\n| subject | binary | validate | ÷ random | providers schema | ÷ random |\n" +
		"| --- | ---: | ---: | ---: | ---: | ---: |\n")
	for _, subject := range []string{egs, hollow, random, tls} {
		s, peer := base(subject, 1, false), base(random, 1, false)
		printf("| %s | %s | %s | %.2f | %s | %.2f |\n", subject, megabytes(r.sizes[subject]),
			seconds(r.of(s, validate).wall), r.over(s, peer, validate), seconds(r.of(s, schemas).wall), r.over(s, peer, schemas))
	}

	for _, c := range r.cases {
		printf("\n## %s\n\n| command | subject | wall | ÷ hollow | CPU | ÷ hollow | memory | state | auth | list | create | delete | other |\n"+
			"| --- | --- |%s\n", capitalised(c.title), strings.Repeat(" ---: |", 11))
		for _, command := range c.commands {
			if command == validate || command == schemas {
				continue
			}
			for _, s := range c.setups {
				m, twin := r.of(s, command), r.of(s.twin(), command)
				printf("| %s | %s | %s | %.2f | %s | %.2f | %s | %s | %d | %d | %d | %d | %d |\n", command, s.name(),
					seconds(m.wall), m.wall.Seconds()/twin.wall.Seconds(), seconds(m.cpu), m.cpu.Seconds()/twin.cpu.Seconds(),
					megabytes(m.memory), kilobytes(m.state),
					m.requests.auth, m.requests.list, m.requests.create, m.requests.delete, m.requests.other)
			}
		}
	}
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

func capitalised(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "**no**"
}
