// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// deletes is the maximum number of delete requests for an item. It is safe to repeat a delete request.
const deletes = 3

// Delete deletes the item. It repeats the delete request, up to three requests in total, until a response proves the deletion
// or a listing proves that the item no longer exists. If the service refuses the request, Delete does not repeat it: the
// refusal is an error unless a listing proves that the item no longer exists. Delete sends no request after the context has
// ended. The function send sends the request, and reports whether the response proves the deletion. The parameter op is the
// value of Error.Op.
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

// findDeleted returns the error of Find, which is ErrNotFound if the item no longer exists. The parameter unknown is true if the
// service responded that it does not know the item. A listing that still shows the item may then be outdated, so findDeleted
// searches several listings.
func (l *Listings[T]) findDeleted(ctx context.Context, ref Ref[T], unknown bool) error {
	for look := 1; ; look++ {
		_, err := l.Find(ctx, ref)
		if err != nil || !unknown || look == recentLooks || l.Pause(ctx, look) != nil {
			return err
		}
		l.mu.Lock()
		last := l.requests
		l.mu.Unlock()
		_, _ = l.after(ctx, ref.Filter, last) // The next call of Find uses this listing, or returns its error.
	}
}
