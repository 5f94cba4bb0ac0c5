// SPDX-License-Identifier: MPL-2.0

package simulation

import "time"

// Past lets lists lag: they show the items as they were some time ago, by the real clock. The zero value
// shows the present. The caller locks.
type Past[T any] struct {
	lag time.Duration
	// states are in the order of their time. All but the first began less than lag ago when they were recorded.
	states []state[T]
}

type state[T any] struct {
	since time.Time
	items []T
}

// Start makes lists lag by this much. The items are those that there were before.
func (p *Past[T]) Start(lag time.Duration, items []T) {
	p.lag, p.states = lag, []state[T]{{items: items}}
}

// Record records the items as they are from now on. It is called after each change.
func (p *Past[T]) Record(items func() []T) {
	if p.lag <= 0 {
		return
	}
	now := time.Now()
	p.states = append(p.states[p.shown(now):], state[T]{now, items()})
}

// Show returns the items that a list shows now.
func (p *Past[T]) Show(items func() []T) []T {
	if p.lag <= 0 {
		return items()
	}
	return append([]T{}, p.states[p.shown(time.Now())].items...)
}

// shown is the index of the latest state that began at least lag ago.
func (p *Past[T]) shown(now time.Time) int {
	i := len(p.states) - 1
	for i > 0 && now.Sub(p.states[i].since) < p.lag {
		i--
	}
	return i
}
