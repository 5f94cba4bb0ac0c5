// SPDX-License-Identifier: MPL-2.0

package apiclient

import "context"

// Flight is a function call in progress. Several callers can wait for its result.
type Flight[T any] struct {
	done chan struct{}
	// value and err must be read only after the channel done is closed.
	value T
	err   error
}

// Start calls the function work in a new goroutine. If ctx is canceled, the work goes on, since other callers may wait for its
// result. The timeouts of the transport limit how long the work takes.
func Start[T any](ctx context.Context, work func(context.Context) (T, error)) *Flight[T] {
	f := &Flight[T]{done: make(chan struct{})}
	go func() {
		defer close(f.done)
		f.value, f.err = work(context.WithoutCancel(ctx))
	}()
	return f
}

// Wait waits for the work and returns its result. If ctx ends earlier, Wait returns the error of ctx.
func (f *Flight[T]) Wait(ctx context.Context) (T, error) {
	select {
	case <-f.done:
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		// If the work and ctx have both ended, Wait returns the error of ctx. The caller then sends no further request.
		var zero T
		return zero, err
	}
	return f.value, f.err
}

// Err returns the error of the work. It returns nil if the work succeeded or has not ended yet.
func (f *Flight[T]) Err() error {
	if !f.Done() {
		return nil
	}
	return f.err
}

// Done reports whether the work has ended.
func (f *Flight[T]) Done() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}
