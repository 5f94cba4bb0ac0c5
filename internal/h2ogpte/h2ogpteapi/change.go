// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// SetExpiry makes a key expire so many days from now; nil takes the expiry away.
func (c *Client) SetExpiry(ctx context.Context, id string, days *int64) error {
	begun := c.clock.Local()
	_, err := c.change(ctx, id, request{
		op:     opSetExpiry,
		method: http.MethodPatch,
		path:   "expire",
		body: struct {
			ExpiresIn string `json:"expires_in,omitempty"`
		}{interval(days)},
	}, func(key *APIKey) bool {
		if days == nil {
			return key.ExpiresAt == nil
		}
		now := c.clock.Now()
		return expiresIn(key.ExpiresAt, now.Add(begun.Sub(c.clock.Local())), now, *days)
	})
	return err
}

// SetInactivityInterval makes a key end when it was not used for so many days; nil takes
// the interval away. The error is ErrUnsupported where the service does not know that.
func (c *Client) SetInactivityInterval(ctx context.Context, id string, days *int64) error {
	listed, err := c.change(ctx, id, request{
		op:     opSetInactivity,
		method: http.MethodPatch,
		path:   "inactivity_interval",
		body: struct {
			InactivityInterval *int64 `json:"inactivity_interval,omitempty"`
		}{days},
	}, func(key *APIKey) bool { return sameDays(key.InactivityIntervalDays, days) })
	e, ok := errors.AsType[*Error](err)
	if !ok || !listed {
		return err
	}
	// The key is there, so it is the call that is not.
	switch e.Status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		told := *e
		told.Message = fmt.Sprintf("this h2oGPTe does not know inactivity intervals (%s)", e.Message)
		told.Err = ErrUnsupported
		return &told
	}
	return err
}

// Deactivate makes a key unusable for ever. It stays listed.
func (c *Client) Deactivate(ctx context.Context, id string) error {
	_, err := c.change(ctx, id, request{
		op:     opDeactivate,
		method: http.MethodPost,
		path:   "deactivate",
	}, func(key *APIKey) bool { return !key.Active })
	return err
}

// change sends a request that can be sent again, since what comes of it is the same.
// Where its answer proves nothing the list tells what became of the key; refused for what
// it is it is not done. The error is ErrNotFound where the key is proven to be gone.
// Beside another error listed says that the key is proven to be there.
func (c *Client) change(ctx context.Context, id string, r request, done func(*APIKey) bool) (listed bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	r.repeatable, r.stop = true, ctx.Done()
	ctx, cancel := apiclient.Linger(ctx, apiclient.GraceOfRequest)
	defer cancel()
	proven, err := c.ofKey(ctx, id, r)
	if proven || apiclient.IsStatus(err, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity) {
		return false, err
	}
	key, listErr := c.APIKey(ctx, id)
	switch {
	case errors.Is(listErr, ErrNotFound):
		return false, &Error{Op: r.op, Section: section, Message: "no key has the id " + apiclient.Clip(c.hide(id)), Err: ErrNotFound}
	case listErr == nil && done(key):
		return true, nil
	case err == nil:
		err = &Error{
			Op: r.op, Write: true, Section: section, Endpoint: c.endpoint.String(), Status: http.StatusOK, Err: ErrForeign,
			Message: "the answer has no content, and the list does not show that it was done",
		}
	}
	return listErr == nil, err
}

// DeleteAPIKey deletes a key. One that is gone already is deleted: what proves it is a
// complete list without it, since the status of such a refusal is not documented. Where
// the answer is lost and the key still listed, the request is sent again.
//
// When the context ends, a request that is under way is brought to its end within
// apiclient.Grace.
func (c *Client) DeleteAPIKey(ctx context.Context, id string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return ofSection(apiclient.Deletion{
		Op:    opDelete,
		Thing: "key",
		Send: func(ctx context.Context, stop <-chan struct{}) (bool, error) {
			return c.ofKey(ctx, id, request{op: opDelete, method: http.MethodDelete, stop: stop})
		},
		Look: func(ctx context.Context) error {
			_, err := c.APIKey(ctx, id)
			return err
		},
		Pause: c.transport.Pause,
	}.UntilGone(ctx))
}

// ofKey sends a request about one key, whose path is what is done to it. The answer
// proves that it was done if it is the documented one. As long as no list has told how
// paths are spelt, a 404 may be about that.
func (c *Client) ofKey(ctx context.Context, id string, r request) (proven bool, err error) {
	if !isID(id) {
		// It would make another path.
		return false, &Error{Op: r.op, Section: section, Message: "no key has the id " + apiclient.Clip(c.hide(id)), Err: ErrNotFound}
	}
	defer c.keys.Changed()
	r.writes, r.maxAnswer = true, maxAnswer
	action, known := r.path, c.collection.Load() != nil
	for {
		collection := c.pathOfKeys()
		r.path = collection + "/" + url.PathEscape(id)
		if action != "" {
			r.path = collection + "/" + action + "/" + url.PathEscape(id)
		}
		answer, err := c.send(ctx, r)
		if err == nil {
			return c.noContent(r, answer)
		}
		if known || !isUnknown(err) {
			return false, err
		}
		if _, listErr := c.listing(ctx); listErr != nil || c.pathOfKeys() == collection {
			return false, err
		}
		known = true
	}
}

// interval is a number of days as the service takes them, "" for nil.
func interval(days *int64) string {
	if days == nil {
		return ""
	}
	return fmt.Sprintf("%d days", *days)
}

// expiresIn says whether a key expires so many days after a point of time between two.
// The clocks that told these may differ a little.
func expiresIn(at *time.Time, earliest, latest time.Time, days int64) bool {
	const tolerance = time.Minute
	return at != nil && !at.Before(earliest.AddDate(0, 0, int(days)).Add(-tolerance)) &&
		!at.After(latest.AddDate(0, 0, int(days)).Add(tolerance))
}

func sameDays(a, b *int64) bool {
	return (a == nil) == (b == nil) && (a == nil || *a == *b)
}
