// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"sync/atomic"
	"time"
)

// Clock is a test's time, the same for its simulator and its provider. It begins at noon of 2026-11-21, UTC, and stands still
// until the test moves it. It is safe for concurrent use.
type Clock struct{ passed atomic.Int64 }

// NewClock is a clock at its beginning.
func NewClock() *Clock { return &Clock{} }

// Now is the time of the test.
func (c *Clock) Now() time.Time {
	return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC).Add(time.Duration(c.passed.Load()))
}

// Advance lets time pass.
func (c *Clock) Advance(d time.Duration) { c.passed.Add(int64(d)) }
