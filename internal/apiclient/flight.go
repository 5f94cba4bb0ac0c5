// SPDX-License-Identifier: MPL-2.0

package apiclient

import "context"

// Flight is work in progress that several callers wait for. Start starts it.
type Flight[T any] struct {
	done chan struct{}
	// value and err are set when done is closed.
	value T
	err   error
}

// Start starts the work. It goes on when the caller gives up, since others may wait; the transport bounds how long.
func Start[T any](ctx context.Context, work func(context.Context) (T, error)) *Flight[T] {
	f := &Flight[T]{done: make(chan struct{})}
	go func() {
		defer close(f.done)
		f.value, f.err = work(context.WithoutCancel(ctx))
	}()
	return f
}

// Wait returns the work's result, or the context's error if that has ended by then.
func (f *Flight[T]) Wait(ctx context.Context) (T, error) {
	select {
	case <-f.done:
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		// The context takes precedence where both have ended: nothing new is to begin.
		var zero T
		return zero, err
	}
	return f.value, f.err
}

// Err is the error that the work ended with, nil where it is not over.
func (f *Flight[T]) Err() error {
	if !f.Done() {
		return nil
	}
	return f.err
}

// Done says whether the work is over.
func (f *Flight[T]) Done() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}
