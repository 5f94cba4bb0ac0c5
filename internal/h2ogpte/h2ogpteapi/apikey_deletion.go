// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"context"
	"net/http"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// DeleteAPIKey deletes a key, which was created at a time by the service's clock, zero where that is not known. A
// key that no longer exists is deleted; see apiclient.Listings.Delete.
func (c *Client) DeleteAPIKey(ctx context.Context, id string, created time.Time) error {
	return c.keys.Delete(ctx, opDelete, apiclient.Ref[APIKey]{ID: id, Created: created}, func(ctx context.Context) (bool, error) {
		return c.ofKey(ctx, id, change{op: opDelete, method: http.MethodDelete}, false)
	})
}
