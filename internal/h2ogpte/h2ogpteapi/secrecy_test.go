// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/hostile"
)

// echoes are error responses that repeat a text of the request. Each map key says where in the response the text is.
var echoes = map[string]func(string) any{
	"message":           func(s string) any { return map[string]any{"code": 409, "message": "refused " + s + "!"} },
	"message with JSON": func(s string) any { return map[string]any{"code": 409, "message": "cannot read " + jsonText(s)} },
	"error_type":        func(s string) any { return map[string]any{"code": 409, "error_type": s} },
	"past the end":      func(s string) any { return map[string]any{"code": 409, "message": strings.Repeat("x", 2040) + " " + s} },
}

// An error response can contain the client's own key, or a key that the client does not know, for example a key that was
// just created. A key that the client does not know is hidden if it has the usual form ("sk-Hush…").
func TestClient_errorsHoldNoAPIKey(t *testing.T) {
	t.Parallel()
	for i, operation := range keySuite.Start(t).Operations {
		for own, secrets := range map[string][]string{"": clienttest.Secrets, "sk-another0123456789": {"sk-another0123456789", "sk-Hush0123456789abcdefHush"}} {
			t.Run(fmt.Sprint(operation.Name, i, own), func(t *testing.T) {
				t.Parallel()
				clienttest.CheckEchoedSecrets(t, echoes, secrets, func(t *testing.T, body, secret string) error {
					t.Helper()
					s := start(t, h2ogptesim.Options{})
					s.Fail(
						always(clienttest.Of(operation.Method, operation.Path, clienttest.Status(409, body))),
						always(listResponse(`[{"id":"1","expires_at":"2026-11-22T12:00:00Z","inactivity_interval":3}]`)),
					)
					client := connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: cmp.Or(own, secret)})
					return s.operations(client, "1")[i].Do(t.Context())
				})
			})
		}
	}
}

// The response to a create contains the secret, so errors do not quote this response.
func TestClient_errorsHoldNothingOfTheResponse(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"secret_key":"Hush0123456789"}`, `{"secret_key":"Hush0123456789","api_key":{"id":"Hush0123456789\n"}}`,
		`{"secret_key":"Hush0123456789","api_k`, `Hush0123456789`, `{"secret":"Hush0123456789"}`, `["Hush0123456789"]`,
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{200, 201, 400, 500} {
				s := start(t, h2ogptesim.Options{})
				s.Fail(always(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultStatus, Status: status, Body: body}))
				_, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
				clienttest.WantNoSecret(t, err, "Hush0123456789")
			}
		})
	}
}

// If the response to a create has the secret as the id, in any encoding, the error does not contain the id.
func TestClient_secretAsID(t *testing.T) {
	t.Parallel()
	const secret = "sk-Hush0123456789abcdef"
	for how, id := range hostile.Spellings(secret) {
		s := start(t, h2ogptesim.Options{})
		s.Fail(clienttest.Of("POST", keysPath, clienttest.Status(200, jsonText(map[string]any{"secret_key": secret, "api_key": map[string]any{"id": id}}))))
		_, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
		if wantErr(t, err, h2ogpteapi.ErrUncertain); err != nil {
			clienttest.WantNoSecret(t, err, secret)
		} else {
			t.Errorf("%s: the secret was accepted as an id", how)
		}
	}
}

// The caller gives a secret instead of an id. The error hides the secret. See also TestClient_changeOfMissingKey.
func TestClient_secretInsteadOfAnID(t *testing.T) {
	t.Parallel()
	err := clienttest.Err(start(t, h2ogptesim.Options{}).client().APIKey(t.Context(), "sk-Hush0123456789", time.Time{}))
	wantErr(t, err, h2ogpteapi.ErrNotFound)
	clienttest.WantNoSecret(t, err, "Hush0123456789")
}
