// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestResults_report(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]scale{"full": scaleFull, "short": scaleShort} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &results{scale: n, cases: cases(n), measured: map[subjectRun]measurements{}, sizes: map[string]int64{egs: 20e6}}
			for _, c := range r.cases {
				for _, s := range c.setups {
					for _, command := range append(c.before, c.commands...) {
						m := measurement{wall: time.Second, cpu: time.Second, memory: 50e6}
						if s.subject == egs {
							m.wall = 2 * time.Second
						}
						r.measured[subjectRun{s, command}] = measurements{m, m, m}
					}
				}
			}
			var out bytes.Buffer
			r.report(&out)
			if report := out.String(); strings.Contains(report, "NaN") || strings.Contains(report, "Inf") {
				t.Errorf("something is compared with what was not measured:\n%s", report)
			}
			const bars = "bar [2.00, 1.00, 1.00, 1.00, 1.00, 2.00, 1.00, 1.00, 1.00, 1.00, 2.00, 1.00, 1.00, 1.00, 1.00]"
			if !strings.Contains(out.String(), bars) {
				t.Errorf("the plot lacks %s:\n%s", bars, out.String())
			}
		})
	}
}
