// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// rateLimit is a token bucket that holds one second's worth of requests, at
// least one. It is asked with the real time: a simulator whose clock stands
// still must let requests through again.
type rateLimit struct {
	perSecond float64 // 0 is off

	mu     sync.Mutex
	tokens float64
	last   time.Time
}

func newRateLimit(perSecond float64) *rateLimit {
	return &rateLimit{perSecond: perSecond, tokens: math.Max(1, perSecond)}
}

// take reports whether a request may pass now and, if not, how long to wait.
func (l *rateLimit) take(now time.Time) (wait time.Duration, ok bool) {
	if l.perSecond <= 0 {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.last.IsZero() {
		l.tokens = math.Min(math.Max(1, l.perSecond), l.tokens+now.Sub(l.last).Seconds()*l.perSecond)
	}
	l.last = now
	if l.tokens >= 1 {
		l.tokens--
		return 0, true
	}
	return time.Duration((1 - l.tokens) / l.perSecond * float64(time.Second)), false
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

// tooManyRequests answers 429 with the wait in whole seconds, rounded up, as
// Retry-After cannot say less than a second.
func (s *Server) tooManyRequests(wait time.Duration) Reply {
	reply := s.api.Failure(http.StatusTooManyRequests, "Too many requests")
	seconds := max(1, int64(math.Ceil(wait.Seconds())))
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
