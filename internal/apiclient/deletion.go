// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// Deletion is how something is deleted.
type Deletion struct {
	// Op is for errors, for example "delete API key", and Thing for example "key".
	Op, Thing string
	// Section is that of the service's errors.
	Section string
	// Send sends the request, and says whether its answer proves that it was done. An
	// attempt that is under way when stop is closed is to be the last.
	Send func(ctx context.Context, stop <-chan struct{}) (proven bool, err error)
	// Look returns ErrNotFound where a list proves that it is gone.
	Look func(context.Context) error
	// Pause waits before the try after the so manyth, from 1, or returns the context's
	// error if that ends first: transport.Client.Pause.
	Pause func(ctx context.Context, try int) error
}

// UntilGone sends the delete until it is proven to be done: by its answer, or by a list
// without the thing. What is refused is not sent again: the list decides whether the
// refusal is an error. When the context ends, a request that is under way is brought to
// its end within Grace.
func (d Deletion) UntilGone(ctx context.Context) error {
	interrupted := ctx
	ctx, cancel := Linger(interrupted, Grace)
	defer cancel()
	request, cancel := Linger(interrupted, GraceOfRequest)
	defer cancel()
	for try := 1; ; try++ {
		proven, err := d.Send(request, interrupted.Done())
		if proven {
			return nil
		}
		again := err == nil || MayPass(err)
		listErr := d.Look(ctx)
		switch {
		case errors.Is(listErr, ErrNotFound):
			return nil
		case err == nil:
			err = d.unproven(listErr)
		}
		if listErr != nil || !again || try == Tries || d.Pause(interrupted, try) != nil {
			return err
		}
	}
}

// unproven is the error of a delete whose answer proves nothing, and of a thing that
// the list still holds, or that could not be listed.
func (d Deletion) unproven(listErr error) error {
	e := &Error{Op: d.Op, Write: true, Section: d.Section, Status: http.StatusOK, Err: ErrForeign}
	e.Message = fmt.Sprintf("the answer has no content, and the %s is still listed", d.Thing)
	if listErr != nil {
		e.Message = fmt.Sprintf("the answer has no content, and whether the %s is gone is not known (%v)", d.Thing, listErr)
	}
	return e
}
