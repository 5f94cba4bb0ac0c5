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

// Clock is the clock of a service. It takes the time from the Date header of the latest response, with a resolution of one
// second (RFC 9110, section 6.6.1). Local and MaxSkew are set before the first use.
type Clock struct {
	// Local is this machine's clock.
	Local func() time.Time
	// MaxSkew is the maximum difference between the two clocks; 0 means no limit.
	MaxSkew time.Duration
	// offset is the service's time minus this machine's time; nil before the first valid Date header.
	offset atomic.Pointer[time.Duration]
	// reported is true once SkewError.First was called for this clock: the user has seen a warning about the skew.
	reported atomic.Bool
}

// Observe sets the clock from the Date header of a response that was just received. Observe ignores an invalid header. If
// the clocks differ by at most MaxSkew so far, Observe also ignores a date that differs by more: a proxy or a single replica
// of the service may have a wrong clock.
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

// Allows reports whether a difference between the two clocks is at most MaxSkew.
func (c *Clock) Allows(difference time.Duration) bool {
	return c.MaxSkew == 0 || difference.Abs() <= c.MaxSkew
}

// SkewError is the error of time-dependent operations if the clocks differ by more than MaxSkew. One clock is wrong, and
// the provider cannot know which.
type SkewError struct {
	// Service is the name of the service, for example "EGS".
	Service string
	// Remote and Local are the times of the two clocks, in UTC, and MaxSkew is the maximum difference allowed.
	Remote, Local time.Time
	MaxSkew       time.Duration

	clock *Clock
}

// Error implements error.
func (e *SkewError) Error() string {
	return fmt.Sprintf("the clock of %s shows %s, and the clock of this machine shows %s; the maximum allowed difference is %s",
		e.Service, e.Remote.Format(time.RFC3339), e.Local.Format(time.RFC3339), e.MaxSkew)
}

// First reports whether this is the first call for this clock, so that a thousand keys cause only one warning.
func (e *SkewError) First() bool { return !e.clock.reported.Swap(true) }

// Trusted returns the same time as Now, for decisions about keys. If the clocks differ by more than MaxSkew, Trusted also
// returns a SkewError.
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

// Known reports whether any response so far had a valid Date header.
func (c *Clock) Known() bool { return c.offset.Load() != nil }

// Now returns the service's time in UTC. If no response had a valid Date header yet, Now returns the time of this machine.
func (c *Clock) Now() time.Time { return c.at(c.Local()) }

// at converts a time of this machine's clock to the service's time in UTC.
func (c *Clock) at(local time.Time) time.Time {
	if offset := c.offset.Load(); offset != nil {
		local = local.Add(*offset)
	}
	return local.UTC()
}

// timing records when the requests of an operation were really sent. Log-ins, retries and the rate limit delay requests. A
// timing is not safe for concurrent use.
type timing struct {
	// first and last are the times, by this machine's clock, of the first and the last request. The time of a request is the
	// beginning of its last attempt.
	first, last time.Time
	// took is the sum of the durations of the requests that received a response. The duration of a request is that of its last
	// attempt.
	took time.Duration
}

type timingKey struct{}

// timed returns a context and its timing, which records the lists and writes that use the context.
func timed(ctx context.Context) (context.Context, *timing) {
	t := &timing{}
	return context.WithValue(ctx, timingKey{}, t), t
}

// noteTiming records a request in the timing of ctx, if ctx has one. The parameter called is the time when
// transport.Client.Do was called.
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
