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

// wait returns how long a request of now with this name has to wait; 0 is not at all.
func (l *RateLimits) wait(name string, now time.Time) time.Duration {
	if l.perSecond <= 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.limits[name] == nil {
		l.limits[name] = rate.NewLimiter(rate.Limit(l.perSecond), int(math.Max(1, l.perSecond)))
	}
	reservation := l.limits[name].ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait > 0 {
		reservation.CancelAt(now)
	}
	return wait
}

// RateLimited counts a request against the limit of this name, and returns 429 if it is exceeded, else nil. It runs on
// the real clock: a simulated one may stand still. Retry-After is in whole seconds, rounded up.
func (s *Server) RateLimited(limits *RateLimits, name string) *Reply {
	wait := limits.wait(name, time.Now())
	if wait == 0 {
		return nil
	}
	reply := s.service.Failure(http.StatusTooManyRequests, "Too many requests")
	reply.set("Retry-After", strconv.FormatInt(int64(math.Ceil(wait.Seconds())), 10))
	return &reply
}
