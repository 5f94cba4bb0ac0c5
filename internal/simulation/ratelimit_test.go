// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"testing"
	"time"
)

func TestRateLimitLetsASecondsWorthThrough(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	limit := newRateLimit(4)
	passed := func() (n int) {
		for range 10 {
			if limited(limit, at) == 0 {
				n++
			}
		}
		return n
	}
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 4}, {100 * time.Millisecond, 0}, {150 * time.Millisecond, 1}, {time.Hour, 4}} {
		at = at.Add(step.after)
		if got := passed(); got != step.want {
			t.Errorf("after %s more, %d pass, want %d", step.after, got, step.want)
		}
	}
	if wait := limited(limit, at); wait != 250*time.Millisecond {
		t.Errorf("the wait is %s", wait)
	}
}

func TestRateBelowOneLetsOneThrough(t *testing.T) {
	t.Parallel()
	limit := newRateLimit(0.5)
	if limited(limit, time.Unix(0, 0)) != 0 {
		t.Error("the first request is refused")
	}
	if wait := limited(limit, time.Unix(0, 0)); wait != 2*time.Second {
		t.Errorf("the wait is %s", wait)
	}
	if limited(limit, time.Unix(2, 0)) != 0 {
		t.Error("after the wait it is refused")
	}
}
