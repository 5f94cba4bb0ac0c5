// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"sync"
)

// Turns ensures that only one create request at a time is in progress for objects that cannot be distinguished from each other.
// Such objects have the same key of type K.
type Turns[K comparable] struct {
	mu sync.Mutex
	// places contains a semaphore for each key. A semaphore is a channel with a capacity of 1.
	places map[K]chan struct{}
}

// Take waits until no other create request with the key k is in progress. The caller must call the returned function when its own
// create request has ended. If the context ends during the wait, Take returns the error of the context.
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
