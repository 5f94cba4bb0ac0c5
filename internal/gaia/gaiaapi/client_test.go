// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
)

// TestClient_wire checks methods, escaped paths and headers of the requests.
func TestClient_wire(t *testing.T) {
	t.Parallel()
	for name, form := range keyForms {
		for _, prefix := range []string{"", "/site", "/a%2Fb/c"} {
			t.Run(name+" below "+prefix, func(t *testing.T) {
				t.Parallel()
				var mu sync.Mutex
				var seen []string
				s := start(t, gaiasim.Options{KeyForm: form, Scheme: "Admin"}, func(next http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						mu.Lock()
						seen = append(seen, r.Method+" "+r.URL.EscapedPath()+"?"+r.URL.RawQuery)
						mu.Unlock()
						if got := r.Header.Get("Content-Type"); (got == "application/json") != (r.Method == http.MethodPost || r.Method == http.MethodPut) {
							t.Errorf("%s request has content type %q", r.Method, got)
						}
						r2 := r.Clone(r.Context())
						unescaped, _ := url.PathUnescape(prefix)
						r2.URL.Path, r2.URL.RawPath = strings.TrimPrefix(r.URL.Path, unescaped), ""
						next.ServeHTTP(w, r2)
					})
				})
				s.URL = s.URL.JoinPath(prefix)
				client := s.connect(gaiaapi.Config{Scheme: "Admin", APIKey: s.AdminKey() + "\n"})
				key, err := client.CreateAPIKey(t.Context(), readKey())
				if err != nil {
					t.Fatal(err)
				}
				must(t, client.UpdateAPIKey(t.Context(), gaiaapi.APIKeyID(key.Secret), key.Secret, time.Time{}, gaiaapi.NewAPIKey{Permissions: "write"}))
				must(t, client.DeleteAPIKey(t.Context(), key.ID, key.Secret, key.CreatedAt))
				if len(s.Keys()) != 1 {
					t.Errorf("%d keys are left", len(s.Keys()))
				}
				escaped := url.PathEscape(key.Secret)
				want := []string{
					"GET " + prefix + keysPath + "?",
					"POST " + prefix + keysPath + "?",
					"PUT " + prefix + keysPath + escaped + "?",
					"DELETE " + prefix + keysPath + "delete/" + escaped + "?",
				}
				if !slices.Equal(seen, want) {
					t.Errorf("got  %q\nwant %q", seen, want)
				}
			})
		}
	}
}

func TestClient_isOwn(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	client := s.connect(gaiaapi.Config{APIKey: s.AdminKey() + "\n"})
	if !client.IsOwn(&gaiaapi.APIKey{ID: s.Keys()[0].ID}) || !client.IsOwn(&gaiaapi.APIKey{Secret: s.AdminKey()}) || client.IsOwn(&gaiaapi.APIKey{ID: "other"}) {
		t.Error("the client does not recognize its own key")
	}
}

// TestAPIKeyID checks that the hash function does not change, because Terraform states contain ids.
func TestAPIKeyID(t *testing.T) {
	t.Parallel()
	// The example is from FIPS 180-2, appendix B.1.
	if got := gaiaapi.APIKeyID("abc"); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("got %s", got)
	}
}

func TestClient_refusedCredentials(t *testing.T) {
	t.Parallel()
	for name, form := range map[string]gaiasim.ErrorForm{
		"text": gaiasim.ErrorsAsText, "details": gaiasim.ErrorsAsDetails, "empty": gaiasim.ErrorsEmpty,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{ErrorForm: form})
			for _, config := range []gaiaapi.Config{{APIKey: "hush"}, {Scheme: "Bearer"}} {
				_, err := s.connect(config).APIKeys(t.Context())
				if e := asError(t, err); e.Status != 401 || !e.CredentialsRefused() || e.IsUnexpected() || e.Section != "gaia" {
					t.Errorf("got %#v", e)
				}
			}
			_, reader := s.key()
			if _, err := s.connect(gaiaapi.Config{APIKey: reader}).CreateAPIKey(t.Context(), readKey()); asError(t, err).Status != 403 {
				t.Errorf("got %v", err)
			}
		})
	}
}
