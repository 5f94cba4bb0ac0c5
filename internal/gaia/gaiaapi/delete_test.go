// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
)

// A response that does not say that the key was deleted does not prove it. One without content is sent again.
func TestClient_deleteIsNotDoneByAnAnswerThatDoesNotSaySo(t *testing.T) {
	t.Parallel()
	for body, passes := range map[string]bool{
		" ": true, "null": true, `{"result":"ok"}`: false, `{"api_key":"a","result":"not found"}`: false, `[]`: false, `<html>`: false,
	} {
		s := start(t, gaiasim.Options{})
		id, secret := s.key()
		s.Fail(clienttest.Of("DELETE", deletePath, clienttest.Status(200, body)))
		err := s.admin().DeleteAPIKey(t.Context(), id, secret, time.Time{})
		if gone := s.Secret(id) == ""; gone != (err == nil) || gone != passes {
			t.Errorf("%q: the key no longer exists: %t, %v", body, gone, err)
		}
		if err != nil && asError(t, err).Op != "delete API key" {
			t.Errorf("%q: got %v", body, err)
		}
	}
}
