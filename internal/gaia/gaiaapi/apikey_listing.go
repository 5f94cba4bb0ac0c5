// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"context"
	"net/http"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// APIKeyList is a list of keys, sorted by id. Unreadable are also those that hide their key.
type APIKeyList = apiclient.List[APIKey]

// APIKeys lists all keys, the client's own too: see apiclient.Listings.Fresh.
func (c *Client) APIKeys(ctx context.Context) (*APIKeyList, error) {
	l, err := c.keys.Fresh(ctx, "")
	if err != nil {
		return nil, err
	}
	return c.keys.Fill(l, func(*APIKey) bool { return true }), nil
}

// APIKey finds a key in the list; there is no call that gets one. Created is when it was created, by the
// service's clock, zero where that is not known. The error is ErrNotFound only where it is proven that
// the key does not exist (see apiclient.Listings.Find), and ErrHidden where the list hides keys.
func (c *Client) APIKey(ctx context.Context, id string, created time.Time) (*APIKey, error) {
	return c.keys.Find(ctx, apiclient.Ref[APIKey]{ID: id, Created: created})
}

// refusesListing says whether the service does not let these credentials list. A 404 may
// be its way to say that there are no keys.
func refusesListing(err error) bool {
	return apiclient.IsStatus(err, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound)
}

// fetch sends the list request. No refusal is known to mean that there are no keys.
func (c *Client) fetch(ctx context.Context, _ string, _ bool) (*apiclient.Listing[APIKey], error) {
	r := c.request(opList, http.MethodGet)
	r.Repeatable, r.List = true, true
	document, err := c.call(ctx, r)
	if err != nil {
		return nil, err
	}
	l, err := decodeListing(document)
	if err != nil {
		return nil, c.conn.Failed(r, Error{Status: http.StatusOK, Endpoint: c.conn.Endpoint.String(), Message: err.Error(), Err: ErrNotGAIA})
	}
	return l, nil
}
