// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"sync/atomic"
	"time"
)

// clock is the base clock plus an offset: set to another time, a fixed base
// stands still there and a running one runs on from there.
type clock struct {
	base   func() time.Time
	offset atomic.Int64 // nanoseconds
}

func (c *clock) now() time.Time {
	return c.base().Add(time.Duration(c.offset.Load())).UTC()
}

func (c *clock) set(now time.Time) {
	c.offset.Store(int64(now.Sub(c.base())))
}
