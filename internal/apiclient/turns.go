// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"sync"
)

// Turns keeps creates of things that cannot be told apart from being under way at the same time.
type Turns[K comparable] struct {
	mu sync.Mutex
	// places has one for each kind of thing.
	places map[K]chan struct{}
}

// Take waits until no other create of the kind is under way, and returns what ends the turn, or the context's error if
// that has ended by then.
func (t *Turns[K]) Take(ctx context.Context, k K) (end func(), err error) {
	t.mu.Lock()
	if t.places == nil {
		t.places = map[K]chan struct{}{}
	}
	if t.places[k] == nil {
		t.places[k] = make(chan struct{}, 1)
	}
	place := t.places[k]
	t.mu.Unlock()
	select {
	case place <- struct{}{}:
		if err := ctx.Err(); err != nil {
			<-place
			return nil, err
		}
		return func() { <-place }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
