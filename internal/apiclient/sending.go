// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// Grace is how long what was begun may go on after the user interrupted it.
	Grace = 30 * time.Second
	// GraceOfRequest is how long a request that is under way may, so that time is left to
	// settle it.
	GraceOfRequest = 20 * time.Second
	// Tries is how often a create or delete is sent at the most, where the list
	// proves each time that it was not carried out.
	Tries = 3
	// Looks is how often the list is asked, with pauses, for what a create made that
	// lost its answer: a proxy gives up before the service does (502, 504).
	Looks = 4
)

// Linger is a context that ends later than ctx does, by the grace, or when it is
// cancelled.
func Linger(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	lingering, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(grace, cancel)
	})
	return lingering, func() {
		stop()
		cancel()
	}
}

// Sending is a create under way: what its errors tell. BeginSending makes one.
type Sending struct {
	// Interrupted ends when no further request is to be sent.
	Interrupted context.Context //nolint:containedctx // Beside the one that lingers.
	// Sent counts how often the create was sent.
	Sent int
	// start and startedAt tell since when, by this machine's clock and the service's.
	start, startedAt time.Time
}

// BeginSending is called right before the create is sent for the first time. The
// time is the service's.
func BeginSending(ctx context.Context, now time.Time) Sending {
	return Sending{Interrupted: ctx, start: time.Now(), startedAt: now}
}

// Failed is the error of a create that made nothing, as the list shows: the error of
// its last request, and shown, for example "that no key was made".
func (s *Sending) Failed(err error, shown string) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	told := *e
	told.Message = e.text() + "; the list shows " + shown
	if s.Sent > 1 {
		told.Attempts, told.Elapsed = s.Sent, time.Since(s.start)
	}
	return &told
}

// Uncertain is the error of a create that nobody knows the end of: its answer was lost,
// and why says what prevents that the list tells. Candidates are ids.
func (s *Sending) Uncertain(op string, lost, why error, candidates ...string) error {
	section := ""
	if e, ok := errors.AsType[*Error](lost); ok {
		section = e.Section
	}
	return &Error{
		Op:         op,
		Write:      true,
		Section:    section,
		Message:    fmt.Sprintf("the answer was lost (%v), and %v", lost, why),
		Attempts:   s.Sent,
		Elapsed:    time.Since(s.start),
		SentAt:     s.startedAt,
		Candidates: candidates,
		Err:        errors.Join(ErrUncertain, lost),
	}
}
