// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// grace is how long what was begun may go on after the user interrupted it, and
	// graceOfRequest how long a request may, so that time is left to settle it.
	grace          = 30 * time.Second
	graceOfRequest = 20 * time.Second
	// tries is how often a create or delete is sent at the most, where the list
	// proves each time that it was not carried out.
	tries = 3
	// looks is how often the list is asked, with pauses, for a key whose create lost
	// its answer: a proxy gives up before the controller does (502, 504).
	looks = 4
)

// linger is the context without its cancellation, which follows it by the grace.
func linger(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	lingering, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(grace, cancel)
	})
	return lingering, func() {
		stop()
		cancel()
	}
}

// sending is a create under way, of a key or of a workspace.
type sending struct {
	// interrupted ends when no further request is to be sent.
	interrupted context.Context //nolint:containedctx // Beside the one that lingers.
	// sent counts how often the create was sent, start and startedAt tell since when,
	// by this machine's clock and the controller's.
	sent             int
	start, startedAt time.Time
}

func (c *Client) beginSending(ctx context.Context) sending {
	return sending{interrupted: ctx, start: time.Now(), startedAt: c.LastKnownTime()}
}

// failed is the error of a create that made nothing, as the list shows.
func (s *sending) failed(err error, shown string) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	told := *e
	told.Message = e.text() + "; the controller's list shows " + shown
	if s.sent > 1 {
		told.Attempts, told.Elapsed = s.sent, time.Since(s.start)
	}
	return &told
}

// uncertain is the error of a create that nobody knows the end of.
func (s *sending) uncertain(op string, lost, why error, candidates ...string) error {
	return &Error{
		Op:         op,
		Message:    fmt.Sprintf("the answer was lost (%v), and %v", lost, why),
		Attempts:   s.sent,
		Elapsed:    time.Since(s.start),
		SentAt:     s.startedAt,
		Candidates: candidates,
		Err:        errors.Join(ErrUncertain, lost),
	}
}
