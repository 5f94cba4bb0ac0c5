// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// measured are results in which everything took as long as everything else, and our
// provider sent what it is to send.
func measuredAlike(n scale) *results {
	r := &results{scale: n, cases: cases(n), measured: map[subjectRun]measurements{}, sizes: map[string]int64{}}
	for _, subject := range subjects {
		r.sizes[subject] = 20e6
	}
	for _, c := range r.cases {
		for _, s := range c.setups {
			for _, command := range append(c.before, c.commands...) {
				m := measurement{cost: cost{wall: time.Second, cpu: time.Second, memory: 50e6}}
				if s.subject == egs {
					m.requests = map[string]requests{
						apply: {auth: 1, list: 2, create: s.keys}, plan: {auth: 1, list: 1}, destroy: {auth: 2, list: 1, delete: s.keys},
					}[command]
				}
				r.measured[subjectRun{s, command}] = measurements{m, m, m}
			}
		}
	}
	return r
}

func TestResults_report(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]scale{"full": scaleFull, "short": scaleShort} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := measuredAlike(n)
			var report, plot bytes.Buffer
			r.report(&report)
			r.plot(&plot)
			if text := report.String(); strings.Contains(text, "**no**") || strings.Contains(text, "NaN") {
				t.Errorf("what took as long as its peers missed a target:\n%s", text)
			}
			decoder := xml.NewDecoder(&plot)
			for {
				if _, err := decoder.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}

			// One list too many in one of the laps of one setup.
			run := subjectRun{base(egs, n.large, true).with(slow), plan}
			r.measured[run][1].requests.list = 2
			report.Reset()
			r.report(&report)
			if !strings.Contains(report.String(), "**no**") {
				t.Error("a list too many went unseen")
			}
		})
	}
}
