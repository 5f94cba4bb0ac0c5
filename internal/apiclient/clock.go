// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// Clock tells a service's time by the Date header of its latest response (RFC 9110, 6.6.1; to the second).
type Clock struct {
	// Local is this machine's clock. It is set before the first use.
	Local func() time.Time
	// offset is by how much the service's clock is ahead; nil before a response has told the time.
	offset atomic.Pointer[time.Duration]
}

// Observe takes the time from the Date header of a response that was just received. An invalid one tells nothing.
func (c *Clock) Observe(date string) {
	if remote, err := http.ParseTime(date); err == nil {
		offset := remote.Sub(c.Local())
		c.offset.Store(&offset)
	}
}

// Known says whether a response has told the time.
func (c *Clock) Known() bool { return c.offset.Load() != nil }

// Now is the service's time in UTC; this machine's where no response has told it.
func (c *Clock) Now() time.Time { return c.at(c.Local()) }

// at is the service's time in UTC at a time by this machine's clock.
func (c *Clock) at(local time.Time) time.Time {
	if offset := c.offset.Load(); offset != nil {
		local = local.Add(*offset)
	}
	return local.UTC()
}

// timing tells when the requests of an operation were really sent: log-ins, retries and the rate limit hold them
// back. One goroutine at a time uses it.
type timing struct {
	// first and last are when the last attempt of the first and of the last request began, by this machine's clock.
	first, last time.Time
	// took is the duration of the attempts that were answered.
	took time.Duration
}

type timingKey struct{}

// timed returns a context whose lists and writes are timed.
func timed(ctx context.Context) (context.Context, *timing) {
	t := &timing{}
	return context.WithValue(ctx, timingKey{}, t), t
}

// noteTiming notes a request for which transport.Client.Do was called then.
func noteTiming(ctx context.Context, called time.Time, response *transport.Response, err error) {
	t, ok := ctx.Value(timingKey{}).(*timing)
	if !ok {
		return
	}
	t.last = called
	if failed, ok := errors.AsType[*transport.Error](err); ok {
		t.last = called.Add(failed.Waited)
	} else if response != nil {
		t.last = called.Add(response.Waited)
		t.took += response.Elapsed - response.Waited
	}
	if t.first.IsZero() {
		t.first = t.last
	}
}
