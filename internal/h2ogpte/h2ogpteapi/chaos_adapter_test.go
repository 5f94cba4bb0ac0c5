// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/chaos"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

func TestAPIKeys_chaos(t *testing.T) {
	chaos.Test(t, chaos.Adapter{
		List: "GET " + keysPath, Create: "POST " + keysPath, Delete: "DELETE " + keysPath + "/{key_id}",
		Variants: []string{"one page", "pages"},
		New: func(variant string, lag time.Duration) chaos.Service {
			options := h2ogptesim.Options{Options: simulation.Options{ListLag: lag}}
			if variant == "pages" {
				options.MaxLimit, options.Order, options.LocalTimes = 3, h2ogptesim.OrderOldestFirst, true
			}
			s := h2ogptesim.New(options)
			alice := s.Users()[1]
			return chaos.Service{
				Simulator: s, LostOutcome: chaos.Uncertain, // Only the response to the create has the secret.
				Things: func() []chaos.Thing {
					return chaos.Things(s.Keys(), func(key h2ogptesim.Key) (id, name string) { return key.ID, key.Name })
				},
				Add: func(kind int, equal bool) string {
					id, _ := s.AddKey(h2ogptesim.Key{
						Name: chaos.Name(kind), UserName: alice.UserName,
						CollectionID: map[bool]string{false: "c3b9a0f2-5d1e-4f6a-8b7c-9d0e1f2a3b4c"}[equal],
					})
					return id
				},
				Connect: func(number int, endpoint *url.URL, t *transport.Client) *chaos.Client {
					if number > 1 {
						return nil // There is no client 2, since all administrators can see all keys.
					}
					config := h2ogpteapi.Config{Endpoint: endpoint.JoinPath("/api/v1"), APIKey: s.AdminKey(), Now: time.Now}
					return chaosClient(h2ogpteapi.New(config, t), alice)
				},
			}
		},
	})
}

func chaosClient(c *h2ogpteapi.Client, owner h2ogptesim.User) *chaos.Client {
	return &chaos.Client{
		Create: func(ctx context.Context, kind int) (chaos.Saved, error) {
			key, err := c.CreateAPIKey(ctx, h2ogpteapi.NewAPIKey{UserID: owner.ID, UserName: owner.UserName, Name: chaos.Name(kind)})
			if err != nil {
				return chaos.Saved{}, err
			}
			return chaos.Saved{ID: key.ID, Secret: key.Secret, Created: key.CreatedAt}, nil
		},
		List:   listed(c),
		Find:   func(ctx context.Context, s chaos.Saved) error { return clienttest.Err(c.APIKey(ctx, s.ID, s.Created)) },
		Delete: func(ctx context.Context, s chaos.Saved) error { return c.DeleteAPIKey(ctx, s.ID, s.Created) },
	}
}
