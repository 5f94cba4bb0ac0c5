// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestClient_lookupsShareOneList(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{Keys: 300})
	client := c.owner()
	keys := c.Keys()
	at(len(keys), func(i int) {
		key, err := client.APIKey(t.Context(), egsapi.KeyRef{ID: keys[i].ID, WorkspaceName: keys[i].WorkspaceName})
		if err != nil || key.ID != keys[i].ID || key.Secret != c.Secret(key.ID) {
			t.Errorf("asked for %s, got %+v, %v", keys[i].ID, key, err)
		}
	})
	for _, workspace := range []string{"", "red", "green"} {
		if _, err := client.APIKeys(t.Context(), workspace); err != nil {
			t.Error(err)
		}
	}
	c.wants(1, 1)
}

func TestClient_keyIsReadAsListed(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]egssim.Options{
		"plain":         {},
		"timestamp":     {ValidityAsTimestamp: true},
		"members left":  {OmitEmptyMembers: true},
		"user as sent":  {UserNameCase: egssim.UserNameAsSent},
		"sdk dialect":   {Dialect: egssim.DialectSDK},
		"rest dialect":  {Dialect: egssim.DialectREST},
		"opaque tokens": {OpaqueTokens: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, options)
			client := c.owner()
			made, err := client.CreateAPIKey(t.Context(), newKey("one"))
			if err != nil {
				t.Fatal(err)
			}
			if made.ID != egsapi.APIKeyID(made.Secret) {
				t.Errorf("id %s does not belong to the secret", made.ID)
			}
			key, err := client.APIKey(t.Context(), egsapi.KeyRef{ID: made.ID})
			if err != nil {
				t.Fatal(err)
			}
			want := egsapi.APIKey{
				ID: made.ID, Secret: made.Secret, Name: "one", Role: "Editor", WorkspaceName: "red",
				ServiceAccountName: "kubeslice-rbac-rw-slice-red", UserName: "Admin",
				ValidUntil: "2027-01-01", TokenTTLSeconds: 900,
			}
			if options.UserNameCase == egssim.UserNameAsSent {
				want.UserName = "admin"
			}
			if *key != want {
				t.Errorf("got %+v, want %+v", *key, want)
			}
		})
	}
}

// TestClient_refusalThatPasses has the unfiltered list refused once: what is told
// after that is all the keys.
func TestClient_refusalThatPasses(t *testing.T) {
	t.Parallel()
	for _, before := range []bool{false, true} {
		t.Run(fmt.Sprint(before), func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			ref := c.key("a", "Editor", "red")
			now := newClock(noon)
			client := c.connect(egsapi.Config{Now: now.Now})
			if before {
				if _, err := client.CreateAPIKey(t.Context(), newKey("b")); err != nil {
					t.Fatal(err)
				}
			}
			c.Fail(egssim.Fault{Path: listPath, Kind: egssim.FaultStatus, Status: 403, Times: 1})
			if _, err := client.APIKey(t.Context(), ref); err != nil && !before {
				t.Errorf("the key of a workspace is not found in its list: %v", err)
			}
			if _, err := client.CreateAPIKey(t.Context(), newKey("c")); err != nil {
				t.Fatal(err)
			}
			list, err := client.APIKeys(t.Context(), "")
			if err != nil || len(list.Keys) != len(c.Keys()) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestClient_hiddenSecretsDoNotHideKeys(t *testing.T) {
	t.Parallel()
	for name, shown := range map[string]egssim.ListedSecrets{
		"masked": egssim.SecretsMasked, "omitted": egssim.SecretsOmitted,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{ListedSecrets: shown})
			client := c.owner()
			made, err := client.CreateAPIKey(t.Context(), newKey("a"))
			if err != nil {
				t.Fatal(err)
			}
			ref := egsapi.KeyRef{ID: made.ID, Secret: made.Secret, WorkspaceName: "red"}
			key, err := client.APIKey(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			if key.ID != made.ID || key.Name != "a" || key.Secret != "" {
				t.Errorf("got %+v", *key)
			}
			if err := client.DeleteAPIKey(t.Context(), ref); err != nil {
				t.Fatal(err)
			}
			if _, err := client.APIKey(t.Context(), ref); !errors.Is(err, egsapi.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestClient_keyIsFoundBySecretWhereIDsAreOthers(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	const secret = "45338461-ec42-49d2-aef3-ff39099950c5"
	c.Fail(listAnswer(`{"data":[{"id":"7","apiKey":"` + secret + `","name":"a"}]}`))
	key, err := c.owner().APIKey(t.Context(), egsapi.KeyRef{ID: egsapi.APIKeyID(secret), Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	if key.ID != "7" {
		t.Errorf("got id %q, the list has the last word", key.ID)
	}
}
