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

// RateLimits has a separate rate limit for each name, for example for each user name. All limits have the same rate.
type RateLimits struct {
	perSecond float64
	mu        sync.Mutex
	limits    map[string]*rate.Limiter
}

// NewRateLimits returns limits of perSecond requests per second. If perSecond is 0, there is no limit. The burst is
// perSecond rounded down, but at least 1.
func NewRateLimits(perSecond float64) *RateLimits {
	return &RateLimits{perSecond: perSecond, limits: map[string]*rate.Limiter{}}
}

// wait counts a request with this name, and returns 0. If the limit is exceeded, wait does not count the request, and
// returns the time until the limit allows the request.
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

// RateLimited counts a request against the limit of this name, and returns nil. If the limit is exceeded, RateLimited does
// not count the request, and returns a 429 response. Retry-After is in whole seconds, rounded up. The limit uses the real
// clock, since the simulated clock may stand still.
func (s *Server) RateLimited(limits *RateLimits, name string) *Reply {
	wait := limits.wait(name, time.Now())
	if wait == 0 {
		return nil
	}
	reply := s.service.Failure(http.StatusTooManyRequests, "Too many requests")
	reply.set("Retry-After", strconv.FormatInt(int64(math.Ceil(wait.Seconds())), 10))
	return &reply
}
