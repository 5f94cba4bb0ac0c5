// SPDX-License-Identifier: MPL-2.0

package simulation

import "time"

// Options are the options that all simulators embed. The zero value uses the real clock, and has no latency and no limits.
type Options struct {
	// Now is the base clock; nil means time.Now. It must be safe for concurrent use. Latency, delays, the rate limit and lags use
	// the real clock, since the base clock of a test may stand still.
	Now func() time.Time
	// Latency is the time between handling an API request and responding to it.
	Latency time.Duration
	// RequestsPerSecond is the rate limit; 0 means no limit. Requests above the limit get 429. The burst equals the number of
	// requests per second.
	RequestsPerSecond float64
	// ListLag is the time until a list shows a change; 0 means no lag.
	ListLag time.Duration
	// LogInsUntilAccepted is the number of log-ins with a new key that are refused (401) before the key is accepted.
	LogInsUntilAccepted int
	// StoredName returns the name that the service stores for a requested name; nil means the same name.
	StoredName func(string) string
}

// Named returns the name that the service stores for a requested name.
func (o Options) Named(name string) string {
	if o.StoredName == nil {
		return name
	}
	return o.StoredName(name)
}
