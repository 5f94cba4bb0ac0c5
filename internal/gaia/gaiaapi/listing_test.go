// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
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
			wantErr(t, clienttest.Err(s.admin().APIKey(t.Context(), gaiaapi.APIKeyID("b"), time.Time{})), gaiaapi.ErrNotFound)
		})
	}
}

func TestClient_listThatHidesKeys(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{HideKeys: true})
	client := s.admin()
	id, secret := s.key()
	wantErr(t, clienttest.Err(client.APIKey(t.Context(), id, time.Time{})), gaiaapi.ErrHidden)
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
