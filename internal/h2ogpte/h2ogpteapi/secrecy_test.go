// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// echoes are the places of a refusal where a server may repeat what it got.
var echoes = map[string]func(string) map[string]any{
	"message":           func(s string) map[string]any { return map[string]any{"message": "refused " + s + "!"} },
	"message with JSON": func(s string) map[string]any { return map[string]any{"message": "cannot read " + jsonText(s)} },
	"error_type":        func(s string) map[string]any { return map[string]any{"error_type": s} },
	"past the end":      func(s string) map[string]any { return map[string]any{"message": strings.Repeat("x", 2040) + " " + s} },
}

func jsonText(value any) string {
	b, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// secretKeys are API keys as users may have them, among them such as JSON writes
// differently.
var secretKeys = []string{
	"sk-Hush0123456789abcdefHush",
	"hush0123456789",
	`hush"hush\hush`,
	"hush<hush>&hush",
	"hüsh-hüsh",
}

func TestClient_errorsHoldNoAPIKey(t *testing.T) {
	t.Parallel()
	for name, place := range echoes {
		for i, operation := range operations {
			for _, secret := range secretKeys {
				t.Run(fmt.Sprintf("%s %s %d %q", name, operation.name, i, secret), func(t *testing.T) {
					t.Parallel()
					s := start(t, h2ogptesim.Options{}, around(
						func(r *http.Request) bool { return r.Method != http.MethodGet || operation.method == http.MethodGet },
						func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
							_, sent, _ := strings.Cut(r.Header.Get("Authorization"), " ")
							body := place(sent)
							body["code"] = 409
							w.WriteHeader(http.StatusConflict)
							_, _ = io.WriteString(w, jsonText(body))
						}))
					s.fail(always(theKey))
					holdsNot(t, operation.do(t, connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: secret})), secret)
				})
			}
		}
	}
}

// A server may tell a key that this client does not know, as that of a create whose
// answer it says was a failure.
func TestClient_errorsHoldNoOtherKey(t *testing.T) {
	t.Parallel()
	const secret = "sk-Hush0123456789abcdefHush"
	for name, place := range echoes {
		for i, operation := range operations {
			t.Run(fmt.Sprint(name, operation.name, i), func(t *testing.T) {
				t.Parallel()
				s := start(t, h2ogptesim.Options{})
				body := place(secret)
				body["code"] = 409
				s.fail(always(simulation.Fault{
					Method: operation.method, Path: operation.path, Kind: simulation.FaultStatus, Status: 409, Body: jsonText(body),
				}), always(theKey))
				holdsNot(t, operation.do(t, s.client()), "Hush0123456789abcdefHush")
			})
		}
	}
}

// What a create made is told by its answer alone, which no error quotes.
func TestClient_errorsHoldNothingOfTheAnswer(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"secret_key":"Hush0123456789"}`, `{"secret_key":"Hush0123456789","api_key":{"id":"Hush0123456789\n"}}`,
		`{"secret_key":"Hush0123456789","api_k`, `Hush0123456789`, `{"secret":"Hush0123456789"}`, `["Hush0123456789"]`,
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{200, 201, 400, 500} {
				s := start(t, h2ogptesim.Options{})
				s.fail(always(simulation.Fault{Method: "POST", Path: keysPath, Kind: simulation.FaultStatus, Status: status, Body: body}))
				_, err := s.client().CreateAPIKey(t.Context(), s.newKey("a"))
				holdsNot(t, err, "Hush0123456789")
			}
		})
	}
}

// A secret that somebody takes for an id is in no error either.
func TestClient_secretsThatAreTakenForIDs(t *testing.T) {
	t.Parallel()
	const secret = "sk-Hush0123456789"
	for i, operation := range []func(*h2ogpteapi.Client) error{
		func(c *h2ogpteapi.Client) error { _, err := c.APIKey(t.Context(), secret, time.Time{}); return err },
		func(c *h2ogpteapi.Client) error { return c.SetExpiry(t.Context(), secret, time.Time{}, nil) },
		func(c *h2ogpteapi.Client) error {
			return c.SetInactivityInterval(t.Context(), secret, time.Time{}, nil)
		},
		func(c *h2ogpteapi.Client) error { return c.Deactivate(t.Context(), secret, time.Time{}) },
	} {
		s := start(t, h2ogptesim.Options{})
		err := operation(s.client())
		if !errors.Is(err, h2ogpteapi.ErrNotFound) {
			t.Errorf("%d: got %v", i, err)
		}
		holdsNot(t, err, "Hush0123456789")
	}
}

func TestClient_credentialsThatCannotBeSentAreNotTold(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	const secret = "hush\nhush"
	holdsNot(t, list(t, connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: secret})), secret)
	if len(s.Journal()) != 0 {
		t.Error("the request left")
	}
}

// holdsNot checks that nothing of the secret is in the error, neither as it stands nor
// in another writing.
func holdsNot(t *testing.T, err error, secret string) {
	t.Helper()
	e := asError(t, err)
	// The first word of every secret here is written alike everywhere.
	words := strings.FieldsFunc(strings.TrimPrefix(secret, "sk-"), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	beginning := words[0][:min(8, len(words[0]))]
	for _, shown := range []string{err.Error(), fmt.Sprintf("%+v", err), e.Code, e.Message} {
		if strings.Contains(shown, beginning) {
			t.Fatalf("%q is told: %s", secret, shown)
		}
	}
}
