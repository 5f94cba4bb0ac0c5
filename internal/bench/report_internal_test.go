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

// reportOf returns a report on invented measurements, and the cases of the report. The costs of all subjects are the same, but
// the costs of the provider are multiplied by the parameter factor.
func reportOf(n scale, factor float64) (string, []*benchCase) {
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
				if s.unmanaged > 0 {
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
			report, cases := reportOf(n, 1)
			if strings.Contains(report, "NaN") || strings.Contains(report, "Inf") {
				t.Errorf("the report compares with a missing measurement:\n%s", report)
			}
			for _, row := range []string{
				"| schema: plan of " + thousands(n.many) + " keys, hollow ÷ random_uuid | ≤ 1.25 | 1.00 | yes |",
				"| 100,000 unmanaged keys: additional CPU time of the plan | ≤ 1.20 s | 1.00 s | yes |",
				"| 100,000 unmanaged keys: memory of the provider | ≤ 150 MiB | 50 MiB | yes |",
				"| latency of 50 ms: additional wall time of the plan of " + thousands(n.many) + " keys | ≤ 0.30 s | 0.10 s | yes |",
				"| local state: bytes per random_uuid | – | 344 B | – |",
				"| apply | egs, latency 50 ms | " + thousands(n.many) + " | 3 | 1.10 s | 1.00 s | 1.00 | 1.00 | 50 MiB | 344 B |",
				"bar [" + strings.TrimSuffix(strings.Repeat("1.00, ", 15), ", ") + "]",
				fmt.Sprintf("the apply takes 0.10 s longer than without latency (%d × 50 ms", n.few),
			} {
				if !strings.Contains(report, row) {
					t.Errorf("the report lacks %s:\n%s", row, report)
				}
			}
			if strings.Contains(report, "**no**") || strings.Contains(report, "Reasons") {
				t.Errorf("the report has a missed target:\n%s", report)
			}

			// If several targets are missed for the same reason, the report contains the reason only once.
			report, _ = reportOf(n, 60)
			for _, c := range cases {
				for _, target := range c.targets {
					missed := strings.HasSuffix(target.what, "÷ hollow")
					if missed && strings.Count(report, ": "+target.reason+"\n") != 1 || target.limit != 0 && target.reason == "" {
						t.Errorf("the report does not give the reason for %s once:\n%s", target.what, report)
					}
				}
			}
		})
	}
}

// The method reached compares rounded values, since the report shows rounded values.
func TestTarget_reached(t *testing.T) {
	t.Parallel()
	for value, want := range map[float64]bool{1.05: true, 1.0549: true, 1.0551: false} {
		target := target{limit: 1.05, unit: ratio, measured: func(*benchCase) float64 { return value }}
		if got := target.reached(nil); got != want {
			t.Errorf("%v: got %v, want %v", value, got, want)
		}
	}
}
