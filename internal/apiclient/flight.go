// SPDX-License-Identifier: MPL-2.0

package apiclient

import "context"

// Flight is work that Start has started, and for which several callers can wait.
type Flight[T any] struct {
	done chan struct{}
	// value and err are set when done is closed.
	value T
	err   error
}

// Start starts the work in a goroutine. The work does not end with ctx, since other callers may wait for it. The timeouts of
// the transport limit its duration.
func Start[T any](ctx context.Context, work func(context.Context) (T, error)) *Flight[T] {
	f := &Flight[T]{done: make(chan struct{})}
	go func() {
		defer close(f.done)
		f.value, f.err = work(context.WithoutCancel(ctx))
	}()
	return f
}

// Wait returns the result of the work, or the context's error if the context ends first.
func (f *Flight[T]) Wait(ctx context.Context) (T, error) {
	select {
	case <-f.done:
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		// The context takes precedence if both have ended, so that the caller starts nothing new.
		var zero T
		return zero, err
	}
	return f.value, f.err
}

// Err returns the error of the work, or nil if it succeeded or has not ended.
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
