// SPDX-License-Identifier: MPL-2.0

package simulation

import "time"

// Options are the options that all simulators have. The zero value means the real clock, no latency and no limits.
type Options struct {
	// Now returns the base time of the simulator's clock. If Now is nil, time.Now is used. Now must be safe for concurrent
	// use. Latency, delays, the rate limit and ListLag use the real clock, since the time that Now returns may stand still
	// in a test.
	Now func() time.Time
	// Latency is the time between the handling of an API request and its response.
	Latency time.Duration
	// RequestsPerSecond is the rate limit. If it is 0, there is no limit. Requests above the limit get 429. The burst is
	// RequestsPerSecond rounded down, but at least 1.
	RequestsPerSecond float64
	// ListLag is the time from a change until a list shows the change. If ListLag is 0, a list shows every change at once.
	ListLag time.Duration
	// LogInsUntilAccepted is the number of log-ins with a new key that get 401. After that, the simulator accepts the key.
	LogInsUntilAccepted int
	// StoredName converts the name in a request to the name that the service stores. If StoredName is nil, the service
	// stores the name in the request.
	StoredName func(string) string
}

// Named converts the name in a request to the name that the service stores.
func (o Options) Named(name string) string {
	if o.StoredName == nil {
		return name
	}
	return o.StoredName(name)
}
