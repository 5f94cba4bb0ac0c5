// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// deletes is how often a delete is sent at most. Sending it again does no harm.
const deletes = 3

// Delete deletes the item: it sends the request until its response proves that it was done, or a listing that the item
// no longer exists. A refusal is not sent again; the listing decides whether it is an error. When the context ends,
// nothing further is sent. send says whether the response proves it; op is for errors.
func (l *Listings[T]) Delete(ctx context.Context, op string, ref Ref[T], send func(context.Context) (proven bool, err error)) error {
	for try := 1; ; try++ {
		if err := ctx.Err(); err != nil && try == 1 {
			return err
		}
		proven, err := send(ctx)
		if errors.Is(err, ErrNamesNothing) {
			return err
		}
		l.Changed()
		if proven {
			l.Deleted(ref.ID)
			return nil
		}
		unknown := IsStatus(err, http.StatusNotFound, http.StatusGone)
		listErr := l.findGone(ctx, ref, unknown)
		if errors.Is(listErr, ErrNotFound) {
			l.Deleted(ref.ID)
			return nil
		}
		again := err == nil || MayPass(err)
		if err == nil {
			still := fmt.Sprintf("the %s is still listed", l.Thing)
			if listErr != nil {
				still = fmt.Sprintf("it is not known whether the %s still exists (%v)", l.Thing, listErr)
			}
			err = &Error{
				Op: op, Write: true, Section: l.Section, Status: http.StatusOK, Err: ErrForeign,
				Message: "the response has no content, and " + still,
			}
		}
		if listErr != nil || !again || try == deletes || l.Pause(ctx, try) != nil {
			return err
		}
	}
}

// findGone returns the error of Find. Where the service does not know the item, listings that show it may lag: it looks
// several times.
func (l *Listings[T]) findGone(ctx context.Context, ref Ref[T], unknown bool) error {
	for look := 1; ; look++ {
		_, err := l.Find(ctx, ref)
		if err != nil || !unknown || look == youngLooks || l.Pause(ctx, look) != nil {
			return err
		}
		l.mu.Lock()
		last := l.requests
		l.mu.Unlock()
		_, _ = l.after(ctx, ref.Filter, last) // Find shares it.
	}
}
