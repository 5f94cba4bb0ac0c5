// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestClient_createdKeyIsComplete(t *testing.T) {
	t.Parallel()
	for _, dialect := range dialects {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{Dialect: dialect})
			key, err := c.owner().CreateAPIKey(t.Context(), newKey("a"))
			if err != nil || key.Unlisted != nil {
				t.Fatal(err, key)
			}
			if key.Secret != c.Secret(key.ID) || key.Name != "a" || key.TokenTTLSeconds != 900 || key.ServiceAccountName == "" {
				t.Errorf("got %q, %d, %q", key.Name, key.TokenTTLSeconds, key.ServiceAccountName)
			}
		})
	}
}

func TestClient_createdKeyIsKeptWhereTheListFails(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.fail(egssim.Fault{Method: "GET", Path: listPath, Kind: egssim.FaultStatus, Status: http.StatusForbidden, Times: 100})
	key, err := c.owner().CreateAPIKey(t.Context(), newKey("a"))
	if err != nil {
		t.Fatal(err)
	}
	if key.Unlisted == nil || key.Secret != c.Secret(key.ID) {
		t.Errorf("got the id %q and the reason %v", key.ID, key.Unlisted)
	}
}

func TestClient_hiddenSecretOfACreatedKey(t *testing.T) {
	t.Parallel()
	for hidden, listed := range map[bool]egssim.ListedSecrets{false: egssim.SecretsShown, true: egssim.SecretsMasked} {
		c := start(t, egssim.Options{ListedSecrets: listed})
		key, err := c.owner().CreateAPIKey(t.Context(), newKey("a"))
		if err != nil {
			t.Fatal(err)
		}
		if key.SecretHidden != hidden || key.Secret != c.Secret(key.ID) {
			t.Errorf("hidden %t, want %t", key.SecretHidden, hidden)
		}
	}
}

func TestClient_twinsOfACreatedKey(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	add := func(key egssim.Key) string {
		key.Validity = "2030-01-01"
		return egsapi.APIKeyID(c.AddKey(key))
	}
	k := newKey("a")
	twin := add(egssim.Key{Name: "a", Role: k.Role, UserName: "ADMIN", WorkspaceName: k.WorkspaceName})
	add(egssim.Key{Name: "b", Role: k.Role, UserName: k.UserName, WorkspaceName: k.WorkspaceName})
	add(egssim.Key{Name: "a", Role: "Viewer", UserName: k.UserName, WorkspaceName: "blue"})
	add(egssim.Key{Name: "a", Role: k.Role, UserName: "somebody", WorkspaceName: k.WorkspaceName})
	client := c.owner()
	for range 2 {
		key, err := client.CreateAPIKey(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(key.Twins, []string{twin}) {
			t.Errorf("twins %v, want only the one that was there before: %s", key.Twins, twin)
		}
	}
}

// TestClient_siblingsAreNoTwins has ten alike keys made at once: none is taken for
// somebody else's, also while the others' answers are under way.
func TestClient_siblingsAreNoTwins(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.owner()
	at(10, func(int) {
		key, err := client.CreateAPIKey(t.Context(), newKey("same"))
		if err != nil {
			t.Error(err)
			return
		}
		if len(key.Twins) > 0 {
			t.Errorf("%s has the twins %v", key.ID, key.Twins)
		}
	})
}

func TestClient_differentKeysAreMadeSideBySide(t *testing.T) {
	t.Parallel()
	var under atomic.Int32
	both := make(chan struct{})
	c := start(t, egssim.Options{}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if is(r, "POST", keyPath) {
				// Neither is answered before both are there.
				if under.Add(1) == 2 {
					close(both)
				}
				<-both
			}
			next.ServeHTTP(w, r)
		})
	})
	client := c.owner()
	at(2, func(i int) {
		if _, err := client.CreateAPIKey(t.Context(), newKey([]string{"a", "b"}[i])); err != nil {
			t.Error(err)
		}
	})
}

func TestClient_timeIsTheControllers(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	own := &clock{now: noon.AddDate(7, 0, 0)}
	client := c.connect(egsapi.Config{Now: own.Now})
	if got := client.LastKnownTime(); !got.Equal(own.Now()) {
		t.Errorf("before any answer it is %s, want this machine's %s", got, own.Now())
	}
	c.wants(0, 0)
	if got := client.Now(t.Context()); !got.Equal(noon) {
		t.Errorf("it is %s, want the controller's %s", got, noon)
	}
	c.wants(1, 0)
	own.advance(time.Hour)
	if got, want := client.LastKnownTime(), noon.Add(time.Hour); !got.Equal(want) {
		t.Errorf("an hour later it is %s, want %s", got, want)
	}
	_ = client.Now(t.Context())
	c.wants(1, 0)
}

func TestClient_timeWithAnAccessToken(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	own := &clock{now: noon.AddDate(-7, 0, 0)}
	client := c.connect(egsapi.Config{Now: own.Now, AccessToken: c.Token(c.OwnerKey())})
	if got := client.Now(t.Context()); !got.Equal(noon) {
		t.Errorf("it is %s, want the controller's %s", got, noon)
	}
	if client.OwnKeyID() != "" {
		t.Error("an access token has no key")
	}
}

func TestClient_timeWithoutADateHeader(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(dateless{w}, r)
		})
	})
	own := &clock{now: noon.AddDate(1, 0, 0)}
	client := c.connect(egsapi.Config{Now: own.Now})
	if got := client.Now(t.Context()); !got.Equal(own.Now()) {
		t.Errorf("it is %s, want this machine's %s", got, own.Now())
	}
}

// dateless leaves the Date header out of an answer.
type dateless struct{ http.ResponseWriter }

func (w dateless) WriteHeader(status int) {
	w.Header()["Date"] = nil
	w.ResponseWriter.WriteHeader(status)
}

func TestClient_newAccessToken(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.owner()
	first, err := client.NewAccessToken(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if first.Lifetime != 900*time.Second || !first.ExpiresAt.Equal(noon.Add(900*time.Second)) {
		t.Errorf("it lives for %s until %s", first.Lifetime, first.ExpiresAt)
	}
	second, err := client.NewAccessToken(t.Context(), c.OwnerKey())
	if err != nil || second.Token == first.Token {
		t.Errorf("a second exchange gave the first token again, or failed: %v", err)
	}
	given := c.connect(egsapi.Config{AccessToken: "given"})
	if token, err := given.NewAccessToken(t.Context(), ""); err != nil || token.Token != "given" || token.Lifetime != 0 {
		t.Errorf("an access token is not yielded as it is: %v", err)
	}
}
