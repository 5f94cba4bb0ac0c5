// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

type results struct {
	scale   scale
	cases   []*benchCase
	sizes   map[string]int64
	machine string
	commit  string
	took    time.Duration
}

// report writes the content of RESULTS.md.
func (r *results) report(out io.Writer) {
	printf := func(format string, values ...any) { _, _ = fmt.Fprintf(out, format, values...) }
	printf("# Costs of the provider\n\n")
	printf("Measured by `%s` (see [CONTRIBUTING.md](../../CONTRIBUTING.md)) on %s, at commit %s, in %.0f min, on %s.\n\n",
		r.scale.name, time.Now().UTC().Format(time.DateOnly), r.commit, r.took.Minutes(), r.machine)
	printf("`egs` is the provider. `hollow` is a provider that serves the same schema from a process with the same settings, and sends no " +
		"requests: its costs are the costs of Terraform, the framework and the schema. `hollow-stock` is `hollow` with the default process " +
		"settings of the framework. `random` (random_uuid) has these settings, too. CPU is the CPU time of Terraform and the provider, and memory is the " +
		"peak memory of the provider. Unless a case says otherwise, the state is in memory and represents a remote state: Terraform writes it " +
		"every 20 s and at the end. Latency is a pause before each response. The subjects run in turns, and values are medians. Tests check " +
		"the number of requests.\n\n")

	printf("## Targets\n\nRatios compare CPU times.\n\n| cost | target | measured | reached |\n| --- | ---: | ---: | --- |\n")
	missed := map[string][]string{} // The key is the reason, and the values are the descriptions of the missed targets.
	var reasons []string
	for _, c := range r.cases {
		for _, t := range c.targets {
			limit, reached := "–", "–"
			if t.limit != 0 {
				limit, reached = "≤ "+t.unit.show(t.limit), "yes"
				if !t.reached(c) {
					reached = "**no**"
					if missed[t.reason] == nil {
						reasons = append(reasons, t.reason)
					}
					missed[t.reason] = append(missed[t.reason], t.what)
				}
			}
			printf("| %s | %s | %s | %s |\n", t.what, limit, t.unit.show(t.measured(c)), reached)
		}
	}
	if len(reasons) > 0 {
		printf("\nReasons for missed targets:\n\n")
	}
	for _, reason := range reasons {
		printf("- %s: %s\n", strings.Join(missed[reason], "; "), reason)
	}
	printf("\n## CPU time relative to the hollow provider\n\n")
	r.plot(printf)

	printf("\n## All measurements\n\n")
	var binaries []string
	for _, subject := range []string{egs, hollow, random} {
		binaries = append(binaries, fmt.Sprintf("`%s` %.1f MiB", subject, float64(r.sizes[subject])/(1<<20)))
	}
	printf("Size of the binaries: %s.\n", strings.Join(binaries, ", "))
	for _, c := range r.cases {
		c.report(printf)
	}
}

func (c *benchCase) report(printf func(format string, values ...any)) {
	printf("\n### %s\n\n", c.title)
	printf("| command | subject | count | runs | wall | CPU | ÷ hollow | ÷ random | memory | state per object |\n| --- | --- |%s\n",
		strings.Repeat(" ---: |", 8))
	for _, command := range slices.Concat(c.once, c.commands) {
		for _, s := range c.setups {
			m, _ := c.median(s, command)
			memory, state := "–", "–"
			if m.memory > 0 { // The memory is 0 if it was not measured (see watchMemory).
				memory = mebibytes.show(c.memory(s, command))
			}
			if command != destroy {
				state = bytesEach.show(float64(m.state) / float64(s.count))
			}
			printf("| %s | %s | %s | %d | %s | %s | %s | %s | %s | %s |\n",
				command, s.name(), thousands(s.count), len(c.measured[subjectRun{s, command}]),
				seconds.show(m.wall.Seconds()), seconds.show(m.cpu.Seconds()),
				c.relative(s, hollow, command), c.relative(s, random, command), memory, state)
		}
	}
	if c.note != nil {
		printf("\n%s\n", c.note(c))
	}
}

// relative returns the CPU time of a command on the setup s as a multiple of the CPU time of the command with another subject.
// It returns "–" if the case does not measure the other subject.
func (c *benchCase) relative(s setup, subject, command string) string {
	if _, ok := c.median(s.as(subject), command); !ok {
		return "–"
	}
	return ratio.show(c.cpu(s, command) / c.cpu(s.as(subject), command))
}

// plot writes a chart. Each bar is the CPU time of a command with a resource, divided by the CPU time of the hollow provider.
func (r *results) plot(printf func(format string, values ...any)) {
	var labels, bars []string
	for _, command := range []string{plan, apply, destroy} {
		for _, c := range r.cases {
			// The chart shows only cases that have the targets of hollowTargets. In these cases, setups[0] uses the provider and
			// setups[1] uses the hollow provider.
			if len(c.targets) < 3 || c.setups[1] != c.setups[0].as(hollow) {
				continue
			}
			labels = append(labels, fmt.Sprintf("%q", command+", "+strings.TrimPrefix(c.setups[0].resource, "egs_")))
			bars = append(bars, c.relative(c.setups[0], hollow, command))
		}
	}
	printf("```mermaid\nxychart-beta horizontal\n    title \"CPU ÷ hollow\"\n    x-axis [%s]\n    y-axis 0 --> 2\n    bar [%s]\n```\n",
		strings.Join(labels, ", "), strings.Join(bars, ", "))
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
