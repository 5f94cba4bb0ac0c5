// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// deletes is the maximum number of delete requests for an item. A repeated delete does no harm.
const deletes = 3

// Delete deletes the item. It sends the request until a response proves the deletion, or a listing proves that the item
// no longer exists. It does not repeat a request that was refused; the listing decides whether the refusal is an error.
// It starts no further request when the context has ended. send sends the request, and reports whether the response proves
// the deletion. op is the value of Error.Op.
func (l *Listings[T]) Delete(ctx context.Context, op string, ref Ref[T], send func(context.Context) (proven bool, err error)) error {
	for try := 1; ; try++ {
		if err := ctx.Err(); err != nil && try == 1 {
			return err
		}
		proven, err := send(ctx)
		if errors.Is(err, ErrInvalidParameter) {
			return err
		}
		l.Changed()
		if proven {
			l.Deleted(ref.ID)
			return nil
		}
		unknown := IsStatus(err, http.StatusNotFound, http.StatusGone)
		listErr := l.findDeleted(ctx, ref, unknown)
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
				Op: op, Write: true, Section: l.Section, Status: http.StatusOK, Err: ErrUnexpectedResponse,
				Message: "the response has no content, and " + still,
			}
		}
		if listErr != nil || !again || try == deletes || l.Pause(ctx, try) != nil {
			return err
		}
	}
}

// findDeleted returns the error of Find. If the service reports the item as unknown, a listing that shows it may lag, so
// findDeleted looks in several listings.
func (l *Listings[T]) findDeleted(ctx context.Context, ref Ref[T], unknown bool) error {
	for look := 1; ; look++ {
		_, err := l.Find(ctx, ref)
		if err != nil || !unknown || look == recentLooks || l.Pause(ctx, look) != nil {
			return err
		}
		l.mu.Lock()
		last := l.requests
		l.mu.Unlock()
		_, _ = l.after(ctx, ref.Filter, last) // Find uses this listing, or returns its error.
	}
}
