// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// echoes are the members of an error envelope in which a server may repeat the request.
var echoes = map[string]func(string) any{
	"status":  func(s string) any { return refusal(map[string]any{"status": s}) },
	"message": func(s string) any { return refusal(map[string]any{"message": "refused " + s + "!"}) },
	"error": func(s string) any {
		return refusal(map[string]any{"error": map[string]any{"message": s, "errorKey": "X"}})
	},
	"errorKey":     func(s string) any { return refusal(map[string]any{"error": map[string]any{"errorKey": s}}) },
	"Message":      func(s string) any { return withNestedError(map[string]any{"Message": s}) },
	"Errormessage": func(s string) any { return detailed("Errormessage", "no such key: "+s) },
	"Reason":       func(s string) any { return detailed("Reason", s) },
	"Details":      func(s string) any { return detailed("Details", s) },
	"Details[]": func(s string) any {
		return detailed("Details", []any{
			map[string]any{"message": s, "field": "apiKey"},
			map[string]any{"reason": s},
			map[string]any{"message": "unknown field", "field": s},
		})
	},
	"Errormessage with JSON": func(s string) any {
		return detailed("Errormessage", "cannot read "+text(map[string]any{"apiKey": s}))
	},
	"past the end": func(s string) any { return refusal(map[string]any{"message": strings.Repeat("x", 2040) + s}) },
}

func refusal(members map[string]any) map[string]any {
	envelope := map[string]any{"statusCode": 403, "status": "REFUSED", "message": "UNKNOWN"}
	maps.Copy(envelope, members)
	return envelope
}

func detailed(member string, value any) map[string]any {
	return withNestedError(map[string]any{"DetailedError": map[string]any{member: value}})
}

// withNestedError returns an error whose details are JSON in a string.
func withNestedError(nested map[string]any) map[string]any {
	return refusal(map[string]any{"error": map[string]any{"data": text(map[string]any{"error": nested})}})
}

// secrets contains clienttest.Secrets and two secrets with control characters. The two secrets can only be sent in bodies.
// One of them ends with a line break, like a secret that was read from a file.
var secrets = append(clienttest.Secrets, "45338461-ec42-49d2-aef3-ff39099950c5\n", "hush\thushhush\u0007hush")

func TestClient_errorsHoldNoSecret(t *testing.T) {
	t.Parallel()
	clienttest.CheckEchoedSecrets(t, echoes, secrets, func(t *testing.T, body, secret string) error {
		t.Helper()
		c := start(t, egssim.Options{})
		c.Fail(
			clienttest.Of("POST", authPath, clienttest.Status(403, body)),
			clienttest.Of("DELETE", keyPath, clienttest.Status(403, body)), listResponse(`{"data":[{"id":"1"}]}`),
		)
		err := c.withToken().DeleteAPIKey(t.Context(), egsapi.KeyRef{ID: "1", Secret: secret})
		clienttest.WantNoSecret(t, err, secret)
		return list(t, c.connect(egsapi.Config{APIKey: secret}))
	})
}

func TestClient_errorsHoldNoToken(t *testing.T) {
	t.Parallel()
	for _, opaque := range []bool{false, true} {
		c := start(t, egssim.Options{OpaqueTokens: opaque})
		clienttest.CheckEchoedSecrets(t, echoes, []string{c.Token(c.OwnerKey())}, func(t *testing.T, body, token string) error {
			t.Helper()
			c := start(t, egssim.Options{})
			c.Fail(clienttest.Of("GET", listPath, clienttest.Status(403, body)))
			return list(t, c.connect(egsapi.Config{AccessToken: token}))
		})
	}
}

// EGS knows the API key for which it issued the token, so an error response may contain that API key.
func TestClient_errorsHoldNoAPIKeyAfterLogIn(t *testing.T) {
	t.Parallel()
	for i, operation := range keySuite.Start(t).Operations[:3] {
		t.Run(operation.Name, func(t *testing.T) {
			t.Parallel()
			clienttest.CheckEchoedSecrets(t, echoes, secrets, func(t *testing.T, body, secret string) error {
				t.Helper()
				c := start(t, egssim.Options{})
				c.Fail(
					clienttest.Of(operation.Method, operation.Path, clienttest.Status(403, body)),
					clienttest.Of("POST", authPath, envelope(`{"token":"a"}`)), listResponse(`{"data":[{"id":"1"}]}`),
				)
				client := c.connect(egsapi.Config{APIKey: secret})
				return c.operations(client, egsapi.KeyRef{ID: "1", Secret: "2"})[i].Do(t.Context())
			})
		})
	}
}
