// SPDX-License-Identifier: MPL-2.0

package clienttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// Secrets are API keys as users may have them, among them such as JSON or a URL writes differently.
var Secrets = []string{
	"45338461-ec42-49d2-aef3-ff39099950c5",
	"sk-Hush0123456789abcdefHush",
	`hush-hush"hush\hush`,
	"hush/hushhush%hush?hush#hush+hush=",
	"hush<hushhush>&hush hush",
	"hüsh-hushhush",
}

// Echoes checks that no error holds a secret. do gets an error of a service that repeats the secret in its response, at one
// of these places.
func Echoes(t *testing.T, places map[string]func(secret string) any, secrets []string, do func(t *testing.T, body, secret string) error) {
	t.Helper()
	for name, place := range places {
		for _, secret := range secrets {
			t.Run(fmt.Sprintf("%s %q", name, secret), func(t *testing.T) {
				t.Parallel()
				HoldsNot(t, do(t, JSON(place(secret)), secret), secret)
			})
		}
	}
}

// HoldsNot checks that an error does not hold the secret, in whatever form.
func HoldsNot(t *testing.T, err error, secret string) {
	t.Helper()
	e, ok := errors.AsType[*apiclient.Error](err)
	if !ok {
		t.Fatalf("got %v, want an *apiclient.Error", err)
	}
	// Its longest word is written alike in every form.
	words := strings.FieldsFunc(secret, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	longest := ""
	for _, word := range words {
		if len(word) > len(longest) {
			longest = word
		}
	}
	for _, shown := range []string{err.Error(), fmt.Sprintf("%+v", *e)} {
		if strings.Contains(shown, longest[:min(8, len(longest))]) {
			t.Fatalf("%q is shown: %s", secret, shown)
		}
	}
}

// Presentable checks that a text can be shown: on one line, not too long, without the secret.
func Presentable(t *testing.T, text, secret string) {
	t.Helper()
	if strings.ContainsFunc(text, unicode.IsControl) || !utf8.ValidString(text) || len(text) > 2048+len("…") || strings.Contains(text, secret) {
		t.Errorf("not fit to be shown: %q", text)
	}
}

// JSON is the value as JSON.
func JSON(value any) string {
	b, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(b)
}
