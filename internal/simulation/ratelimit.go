// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// newRateLimit returns a token bucket that holds one second's worth of requests, at least one.
func newRateLimit(perSecond float64) *rate.Limiter {
	if perSecond <= 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Limit(perSecond), int(math.Max(1, perSecond)))
}

// limited returns how long a request of now has to wait; 0 is not at all.
func limited(limit *rate.Limiter, now time.Time) time.Duration {
	reservation := limit.ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait > 0 {
		reservation.CancelAt(now)
	}
	return wait
}

// RateLimits are rate limits of the same rate, one for each name, such as that of a user.
type RateLimits struct {
	perSecond float64
	mu        sync.Mutex
	limits    map[string]*rate.Limiter
}

// NewRateLimits returns limits of this many requests per second, with a burst of one second's worth; 0 is off.
func NewRateLimits(perSecond float64) *RateLimits {
	return &RateLimits{perSecond: perSecond, limits: map[string]*rate.Limiter{}}
}

// RateLimited counts a request against the limit of this name, and returns 429 if it is exceeded, else nil. It runs on
// the real clock.
func (s *Server) RateLimited(limits *RateLimits, name string) *Reply {
	limits.mu.Lock()
	limit := limits.limits[name]
	if limit == nil {
		limit = newRateLimit(limits.perSecond)
		limits.limits[name] = limit
	}
	limits.mu.Unlock()
	if wait := limited(limit, time.Now()); wait > 0 {
		return new(s.tooManyRequests(wait))
	}
	return nil
}

// RetryAfterForm is the form of the Retry-After header of a 429.
type RetryAfterForm int

const (
	// RetryAfterSeconds gives whole seconds.
	RetryAfterSeconds RetryAfterForm = iota
	// RetryAfterDate gives an HTTP date by the simulator's clock.
	RetryAfterDate
	// RetryAfterNone leaves the header out.
	RetryAfterNone
)

// tooManyRequests responds 429 with the wait in whole seconds, rounded up, as Retry-After cannot say
// less than a second.
func (s *Server) tooManyRequests(wait time.Duration) Reply {
	reply := s.service.Failure(http.StatusTooManyRequests, "Too many requests")
	seconds := int64(math.Ceil(wait.Seconds()))
	switch s.options.RetryAfter {
	case RetryAfterSeconds:
		reply.set("Retry-After", strconv.FormatInt(seconds, 10))
	case RetryAfterDate:
		// An HTTP date has no fractions: one second more, or it might be now.
		at := s.Now().Add(time.Duration(seconds+1) * time.Second)
		reply.set("Retry-After", at.Format(http.TimeFormat))
	case RetryAfterNone:
	}
	return reply
}
