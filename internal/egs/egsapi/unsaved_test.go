// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// If the list hides secrets and the caller does not store the secret of the new key, the client does not create the key. EGS
// deletes keys by their secrets, so the key could not be deleted later.
func TestClient_unsavedSecret(t *testing.T) {
	t.Parallel()
	unsaved := newKey("ci")
	unsaved.Unsaved = true
	for _, secrets := range []egssim.ListedSecrets{egssim.SecretsShown, egssim.SecretsMasked, egssim.SecretsOmitted} {
		c := start(t, egssim.Options{ListedSecrets: secrets})
		client := c.owner()
		listed := secrets == egssim.SecretsShown
		if got := client.HidesSecrets(t.Context(), "red"); got == listed {
			t.Errorf("%v: the list hides secrets: %t, want %t", secrets, got, !listed)
		}
		_, err := client.CreateAPIKey(t.Context(), unsaved)
		if created := c.Count("POST", keyPath) > 0; created != listed || (err == nil) != listed {
			t.Errorf("%v: created: %t, want %t (%v)", secrets, created, listed, err)
		}
	}
}
