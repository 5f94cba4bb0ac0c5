// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// deleteUntilGone sends a delete until it is proven to be done: by its answer, or by
// a list without the thing, which look tells as ErrNotFound. See DeleteAPIKey.
func (c *Client) deleteUntilGone(ctx context.Context, op, thing string,
	send func(ctx context.Context, stop <-chan struct{}) (proven bool, err error), look func(context.Context) error,
) error {
	interrupted := ctx
	ctx, cancel := linger(interrupted, grace)
	defer cancel()
	request, cancel := linger(interrupted, graceOfRequest)
	defer cancel()
	for try := 1; ; try++ {
		proven, err := send(request, interrupted.Done())
		if proven {
			return nil
		}
		again := err == nil || mayPass(err)
		listErr := look(ctx)
		switch {
		case errors.Is(listErr, ErrNotFound):
			return nil
		case err == nil:
			err = unproven(op, thing, listErr)
		}
		if listErr != nil || !again || try == tries || c.transport.Pause(interrupted, try) != nil {
			return err
		}
	}
}

// unproven is the error of a delete that was answered without an envelope, and of a
// thing that the list still holds, or that could not be listed.
func unproven(op, thing string, listErr error) error {
	e := &Error{Op: op, Status: http.StatusOK, Err: ErrNotEGS}
	e.Message = fmt.Sprintf("the answer has no content, and the %s is still listed", thing)
	if listErr != nil {
		e.Message = fmt.Sprintf("the answer has no content, and whether the %s is gone is not known (%v)", thing, listErr)
	}
	return e
}
