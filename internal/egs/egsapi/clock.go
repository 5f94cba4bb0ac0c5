// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"net/http"
	"sync"
	"time"
)

// serverClock tells the controller's time by the Date header of its latest answer
// (RFC 9110, 6.6.1; to the second).
type serverClock struct {
	local func() time.Time

	mu     sync.Mutex
	told   bool
	offset time.Duration
}

func (c *serverClock) heard(date string) {
	remote, err := http.ParseTime(date)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told, c.offset = true, remote.Sub(c.local())
}

func (c *serverClock) known() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.told
}

func (c *serverClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.local().Add(c.offset).UTC()
}
