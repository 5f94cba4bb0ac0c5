// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
)

// If a key cannot be a path element, the client returns an error. It sends no request, not even to the path of the collection.
func TestClient_keyThatCannotBeInAPath(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"", ".", ".."} {
		s := start(t, gaiasim.Options{})
		id := gaiaapi.APIKeyID(secret)
		for _, err := range []error{
			s.admin().DeleteAPIKey(t.Context(), id, secret, time.Time{}), s.admin().UpdateAPIKey(t.Context(), id, secret, time.Time{}, readKey()),
		} {
			wantErr(t, err, apiclient.ErrInvalidParameter)
			clienttest.Presentable(t, err)
		}
		if n := len(s.Journal()); n != 0 {
			t.Errorf("%q: %d requests", secret, n)
		}
	}
}

// Only the documented response proves that the key was deleted. If the response is empty, the client sends the delete again.
func TestClient_unconfirmedDelete(t *testing.T) {
	t.Parallel()
	for body, succeeds := range map[string]bool{
		" ": true, "null": true, `{"result":"ok"}`: false, `{"api_key":"a","result":"not found"}`: false, `[]`: false, `<html>`: false,
	} {
		s := start(t, gaiasim.Options{})
		id, secret := s.key()
		s.Fail(clienttest.Of("DELETE", deletePath, clienttest.Status(200, body)))
		err := s.admin().DeleteAPIKey(t.Context(), id, secret, time.Time{})
		if deleted := s.Secret(id) == ""; deleted != (err == nil) || deleted != succeeds {
			t.Errorf("%q: deleted %t, %v", body, deleted, err)
		}
		if err != nil && asError(t, err).Op != "delete API key" {
			t.Errorf("%q: got %v", body, err)
		}
	}
}

// If a list does not show a recently created key, the list is possibly outdated. So only several lists prove that the key no
// longer exists.
func TestClient_deleteOfRecentKey(t *testing.T) {
	t.Parallel()
	for created, lists := range map[time.Time]int{noon.Add(-time.Minute): 6, noon.Add(-time.Hour): 1, {}: 1} {
		s := start(t, gaiasim.Options{})
		id, secret := s.key()
		s.DeleteKey(id)
		if err := s.admin().DeleteAPIKey(t.Context(), id, secret, created); err != nil {
			t.Errorf("created at %s: %v", created, err)
		}
		s.wants(lists, 0, 0)
	}
}

func TestClient_emptyListProvesAbsence(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	s.Fail(listResponse(`[]`))
	wantErr(t, clienttest.Err(s.admin().APIKey(t.Context(), gaiaapi.APIKeyID("b"), time.Time{})), gaiaapi.ErrNotFound)
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
	// Create, update and delete work, although the list masks keys.
	if key, err := client.CreateAPIKey(t.Context(), readKey()); err != nil || key.Secret != s.Secret(key.ID) {
		t.Errorf("got %+v, %v", key, err)
	}
	must(t, client.UpdateAPIKey(t.Context(), gaiaapi.APIKeyID(secret), secret, time.Time{}, gaiaapi.NewAPIKey{Permissions: "write"}))
	if err := client.DeleteAPIKey(t.Context(), id, secret, time.Time{}); err != nil || s.Secret(id) != "" {
		t.Errorf("got %v", err)
	}
}
