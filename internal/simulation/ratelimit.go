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

// RateLimits has a rate limit for each name, such as the name of a user. All have the same rate.
type RateLimits struct {
	perSecond float64
	mu        sync.Mutex
	limits    map[string]*rate.Limiter
}

// NewRateLimits returns limits of perSecond requests per second; 0 means no limit. The burst equals the number of requests
// per second.
func NewRateLimits(perSecond float64) *RateLimits {
	return &RateLimits{perSecond: perSecond, limits: map[string]*rate.Limiter{}}
}

// wait counts a request with this name and returns 0. If the limit is exceeded, it does not count the request, and returns how
// long the request has to wait.
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

// RateLimited counts a request against the limit of this name. It returns nil or, if the limit is exceeded, a response 429 with
// Retry-After in whole seconds, rounded up. It uses the real clock, since a simulated clock may stand still.
func (s *Server) RateLimited(limits *RateLimits, name string) *Reply {
	wait := limits.wait(name, time.Now())
	if wait == 0 {
		return nil
	}
	reply := s.service.Failure(http.StatusTooManyRequests, "Too many requests")
	reply.set("Retry-After", strconv.FormatInt(int64(math.Ceil(wait.Seconds())), 10))
	return &reply
}
