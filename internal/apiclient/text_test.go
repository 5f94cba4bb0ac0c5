// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
)

func TestPrintable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{" a b ", "a b"},
		{"a\x00b\r\n\x1b[31mc\u0085d\x7f", "a b   [31mc d"},
		{"a\xffb", "a\uFFFDb"},
		{"ünïcödé", "ünïcödé"},
	} {
		if got := apiclient.Printable(test.text); got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
}

func TestClip(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"short":   {" a\nb ", "a b"},
		"longest": {strings.Repeat("a", 2048), strings.Repeat("a", 2048)},
		"longer":  {strings.Repeat("a", 2049), strings.Repeat("a", 2048) + "…"},
		// The end falls into a two-byte character.
		"cut in a character": {"x" + strings.Repeat("ü", 2048), "x" + strings.Repeat("ü", 1023) + "…"},
	} {
		if got := apiclient.Clip(test.text); got != test.want {
			t.Errorf("%s: got %d bytes, %.40q", name, len(got), got)
		}
	}
}

func TestHider(t *testing.T) {
	t.Parallel()
	hide := apiclient.Hider("", " ", "hush", ` a"b<c> `)
	for text, want := range map[string]string{
		"":                    "",
		"no secret":           "no secret",
		"hush, hush":          "(hidden), (hidden)",
		"hushed":              "(hidden)ed",
		`a"b<c>`:              "(hidden)",
		`{"key":"a\"b<c>"}`:   `{"key":"(hidden)"}`,
		`"a\"b\u003cc\u003e"`: `"(hidden)"`,
	} {
		if got := hide.Replace(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func FuzzHider(f *testing.F) {
	f.Add("45338461-ec42-49d2-aef3-ff39099950c5", "the key ")
	f.Add("a\"\\b\t<>&\u2028", "")
	f.Fuzz(func(t *testing.T, secret, around string) {
		quoted, err := json.Marshal(secret)
		if err != nil {
			t.Fatal(err)
		}
		const instead = "\x00"
		if secret = strings.TrimSpace(secret); secret == "" || strings.Contains(secret, instead) {
			return
		}
		for _, said := range []string{secret, string(quoted)} {
			text := apiclient.Clip(apiclient.Hider(secret).Replace(said))
			if strings.Contains(strings.ReplaceAll(text, "(hidden)", instead), secret) {
				t.Errorf("%q tells %q: %q", said, secret, text)
			}
		}
		clienttest.Presentable(t, apiclient.Clip(around), instead)
	})
}
