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

// SetExpiry sets the expiry of a key to a number of days from now. If days is nil, SetExpiry removes the expiry.
// Client.APIKey describes the parameter created.
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

// SetInactivityInterval sets the number of days without use after which h2oGPTe deactivates a key. If days is nil,
// SetInactivityInterval removes the interval. Client.APIKey describes the parameter created. The error is ErrUnsupported if
// the service does not support inactivity intervals.
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
			// The key exists, so the service does not support the call.
			e.Message = fmt.Sprintf("this version of h2oGPTe does not support inactivity intervals (%s)", e.Message)
			e.Err = ErrUnsupported
		}
	})
}

// Deactivate makes a key permanently unusable. The key stays listed. Client.APIKey describes the parameter created.
func (c *Client) Deactivate(ctx context.Context, id string, created time.Time) error {
	_, err := c.change(ctx, id, created, change{op: opDeactivate, method: http.MethodPost, action: "deactivate/"}, func(key *APIKey) bool { return !key.Active })
	return err
}

// DeleteAPIKey deletes a key. Client.APIKey describes the parameter created. A key that no longer exists is not an error:
// see apiclient.Listings.Delete.
func (c *Client) DeleteAPIKey(ctx context.Context, id string, created time.Time) error {
	return c.keys.Delete(ctx, opDelete, apiclient.Ref[APIKey]{ID: id, Created: created}, func(ctx context.Context) (bool, error) {
		return c.ofKey(ctx, id, change{op: opDelete, method: http.MethodDelete}, false)
	})
}

// Deleted reports whether this client deleted the key.
func (c *Client) Deleted(id string) bool { return c.keys.IsDeleted(id) }

// Touched reports whether this client created the key, or Touch was called for it.
func (c *Client) Touched(id string) bool { return c.keys.IsTouched(id) }

// Touch records that this client changes the key.
func (c *Client) Touch(id string) { c.keys.Touch(id) }

type change struct {
	op, method string
	// action precedes the id of the key in the path. It ends in a slash, or is "".
	action string
	body   any
}

// change sends a request that can be repeated. If the response neither confirms nor rejects the change, the function change
// requests a list, and passes the listed key to done. done reports whether the key shows the change. The error is
// ErrNotFound if a list proves that the key does not exist. listed is true if a list showed the key after the request.
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
			Op: what.op, Write: true, Section: section, Endpoint: c.conn.Endpoint.String(), Status: http.StatusOK, Err: ErrUnexpectedResponse,
			Message: "the response has no content, and the list does not show the change",
		}
	}
	return listErr == nil, err
}

// ofKey sends a request about one key. If the service sends the documented response, the request was carried out, and
// proven is true. The cause of a 404 can be the wrong spelling of the path (see underscoredPath). If no list has shown the
// correct spelling yet, ofKey requests a list, and retries the request if the correct spelling differs.
func (c *Client) ofKey(ctx context.Context, id string, what change, repeatable bool) (proven bool, err error) {
	if !isID(id) {
		return false, c.noKey(what.op, id) // Such an id would change the path of the request.
	}
	defer c.keys.Changed()
	known := c.collection.Load() != nil
	for {
		collection := c.pathOfKeys()
		r := c.request(what.op, what.method, collection+"/"+what.action+"{key_id}")
		r.Parameter = id
		r.Body, r.Repeatable = what.body, repeatable
		resp, err := c.send(ctx, r)
		if err == nil {
			return c.noContent(r, resp)
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

func interval(days *int64) string {
	if days == nil {
		return ""
	}
	return fmt.Sprintf("%d days", *days)
}

// expiresIn reports whether an expiry (the parameter at) is the given number of days after a time between earliest and
// latest. The tolerance allows for differing clocks.
func expiresIn(at *time.Time, earliest, latest time.Time, days int64) bool {
	const tolerance = time.Minute
	return at != nil && !at.Before(earliest.AddDate(0, 0, int(days)).Add(-tolerance)) &&
		!at.After(latest.AddDate(0, 0, int(days)).Add(tolerance))
}

func sameDays(a, b *int64) bool {
	return (a == nil) == (b == nil) && (a == nil || *a == *b)
}
