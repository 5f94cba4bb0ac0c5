// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"sync"
)

// Turns serializes creates of objects that cannot be distinguished from each other.
type Turns[K comparable] struct {
	mu sync.Mutex
	// places has a semaphore for each kind of object.
	places map[K]chan struct{}
}

// Take waits until no other create of the kind is in progress, and returns the function that ends the turn. It returns the
// context's error if the context ends first.
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
