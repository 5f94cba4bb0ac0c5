// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// echoes are error responses that repeat a text of the request. The name of each response says where it contains the text.
var echoes = map[string]func(string) any{
	"detail": func(s string) any { return detail("no such key: " + s + "!") },
	"in a path": func(s string) any {
		return detail("Cannot PUT " + keysPath + url.PathEscape(s) + "?a=" + url.QueryEscape(s))
	},
	"JSON in it":   func(s string) any { return detail("cannot read " + text(map[string]any{"api_key": s})) },
	"past the end": func(s string) any { return detail(strings.Repeat("x", 2040) + s) },
	"loc": func(s string) any {
		return detail([]any{map[string]any{"loc": []any{"path", s}, "msg": "bad", "type": "t"}})
	},
	"msg": func(s string) any {
		return detail([]any{map[string]any{"loc": []any{"path", 0}, "msg": s, "type": "t"}})
	},
	"type":   func(s string) any { return detail([]any{map[string]any{"loc": []any{}, "msg": "bad", "type": s}}) },
	"object": func(s string) any { return detail(map[string]any{s: s}) },
}

func detail(value any) map[string]any { return map[string]any{"detail": value} }

// Errors hide keys, even if the error response repeats the key that the client logs in with, or the key of the request.
func TestClient_errorsHoldNoKey(t *testing.T) {
	t.Parallel()
	for i, operation := range operations(nil, "") {
		for _, own := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s own=%t", operation.Name, own), func(t *testing.T) {
				t.Parallel()
				clienttest.CheckEchoedSecrets(t, echoes, clienttest.Secrets, func(t *testing.T, body, secret string) error {
					t.Helper()
					s := start(t, gaiasim.Options{})
					s.Fail(
						always(clienttest.Of(operation.Method, operation.Path, clienttest.Status(422, body))),
						always(listResponse(text([]any{
							map[string]any{"api_key": secret, "config": map[string]any{}}, map[string]any{"api_key": "another", "config": map[string]any{}},
						}))),
					)
					client, about := s.connect(gaiaapi.Config{APIKey: "another"}), secret
					if own || operation.Path == keysPath {
						client, about = s.connect(gaiaapi.Config{APIKey: secret}), "another"
					}
					return operations(client, about)[i].Do(t.Context())
				})
			})
		}
	}
}

// Errors hide a key that the client does not know, if the key has the usual form.
func TestClient_errorsHoldNoForeignKey(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	_, foreign := s.key()
	s.Fail(clienttest.Of("POST", "", clienttest.Status(409, text(detail("exists: "+foreign)))))
	_, err := s.admin().CreateAPIKey(t.Context(), readKey())
	clienttest.WantNoSecret(t, err, foreign)
	if !strings.Contains(err.Error(), "HTTP 409: exists: (hidden)") {
		t.Errorf("got %v", err)
	}
}

// Errors contain no key in any encoding, even if a response or the error of a library contains the key. Acceptance tests check
// that logs contain no key.
func TestClient_errorsOfFaultsHoldNoKey(t *testing.T) {
	t.Parallel()
	faults := []simulation.Fault{clienttest.Status(404, ""), clienttest.Status(503, ""), {Kind: simulation.FaultRedirect, Location: "https://other.example/"}}
	for _, kind := range []string{
		simulation.FaultDropBefore, simulation.FaultDropAfterCommit, simulation.FaultEmpty, simulation.FaultTruncate,
		simulation.FaultOverrun, simulation.FaultGarbled, simulation.FaultHTML,
	} {
		faults = append(faults, simulation.Fault{Kind: kind})
	}
	for formName, form := range keyForms {
		for i, operation := range operations(nil, "") {
			for j, fault := range faults {
				t.Run(fmt.Sprintf("%s %s %s %d", formName, operation.Name, fault.Kind, j), func(t *testing.T) {
					t.Parallel()
					s := start(t, gaiasim.Options{KeyForm: form})
					_, secret := s.key()
					s.Fail(always(clienttest.Of(operation.Method, "", fault)))
					shown := fmt.Sprintf("%+v", operations(s.admin(), secret)[i].Do(t.Context()))
					for _, key := range s.Keys() {
						secret := s.Secret(key.ID)
						for _, encoded := range []string{secret, url.PathEscape(secret), url.QueryEscape(secret), strings.Trim(text(secret), `"`)} {
							if strings.Contains(shown, encoded) {
								t.Errorf("the error contains a key: %s", shown)
							}
						}
					}
				})
			}
		}
	}
}
