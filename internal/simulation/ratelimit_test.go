// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"testing"
	"time"
)

func TestRateLimitAllowsBurstOfOneSecond(t *testing.T) {
	t.Parallel()
	type step struct {
		after time.Duration
		pass  int // number of accepted requests of ten
	}
	for perSecond, test := range map[float64]struct {
		steps []step
		wait  time.Duration // of the next request
	}{
		0:   {[]step{{0, 10}}, 0},
		0.5: {[]step{{0, 1}, {1999 * time.Millisecond, 0}, {time.Millisecond, 1}}, 2 * time.Second},
		4:   {[]step{{0, 4}, {100 * time.Millisecond, 0}, {150 * time.Millisecond, 1}, {time.Hour, 4}}, 250 * time.Millisecond},
	} {
		limits := NewRateLimits(perSecond)
		at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
		for _, step := range test.steps {
			at = at.Add(step.after)
			passed := 0
			for range 10 {
				if limits.wait("a", at) == 0 {
					passed++
				}
			}
			if passed != step.pass {
				t.Errorf("%v per second: after another %s, %d of 10 requests pass, want %d", perSecond, step.after, passed, step.pass)
			}
		}
		if wait := limits.wait("a", at); wait != test.wait {
			t.Errorf("%v per second: the wait is %s, want %s", perSecond, wait, test.wait)
		}
		if wait := limits.wait("b", at); wait != 0 {
			t.Errorf("%v per second: the wait of another name is %s, want 0", perSecond, wait)
		}
	}
}
