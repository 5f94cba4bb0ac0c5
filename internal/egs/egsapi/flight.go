// SPDX-License-Identifier: MPL-2.0

package egsapi

import "context"

// flight is work in progress that several callers wait for.
type flight[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// takeOff starts the work. It goes on when the caller that started it gives up,
// since others may wait for it; the transport bounds how long.
func takeOff[T any](ctx context.Context, work func(context.Context) (T, error)) *flight[T] {
	f := &flight[T]{done: make(chan struct{})}
	go func() {
		defer close(f.done)
		f.value, f.err = work(context.WithoutCancel(ctx))
	}()
	return f
}

// wait returns the work's result, or the context's error if that ends first.
func (f *flight[T]) wait(ctx context.Context) (T, error) {
	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		var zero T
		return zero, ctx.Err()
	}
}

// landed says whether the work is over.
func (f *flight[T]) landed() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}
