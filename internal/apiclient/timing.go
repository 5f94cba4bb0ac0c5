// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"errors"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// timing tells when the requests of an operation were really sent: log-ins, retries and the rate limit hold them
// back. One goroutine at a time uses it.
type timing struct {
	// first and last are when the last attempt of the first and of the last request began, by this machine's clock.
	first, last time.Time
	// took is the duration of the attempts that were answered.
	took time.Duration
}

type timingKey struct{}

// timed returns a context whose lists and writes are timed.
func timed(ctx context.Context) (context.Context, *timing) {
	t := &timing{}
	return context.WithValue(ctx, timingKey{}, t), t
}

// noteTiming notes a request for which transport.Client.Do was called then.
func noteTiming(ctx context.Context, called time.Time, response *transport.Response, err error) {
	t, ok := ctx.Value(timingKey{}).(*timing)
	if !ok {
		return
	}
	t.last = called
	if failed, ok := errors.AsType[*transport.Error](err); ok {
		t.last = called.Add(failed.Waited)
	} else if response != nil {
		t.last = called.Add(response.Waited)
		t.took += response.Elapsed - response.Waited
	}
	if t.first.IsZero() {
		t.first = t.last
	}
}
