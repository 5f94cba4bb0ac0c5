// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestClient_noKeysIsAnEmptyList(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]egssim.Options{"404": {}, "200": {EmptyListAs200: true}} {
		c := start(t, options)
		clients := []*egsapi.Client{c.owner(), c.withToken()}
		// With its token at hand the client no longer needs its key.
		if err := clients[0].DeleteAPIKey(t.Context(), c.key("a", "Viewer", "red")); err != nil {
			t.Fatal(err)
		}
		for _, key := range c.Keys() {
			c.DeleteKey(key.ID)
		}
		for _, client := range clients {
			if got, err := client.APIKeys(t.Context(), ""); err != nil || len(got.Items) != 0 || got.Unreadable != 0 {
				t.Errorf("%s: got %v, %v", name, got, err)
			}
			_, err := client.APIKey(t.Context(), egsapi.KeyRef{ID: "1"})
			if e := asError(t, err); !errors.Is(err, egsapi.ErrNotFound) || e.Foreign() || e.Error() != "list API keys: no key has the id 1" {
				t.Errorf("%s: got %v", name, err)
			}
		}
	}
}

// Where the base URL is wrong, an API of the same make may answer 404 in an
// envelope: that is no empty list, and no proof that a key is gone.
func TestClient_wrongBaseURLIsNoEmptyList(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	for _, token := range []string{"", c.Token(c.OwnerKey())} {
		client := c.connect(egsapi.Config{Endpoint: c.URL.JoinPath("wrong"), AccessToken: token})
		for _, ref := range []egsapi.KeyRef{{ID: "1"}, {ID: "1", WorkspaceName: "red"}} {
			_, err := client.APIKey(t.Context(), ref)
			e := asError(t, err)
			if e.Status != http.StatusNotFound || errors.Is(err, egsapi.ErrNotFound) || !strings.Contains(e.Message, "/wrong/api/v1/") {
				t.Errorf("got %v", err)
			}
		}
		if e := asError(t, client.DeleteAPIKey(t.Context(), egsapi.KeyRef{ID: "1", Secret: "2"})); e.Status != http.StatusNotFound {
			t.Errorf("got %v", e)
		}
	}
}

// The useful text, which says that there are no keys, may be nested.
func TestClient_nestedTextOfAnEmptyList(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.Fail(clienttest.Of("GET", listPath, clienttest.Status(404, `{"statusCode":404,"status":"NOT_FOUND","message":"UNKNOWN","error":{"data":`+
		`"{\"error\":{\"Message\":\"No API keys found.\"}}"}}`)))
	if _, err := c.owner().APIKey(t.Context(), egsapi.KeyRef{ID: "1"}); !errors.Is(err, egsapi.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestClient_envelopeThatDisagreesWithItsStatusIsAFailure(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.Fail(simulation.Fault{
		Path: listPath, Kind: simulation.FaultStatus, Status: http.StatusOK,
		Body: `{"statusCode":500,"status":"INTERNAL","message":"etcd is down"}`,
	})
	_, err := c.owner().APIKeys(t.Context(), "")
	if e := asError(t, err); e.Status != 500 || e.Message != "etcd is down" || e.Foreign() {
		t.Errorf("got %#v", e)
	}
}
