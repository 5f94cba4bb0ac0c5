// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"net/http"
	"sync"
	"time"
)

// Clock tells a service's time by the Date header of its latest response (RFC 9110, 6.6.1; to the second).
type Clock struct {
	// Local is this machine's clock. It is set before the first use.
	Local func() time.Time

	mu     sync.Mutex
	told   bool
	offset time.Duration
}

// Observe takes the time from the Date header of a response that was just received. An invalid one tells nothing.
func (c *Clock) Observe(date string) {
	remote, err := http.ParseTime(date)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told, c.offset = true, remote.Sub(c.Local())
}

// Known says whether an answer has told the time.
func (c *Clock) Known() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.told
}

// Now is the service's time in UTC; this machine's where no answer has told it.
func (c *Clock) Now() time.Time { return c.at(c.Local()) }

// at is the service's time in UTC at a time by this machine's clock.
func (c *Clock) at(local time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return local.Add(c.offset).UTC()
}
