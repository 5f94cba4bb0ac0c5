// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// Clock tells a service's time by the Date header of its latest response (RFC 9110, 6.6.1; to the second). Local and
// MaxSkew are set before the first use.
type Clock struct {
	// Local is this machine's clock.
	Local func() time.Time
	// MaxSkew is by how much the service's clock may differ from it; 0 is by anything.
	MaxSkew time.Duration
	// offset is by how much the service's clock is ahead; nil before a response has told the time.
	offset atomic.Pointer[time.Duration]
	// told says that the user was told that the clocks differ.
	told atomic.Bool
}

// Observe takes the time from the Date header of a response that was just received. An invalid one tells nothing, and
// neither does one beyond MaxSkew after others within: a proxy or a replica of its own may have set it.
func (c *Clock) Observe(date string) {
	remote, err := http.ParseTime(date)
	if err != nil {
		return
	}
	offset := remote.Sub(c.Local())
	for {
		known := c.offset.Load()
		if known != nil && c.Allows(*known) && !c.Allows(offset) || c.offset.CompareAndSwap(known, &offset) {
			return
		}
	}
}

// Allows says whether two clocks may differ by that much.
func (c *Clock) Allows(difference time.Duration) bool {
	return c.MaxSkew == 0 || difference.Abs() <= c.MaxSkew
}

// SkewError is the error of what depends on the time where the clocks differ by more than MaxSkew: one is wrong, and nothing
// tells which.
type SkewError struct {
	// Service is its name, for example "EGS".
	Service string
	// Remote and Local are what the two clocks show, in UTC, and MaxSkew is by how much they may differ.
	Remote, Local time.Time
	MaxSkew       time.Duration

	clock *Clock
}

// Error implements error.
func (e *SkewError) Error() string {
	return fmt.Sprintf("the clock of %s shows %s, and the clock of this machine shows %s; they may differ by %s",
		e.Service, e.Remote.Format(time.RFC3339), e.Local.Format(time.RFC3339), e.MaxSkew)
}

// First says whether this is the first call for this clock, so that a thousand keys give one warning.
func (e *SkewError) First() bool { return !e.clock.told.Swap(true) }

// Trusted is Now for what decides about keys. Beside a SkewError the time is Now nevertheless.
func (c *Clock) Trusted(service string) (time.Time, error) {
	local := c.Local().UTC()
	offset := c.offset.Load()
	if offset == nil {
		return local, nil
	}
	now := local.Add(*offset)
	if c.Allows(*offset) {
		return now, nil
	}
	return now, &SkewError{Service: service, Remote: now, Local: local, MaxSkew: c.MaxSkew, clock: c}
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
	// took is the duration of the attempts that got a response.
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
