// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// reported is a report on setups that all take the same, and the provider more by a factor.
func reported(n scale, factor float64) (string, []*benchCase) {
	r := &results{scale: n, cases: cases(n), sizes: map[string]int64{egs: 20 << 20}}
	for _, c := range r.cases {
		c.measured = map[subjectRun]measurements{}
		for _, s := range c.setups {
			for _, command := range slices.Concat(c.once, c.commands) {
				m := measurement{wall: time.Second, cpu: time.Second, memory: 50 << 20, state: 344 * s.count}
				if s.subject == egs {
					m.cpu, m.memory = time.Duration(factor*float64(m.cpu)), int64(factor*float64(m.memory))
				}
				if s.latency > 0 {
					m.wall += time.Duration(factor*100) * time.Millisecond
				}
				if s.foreign > 0 {
					m.cpu += time.Second
				}
				c.measured[subjectRun{s, command}] = measurements{m, m, m}
			}
		}
	}
	var out bytes.Buffer
	r.report(&out)
	return out.String(), r.cases
}

func TestResults_report(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]scale{"full": scaleFull, "short": scaleShort} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report, cases := reported(n, 1)
			if strings.Contains(report, "NaN") || strings.Contains(report, "Inf") {
				t.Errorf("something is compared with what was not measured:\n%s", report)
			}
			for _, row := range []string{
				"| the schema: plan of " + thousands(n.many) + " keys, hollow ÷ random_uuid | ≤ 1.25 | 1.00 | yes |",
				"| CPU of the plan beside 100,000 foreign keys, above none | ≤ 1.20 s | 1.00 s | yes |",
				"| memory of the provider beside 100,000 foreign keys | ≤ 150 MiB | 50 MiB | yes |",
				"| latency of 50 ms: wall time of the plan of " + thousands(n.many) + " keys, above none | ≤ 0.30 s | 0.10 s | yes |",
				"| local state: bytes of a random_uuid | – | 344 B | – |",
				"| apply | egs, latency 50 ms | " + thousands(n.many) + " | 3 | 1.10 s | 1.00 s | 1.00 | 1.00 | 50 MiB | 344 B |",
				"bar [" + strings.TrimSuffix(strings.Repeat("1.00, ", 15), ", ") + "]",
				fmt.Sprintf("the apply takes 0.10 s longer than without (%d × 50 ms", n.few),
			} {
				if !strings.Contains(report, row) {
					t.Errorf("the report lacks %s:\n%s", row, report)
				}
			}
			if strings.Contains(report, "**no**") || strings.Contains(report, "Reasons") {
				t.Errorf("a target is missed:\n%s", report)
			}

			// Where all is missed, each reason stands once.
			report, _ = reported(n, 60)
			for _, c := range cases {
				for _, target := range c.targets {
					missed := strings.HasSuffix(target.what, "÷ hollow")
					if missed && strings.Count(report, ": "+target.reason+"\n") != 1 || target.limit != 0 && target.reason == "" {
						t.Errorf("no reason for %s:\n%s", target.what, report)
					}
				}
			}
		})
	}
}

// The table shows rounded values, so these are compared.
func TestTarget_reached(t *testing.T) {
	t.Parallel()
	for value, want := range map[float64]bool{1.05: true, 1.0549: true, 1.0551: false} {
		target := target{limit: 1.05, unit: ratio, measured: func(*benchCase) float64 { return value }}
		if got := target.reached(nil); got != want {
			t.Errorf("%v: got %v", value, got)
		}
	}
}
