// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"math"
	"net/http"
	"strconv"
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
