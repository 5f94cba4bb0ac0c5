// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/chaos"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// TestAPIKeys_chaos creates keys with a member "name" in their config. Its value is the kind of the key.
func TestAPIKeys_chaos(t *testing.T) {
	chaos.Test(t, chaos.Adapter{
		List: "GET " + keysPath, Create: "POST " + keysPath, Delete: "DELETE " + deletePath,
		Variants: []string{"UUIDs", "keys to escape"},
		New: func(variant string, lag time.Duration) chaos.Service {
			s := gaiasim.New(gaiasim.Options{Options: simulation.Options{ListLag: lag}, KeyForm: keyForms[variant]})
			return chaos.Service{
				Simulator: s, LostOutcome: chaos.Adopted,
				Things: func() []chaos.Thing {
					return chaos.Things(s.Keys(), func(key gaiasim.ListedKey) (id, name string) {
						return key.ID, strings.Trim(string(key.Config["name"]), `"`)
					})
				},
				Add: func(kind int, equal bool) string {
					permissions := map[bool]string{true: "read", false: "write"}[equal]
					return gaiaapi.APIKeyID(s.AddKey(gaiasim.Key{Permissions: permissions, Config: map[string]any{"name": chaos.Name(kind)}}))
				},
				Connect: func(number int, endpoint *url.URL, t *transport.Client) *chaos.Client {
					if number > 1 {
						return nil // There is no client 2, because all credentials can see all keys.
					}
					return chaosClient(gaiaapi.New(gaiaapi.Config{Endpoint: endpoint, Scheme: "Search", APIKey: s.AdminKey(), Now: time.Now}, t))
				},
			}
		},
	})
}

func chaosClient(c *gaiaapi.Client) *chaos.Client {
	return &chaos.Client{
		Create: func(ctx context.Context, kind int) (chaos.Saved, error) {
			key, err := c.CreateAPIKey(ctx, gaiaapi.NewAPIKey{
				Permissions: "read", Config: map[string]json.RawMessage{"name": json.RawMessage(`"` + chaos.Name(kind) + `"`)},
			})
			if err != nil {
				return chaos.Saved{}, err
			}
			return chaos.Saved{ID: key.ID, Secret: key.Secret, Created: key.CreatedAt, Adopted: key.Adopted}, nil
		},
		List:   clienttest.Listed(c.APIKeys, func(key gaiaapi.APIKey) string { return key.ID }),
		Find:   func(ctx context.Context, s chaos.Saved) error { return clienttest.Err(c.APIKey(ctx, s.ID, s.Created)) },
		Delete: func(ctx context.Context, s chaos.Saved) error { return c.DeleteAPIKey(ctx, s.ID, s.Secret, s.Created) },
	}
}
