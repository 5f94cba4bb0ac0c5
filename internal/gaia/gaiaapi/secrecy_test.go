// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// echoes are the places of a refusal where a server may repeat what it got.
var echoes = map[string]func(string) any{
	"detail":       func(s string) any { return "no such key: " + s + "!" },
	"in a path":    func(s string) any { return "Cannot PUT " + keysPath + url.PathEscape(s) + "?a=" + url.QueryEscape(s) },
	"JSON in it":   func(s string) any { return "cannot read " + text(map[string]any{"api_key": s}) },
	"past the end": func(s string) any { return strings.Repeat("x", 2040) + s },
	"loc":          func(s string) any { return []any{map[string]any{"loc": []any{"path", s}, "msg": "bad", "type": "t"}} },
	"msg":          func(s string) any { return []any{map[string]any{"loc": []any{"path", 0}, "msg": s, "type": "t"}} },
	"type":         func(s string) any { return []any{map[string]any{"loc": []any{}, "msg": "bad", "type": s}} },
	"object":       func(s string) any { return map[string]any{s: s} },
}

// secretKeys are API keys as users may have them, among them such as JSON or a URL writes
// differently.
var secretKeys = []string{
	"45338461-ec42-49d2-aef3-ff39099950c5",
	`hush"hush\hush`,
	"hush/hush%hush?hush#hush+hush=",
	"hush<hush>&hush hush",
	"hüsh-hushhush",
}

// operations are what a client can be asked for.
var operations = map[string]struct {
	method string
	do     func(ctx context.Context, c *gaiaapi.Client, secret string) error
}{
	"list API keys": {"GET", func(ctx context.Context, c *gaiaapi.Client, _ string) error {
		_, err := c.APIKeys(ctx)
		return err
	}},
	"create API key": {"POST", func(ctx context.Context, c *gaiaapi.Client, _ string) error {
		_, err := c.CreateAPIKey(ctx, readKey())
		return err
	}},
	"update API key": {"PUT", func(ctx context.Context, c *gaiaapi.Client, secret string) error {
		return c.UpdateAPIKey(ctx, secret, readKey())
	}},
	"delete API key": {"DELETE", func(ctx context.Context, c *gaiaapi.Client, secret string) error {
		return c.DeleteAPIKey(ctx, gaiaapi.APIKeyID(secret), secret, time.Time{})
	}},
}

// faults are such that responses or errors of other libraries may quote a key.
var faults = []simulation.Fault{
	{Kind: simulation.FaultStatus, Status: http.StatusNotFound},
	{Kind: simulation.FaultStatus, Status: http.StatusServiceUnavailable},
	{Kind: simulation.FaultDropBefore},
	{Kind: simulation.FaultDropAfterCommit},
	{Kind: simulation.FaultEmpty},
	{Kind: simulation.FaultTruncate},
	{Kind: simulation.FaultOverrun},
	{Kind: simulation.FaultGarbled},
	{Kind: simulation.FaultHTML},
	{Kind: simulation.FaultRedirect, Location: "https://elsewhere.example/"},
}

// TestClient_errorsHoldNoKey has the service repeat the client's own key or the one that
// the request is about.
func TestClient_errorsHoldNoKey(t *testing.T) {
	t.Parallel()
	for place, echo := range echoes {
		for name, operation := range operations {
			for _, own := range []bool{true, false} {
				for _, secret := range secretKeys {
					t.Run(fmt.Sprintf("%s %s own=%t %q", place, name, own, secret), func(t *testing.T) {
						t.Parallel()
						endpoint := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
							if r.Method == http.MethodGet && operation.method != http.MethodGet {
								_, _ = io.WriteString(w, text([]any{
									map[string]any{"api_key": secret, "config": map[string]any{}},
									map[string]any{"api_key": "another", "config": map[string]any{}},
								}))
								return
							}
							w.WriteHeader(http.StatusUnprocessableEntity)
							_, _ = io.WriteString(w, text(map[string]any{"detail": echo(secret)}))
						}))
						config := gaiaapi.Config{Endpoint: endpoint, APIKey: "another"}
						about := secret
						if own || operation.method == http.MethodGet || operation.method == http.MethodPost {
							config.APIKey, about = secret, "another"
						}
						holdsNot(t, operation.do(t.Context(), connect(config), about), secret)
					})
				}
			}
		}
	}
}

// Also a key that the client does not know is hidden, if it has the usual form.
func TestClient_errorsHoldNoForeignKey(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	_, foreign := s.key()
	s.fail(simulation.Fault{Method: "POST", Kind: simulation.FaultStatus, Status: 409, Body: text(map[string]any{"detail": "exists: " + foreign})})
	_, err := s.admin().CreateAPIKey(t.Context(), readKey())
	holdsNot(t, err, foreign)
	if !strings.Contains(err.Error(), "HTTP 409: exists: (hidden)") {
		t.Errorf("got %v", err)
	}
}

// TestClient_errorsOfFaultsHoldNoKey has every fault in every operation, and looks for keys
// in every form. What is logged the acceptance tests look at.
func TestClient_errorsOfFaultsHoldNoKey(t *testing.T) {
	t.Parallel()
	for formName, form := range keyForms {
		for name, operation := range operations {
			for i, fault := range faults {
				t.Run(fmt.Sprintf("%s %s %s %d", formName, name, fault.Kind, i), func(t *testing.T) {
					t.Parallel()
					s := start(t, gaiasim.Options{KeyForm: form})
					_, secret := s.key()
					fault.Method = operation.method
					s.fail(always(fault))
					shown := fmt.Sprintf("%+v", operation.do(t.Context(), s.admin(), secret))
					for _, key := range s.Keys() {
						secret := s.Secret(key.ID)
						for _, shape := range []string{secret, url.PathEscape(secret), url.QueryEscape(secret), strings.Trim(text(secret), `"`)} {
							if strings.Contains(shown, shape) {
								t.Errorf("a key is shown: %s", shown)
							}
						}
					}
				})
			}
		}
	}
}

func TestClient_redirectsTellNoMoreThanTheHost(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	s.fail(simulation.Fault{Kind: simulation.FaultRedirect, Location: "https://sso.example/login?key=hush"})
	_, err := s.admin().APIKeys(t.Context())
	if e := asError(t, err); !e.Foreign() || !strings.Contains(e.Error(), "redirects to https://sso.example, and") || strings.Contains(e.Error(), "hush") {
		t.Errorf("got %v", err)
	}
}

func TestClient_keyThatCannotBeSentIsNotTold(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	_, err := s.connect(gaiaapi.Config{APIKey: "hush\nhush"}).APIKeys(t.Context())
	holdsNot(t, err, "hush\nhush")
	if len(s.Journal()) != 0 {
		t.Error("the request left")
	}
}

// holdsNot checks that nothing of the secret is in the error, neither as it stands
// nor in another writing.
func holdsNot(t *testing.T, err error, secret string) {
	t.Helper()
	e := asError(t, err)
	// The first word of every secret here is written alike everywhere, but for a letter
	// that URLs and JSON may escape.
	words := strings.FieldsFunc(secret, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	longest := words[0]
	for _, word := range words {
		if len(word) > len(longest) {
			longest = word
		}
	}
	beginning := longest[:min(8, len(longest))]
	for _, shown := range []string{err.Error(), fmt.Sprintf("%+v", err), e.Code, e.Message} {
		if strings.Contains(shown, beginning) {
			t.Fatalf("%q is told: %s", secret, shown)
		}
	}
}
