// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"errors"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
)

func TestClient_absence(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]string{
		"empty list": `[]`,
		"others":     `[{"api_key":"a","config":{"permissions":"read"}}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{})
			s.Fail(listAnswer(list))
			if _, err := s.admin().APIKey(t.Context(), gaiaapi.APIKeyID("b"), time.Time{}); !errors.Is(err, gaiaapi.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestClient_listThatHidesKeys(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{HideKeys: true})
	client := s.admin()
	id, secret := s.key()
	if _, err := client.APIKey(t.Context(), id, time.Time{}); !errors.Is(err, gaiaapi.ErrHidden) {
		t.Errorf("got %v", err)
	}
	if list, err := client.APIKeys(t.Context()); err != nil || len(list.Items) != 0 || list.Unreadable != 2 {
		t.Errorf("got %+v, %v", list, err)
	}
	// What needs no list works.
	if key, err := client.CreateAPIKey(t.Context(), readKey()); err != nil || key.Secret != s.Secret(key.ID) {
		t.Errorf("got %+v, %v", key, err)
	}
	must(t, client.UpdateAPIKey(t.Context(), secret, time.Time{}, gaiaapi.NewAPIKey{Permissions: "write"}))
	if err := client.DeleteAPIKey(t.Context(), id, secret, time.Time{}); err != nil || s.Secret(id) != "" {
		t.Errorf("got %v", err)
	}
}
