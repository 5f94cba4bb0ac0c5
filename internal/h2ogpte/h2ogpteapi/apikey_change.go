// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// SetExpiry makes a key expire so many days from now; nil takes the expiry away. Created is as in APIKey.
func (c *Client) SetExpiry(ctx context.Context, id string, created time.Time, days *int64) error {
	begun := c.conn.Clock.Local()
	_, err := c.change(ctx, id, created, change{opSetExpiry, http.MethodPatch, "expire/", struct {
		ExpiresIn string `json:"expires_in,omitempty"`
	}{interval(days)}}, func(key *APIKey) bool {
		if days == nil {
			return key.ExpiresAt == nil
		}
		now := c.conn.Clock.Now()
		return expiresIn(key.ExpiresAt, now.Add(begun.Sub(c.conn.Clock.Local())), now, *days)
	})
	return err
}

// SetInactivityInterval makes a key end when it was not used for so many days; nil takes the interval away. Created is
// as in APIKey. The error is ErrUnsupported where the service does not know that.
func (c *Client) SetInactivityInterval(ctx context.Context, id string, created time.Time, days *int64) error {
	listed, err := c.change(ctx, id, created, change{opSetInactivity, http.MethodPatch, "inactivity_interval/", struct {
		InactivityInterval *int64 `json:"inactivity_interval,omitempty"`
	}{days}}, func(key *APIKey) bool { return sameDays(key.InactivityIntervalDays, days) })
	if !listed {
		return err
	}
	return apiclient.Changed(err, func(e *Error) {
		switch e.Status {
		case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
			// The key exists, so it is the call that does not.
			e.Message = fmt.Sprintf("this h2oGPTe does not support inactivity intervals (%s)", e.Message)
			e.Err = ErrUnsupported
		}
	})
}

// Deactivate makes a key unusable for ever. It stays listed. Created is as in APIKey.
func (c *Client) Deactivate(ctx context.Context, id string, created time.Time) error {
	_, err := c.change(ctx, id, created, change{op: opDeactivate, method: http.MethodPost, action: "deactivate/"}, func(key *APIKey) bool { return !key.Active })
	return err
}

// DeleteAPIKey deletes a key. Created is as in APIKey. A key that no longer exists is deleted; see
// apiclient.Listings.Delete.
func (c *Client) DeleteAPIKey(ctx context.Context, id string, created time.Time) error {
	return c.keys.Delete(ctx, opDelete, apiclient.Ref[APIKey]{ID: id, Created: created}, func(ctx context.Context) (bool, error) {
		return c.ofKey(ctx, id, change{op: opDelete, method: http.MethodDelete}, false)
	})
}

// Deleted says whether this client deleted the key, and Touched whether it created it or was told by Touch that it changed.
func (c *Client) Deleted(id string) bool { return c.keys.IsDeleted(id) }

// Touched is explained with Deleted.
func (c *Client) Touched(id string) bool { return c.keys.IsTouched(id) }

// Touch is explained with Deleted.
func (c *Client) Touch(id string) { c.keys.Touch(id) }

// change is what is done to a key.
type change struct {
	op, method string
	// action stands in the path before the key's id, with a slash.
	action string
	body   any
}

// change sends a request that can be sent again. If its response proves nothing, the list tells what became of the key;
// what is refused as invalid is not done. The error is ErrNotFound where the key is proven not to exist. Beside another
// error, listed says that the key exists.
func (c *Client) change(ctx context.Context, id string, created time.Time, what change, done func(*APIKey) bool) (listed bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	proven, err := c.ofKey(ctx, id, what, true)
	if proven || apiclient.IsStatus(err, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity) {
		return false, err
	}
	key, listErr := c.APIKey(ctx, id, created)
	switch {
	case errors.Is(listErr, ErrNotFound):
		return false, c.noKey(what.op, id)
	case listErr == nil && done(key):
		return true, nil
	case err == nil:
		err = &Error{
			Op: what.op, Write: true, Section: section, Endpoint: c.conn.Endpoint.String(), Status: http.StatusOK, Err: ErrForeign,
			Message: "the response has no content, and the list does not show the change",
		}
	}
	return listErr == nil, err
}

// ofKey sends a request about one key. The documented response proves that it was done. As long as no list has told how
// paths are spelled, a 404 may be about that.
func (c *Client) ofKey(ctx context.Context, id string, what change, repeatable bool) (proven bool, err error) {
	if !isID(id) {
		return false, c.noKey(what.op, id) // It would make another path.
	}
	defer c.keys.Changed()
	known := c.collection.Load() != nil
	for {
		collection := c.pathOfKeys()
		r := c.request(what.op, what.method, collection+"/"+what.action+"{key_id}")
		r.Parameter = id
		r.Body, r.Repeatable = what.body, repeatable
		answer, err := c.send(ctx, r)
		if err == nil {
			return c.noContent(r, answer)
		}
		if known || !isUnknown(err) {
			return false, err
		}
		if _, listErr := c.keys.Get(ctx, ""); listErr != nil || c.pathOfKeys() == collection {
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

// expiresIn says whether a key expires so many days after a time between two, whose clocks may differ a little.
func expiresIn(at *time.Time, earliest, latest time.Time, days int64) bool {
	const tolerance = time.Minute
	return at != nil && !at.Before(earliest.AddDate(0, 0, int(days)).Add(-tolerance)) &&
		!at.After(latest.AddDate(0, 0, int(days)).Add(tolerance))
}

func sameDays(a, b *int64) bool {
	return (a == nil) == (b == nil) && (a == nil || *a == *b)
}
