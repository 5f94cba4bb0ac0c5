// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"sync/atomic"
	"time"
)

// Clock is the clock that the simulator and the provider of a test share. It starts at 2026-11-21T12:00:00Z and changes only
// by Advance. It is safe for concurrent use.
type Clock struct{ passed atomic.Int64 }

// NewClock returns a Clock that shows 2026-11-21T12:00:00Z.
func NewClock() *Clock { return &Clock{} }

// Now returns the current time of the test, in UTC.
func (c *Clock) Now() time.Time {
	return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC).Add(time.Duration(c.passed.Load()))
}

// Advance moves the clock forward.
func (c *Clock) Advance(d time.Duration) { c.passed.Add(int64(d)) }
