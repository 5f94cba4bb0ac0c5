// SPDX-License-Identifier: MPL-2.0

package simulation

import "time"

// Options are those of every simulator, which embeds them in its own. The zero value is on the real
// clock, without latency or limits.
type Options struct {
	// Now is the base clock; nil is time.Now. It must be safe for concurrent use. Latency, delays,
	// the rate limit and lags run on the real clock: a simulated one may stand still.
	Now func() time.Time
	// Latency is waited between handling an API request and responding to it.
	Latency time.Duration
	// RequestsPerSecond above which requests get 429, with a burst of one second's worth; 0 is off.
	RequestsPerSecond float64
	// ListLag: lists show the objects as they were that long ago; 0 is off.
	ListLag time.Duration
	// LogInsUntilKnown is how often a new key is refused (401) before it is known to those who check it; 0 is off.
	LogInsUntilKnown int
	// StoredName returns the name that a key gets which is created with this one; nil is the same.
	StoredName func(string) string
}

// Named returns the name that a key gets which is created with this one.
func (o Options) Named(name string) string {
	if o.StoredName == nil {
		return name
	}
	return o.StoredName(name)
}
