// SPDX-License-Identifier: MPL-2.0

package egssim

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

// tooManyRequests answers 429 with the wait in whole seconds, rounded up, as
// Retry-After cannot say less than a second.
func (s *Simulator) tooManyRequests(wait time.Duration) reply {
	rep := failure(http.StatusTooManyRequests, "Too many requests")
	seconds := max(1, wholeSeconds(wait))
	switch s.options.RetryAfter {
	case RetryAfterSeconds:
		rep.header["Retry-After"] = strconv.FormatInt(seconds, 10)
	case RetryAfterDate:
		// An HTTP date has no fractions: one second more, or it might be now.
		at := s.clock.now().Add(time.Duration(seconds+1) * time.Second)
		rep.header["Retry-After"] = at.Format(http.TimeFormat)
	case RetryAfterNone:
	}
	return rep
}
