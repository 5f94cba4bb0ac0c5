// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestClient_lookupsShareOneList(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{Keys: 300})
	client := c.owner()
	// Lists are sorted by workspace, name and id.
	keys := slices.SortedFunc(slices.Values(c.Keys()), func(a, b egssim.ListedKey) int {
		return cmp.Or(cmp.Compare(a.WorkspaceName, b.WorkspaceName), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	at(len(keys), func(i int) {
		key, err := client.APIKey(t.Context(), egsapi.KeyRef{ID: keys[i].ID, WorkspaceName: keys[i].WorkspaceName})
		if err != nil || key.ID != keys[i].ID || key.Secret != c.Secret(key.ID) {
			t.Errorf("asked for %s, got %+v, %v", keys[i].ID, key, err)
		}
	})
	id := func(key egsapi.APIKey) string { return key.ID }
	for _, workspace := range []string{"", "red", "green", "violet"} {
		var want []string
		for _, key := range keys {
			if workspace == "" || key.WorkspaceName == workspace {
				want = append(want, key.ID)
			}
		}
		if list, err := client.APIKeys(t.Context(), workspace); err != nil || !slices.Equal(clienttest.IDs(list.Items, id), want) {
			t.Errorf("%q: got %d keys, want %d, %v", workspace, len(list.Items), len(want), err)
		}
	}
	c.wants(1, 1)
}

// If EGS refuses the unfiltered list once, the client still requests the unfiltered list later.
func TestClient_temporaryRefusal(t *testing.T) {
	t.Parallel()
	for _, before := range []bool{false, true} {
		t.Run(fmt.Sprint(before), func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			ref := c.key("a", "Editor", "red")
			now := newClock(noon)
			client := c.connect(egsapi.Config{Now: now.Now})
			if before {
				must(t, clienttest.Err(client.CreateAPIKey(t.Context(), newKey("b"))))
			}
			c.Fail(simulation.Fault{Path: listPath, Kind: simulation.FaultStatus, Status: 403, Times: 1})
			if _, err := client.APIKey(t.Context(), ref); err != nil && !before {
				t.Errorf("the key of a workspace is not found in its list: %v", err)
			}
			must(t, clienttest.Err(client.CreateAPIKey(t.Context(), newKey("c"))))
			list, err := client.APIKeys(t.Context(), "")
			if err != nil || len(list.Items) != len(c.Keys()) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestClient_keyWithAnotherIDIsFoundBySecret(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	const secret = "45338461-ec42-49d2-aef3-ff39099950c5"
	c.Fail(listResponse(`{"data":[{"id":"7","apiKey":"` + secret + `","name":"a"}]}`))
	key, err := c.owner().APIKey(t.Context(), egsapi.KeyRef{ID: egsapi.APIKeyID(secret), Secret: secret})
	// The id in the list takes precedence over the hash of the secret.
	if err != nil || key.ID != "7" {
		t.Errorf("got %+v, %v", key, err)
	}
}

// Lists may use the member names of the Kubernetes Secrets. In both forms, the list shows the token lifetime of each key.
func TestClient_keysWithNamesOfSecrets(t *testing.T) {
	t.Parallel()
	for _, secretNames := range []bool{false, true} {
		c := start(t, egssim.Options{SecretNames: secretNames})
		client := c.owner()
		created, err := client.CreateAPIKey(t.Context(), newKey("short"))
		if err != nil {
			t.Fatal(err)
		}
		c.AddKey(egssim.Key{Name: "long", Role: "Editor", WorkspaceName: "red", Validity: "2027-01-01", TokenTTL: 1800 * time.Second})
		list, err := client.APIKeys(t.Context(), "red")
		if err != nil || len(list.Items) != 2 {
			t.Fatalf("got %+v, %v", list, err)
		}
		long, short := list.Items[0], list.Items[1]
		if long.TokenTTLSeconds != 1800 || short.TokenTTLSeconds != 900 || long.WorkspaceName != "red" || long.ValidUntil != "2027-01-01" {
			t.Errorf("got %+v and %+v", long, short)
		}
		if key, err := client.APIKey(t.Context(), egsapi.KeyRef{ID: created.ID, WorkspaceName: "red"}); err != nil || key.ValidUntil != created.ValidUntil {
			t.Errorf("got %+v, %v", key, err)
		}
		if token, err := client.NewAccessToken(t.Context(), long.Secret); err != nil || token.Lifetime != 1800*time.Second {
			t.Errorf("got a lifetime of %s, %v", token.Lifetime, err)
		}
	}
}
