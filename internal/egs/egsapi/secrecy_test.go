// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// echoes are the places of an error envelope where a server may repeat what it
// got.
var echoes = map[string]func(string) map[string]any{
	"status":  func(s string) map[string]any { return map[string]any{"status": s} },
	"message": func(s string) map[string]any { return map[string]any{"message": "refused " + s + "!"} },
	"error": func(s string) map[string]any {
		return map[string]any{"error": map[string]any{"message": s, "errorKey": "X"}}
	},
	"errorKey": func(s string) map[string]any {
		return map[string]any{"error": map[string]any{"errorKey": s}}
	},
	"Message":      func(s string) map[string]any { return buried(map[string]any{"Message": s}) },
	"Errormessage": func(s string) map[string]any { return buried(detailed("Errormessage", "no such key: "+s)) },
	"Reason":       func(s string) map[string]any { return buried(detailed("Reason", s)) },
	"Details":      func(s string) map[string]any { return buried(detailed("Details", s)) },
	"Details[]": func(s string) map[string]any {
		return buried(detailed("Details", []any{
			map[string]any{"message": s, "field": "apiKey"},
			map[string]any{"reason": s},
			map[string]any{"message": "unknown field", "field": s},
		}))
	},
	"Errormessage with JSON": func(s string) map[string]any {
		return buried(detailed("Errormessage", "cannot read "+text(map[string]any{"apiKey": s})))
	},
	"past the end": func(s string) map[string]any { return map[string]any{"message": strings.Repeat("x", 2040) + s} },
}

func detailed(member string, value any) map[string]any {
	return map[string]any{"DetailedError": map[string]any{member: value}}
}

// buried is an error whose useful part is JSON in a string.
func buried(nested map[string]any) map[string]any {
	return map[string]any{"error": map[string]any{"data": text(map[string]any{"error": nested})}}
}

func text(value any) string {
	b, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// echo answers requests of a method and path with a refusal that repeats the API
// key of the body and the bearer token.
func echo(method, path string, place func(string) map[string]any) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !is(r, method, path) {
				next.ServeHTTP(w, r)
				return
			}
			var sent struct {
				APIKey string `json:"apiKey"`
			}
			content, _ := io.ReadAll(r.Body)
			_ = json.Unmarshal(content, &sent)
			_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")

			envelope := map[string]any{"statusCode": 403, "status": "REFUSED", "message": "UNKNOWN"}
			for _, secret := range []string{sent.APIKey, token} {
				if secret == "" {
					continue
				}
				maps.Copy(envelope, place(secret))
				break
			}
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, text(envelope))
		})
	}
}

// secretKeys are API keys as users may have them, among them such as JSON writes
// differently, and one with the line end of its file.
var secretKeys = []string{
	"45338461-ec42-49d2-aef3-ff39099950c5",
	"45338461-ec42-49d2-aef3-ff39099950c5\n",
	`hush"hush\hush`,
	"hush<hush>&hush",
	"hush\thush\u0007hush",
	"hüsh-hüsh",
}

func TestClient_errorsHoldNoAPIKey(t *testing.T) {
	t.Parallel()
	for name, place := range echoes {
		for _, secret := range secretKeys {
			t.Run(fmt.Sprintf("%s %q", name, secret), func(t *testing.T) {
				t.Parallel()
				c := start(t, egssim.Options{}, echo("POST", authPath, place))
				holdsNot(t, list(t, c.connect(egsapi.Config{APIKey: secret})), secret)
			})
		}
	}
}

func TestClient_errorsHoldNoDeletedSecret(t *testing.T) {
	t.Parallel()
	for name, place := range echoes {
		for _, secret := range secretKeys {
			t.Run(fmt.Sprintf("%s %q", name, secret), func(t *testing.T) {
				t.Parallel()
				c := start(t, egssim.Options{}, echo("DELETE", keyPath, place))
				c.fail(listAnswer(`{"data":[{"id":"1"}]}`))
				holdsNot(t, c.owner().DeleteAPIKey(t.Context(), egsapi.KeyRef{ID: "1", Secret: secret}), secret)
			})
		}
	}
}

func TestClient_errorsHoldNoToken(t *testing.T) {
	t.Parallel()
	for name, place := range echoes {
		for _, operation := range operations[1:3] {
			for _, opaque := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %s opaque=%t", name, operation.name, opaque), func(t *testing.T) {
					t.Parallel()
					c := start(t, egssim.Options{OpaqueTokens: opaque}, echo(operation.method, operation.path, place))
					token := c.token(c.OwnerKey())
					holdsNot(t, operation.do(t, c.connect(egsapi.Config{AccessToken: token})), token)
				})
			}
		}
	}
}

// The service knows the key that the token was made for, and may name it.
func TestClient_errorsHoldNoAPIKeyAfterLogIn(t *testing.T) {
	t.Parallel()
	for _, operation := range operations[1:] {
		t.Run(operation.name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			c.fail(
				egssim.Fault{Method: operation.method, Path: operation.path, Kind: egssim.FaultStatus, Status: 403, Body: text(map[string]any{
					"statusCode": 403, "status": "FORBIDDEN", "message": "Api Key " + c.OwnerKey() + " has no such right",
				})},
				listAnswer(`{"data":[{"id":"1"}]}`),
			)
			holdsNot(t, operation.do(t, c.owner()), c.OwnerKey())
		})
	}
}

func TestClient_credentialsThatCannotBeSentAreNotTold(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	token := "hush\nhush"
	err := list(t, c.connect(egsapi.Config{AccessToken: token}))
	holdsNot(t, err, token)
	if len(c.Journal()) != 0 {
		t.Error("the request left")
	}
}

// holdsNot checks that nothing of the secret is in the error, neither as it stands
// nor in another writing.
func holdsNot(t *testing.T, err error, secret string) {
	t.Helper()
	e := asError(t, err)
	// The first word of every secret here is written alike everywhere.
	words := strings.FieldsFunc(secret, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	beginning := words[0][:min(8, len(words[0]))]
	for _, shown := range []string{err.Error(), fmt.Sprintf("%+v", err), e.Code, e.Message} {
		if strings.Contains(shown, beginning) {
			t.Fatalf("%q is told: %s", secret, shown)
		}
	}
}
