// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/hostile"
)

func TestSecrets_Hide(t *testing.T) {
	t.Parallel()
	secrets := apiclient.NewSecrets(regexp.MustCompile("sk-[a-z]+"), "", " ", "hush", ` a"b<c> `)
	secrets.Learn("", "learned-0001")
	secrets.LearnListed("", []string{"", "replaced-01"})
	secrets.LearnListed("", []string{"", "listed-0001"})
	for text, want := range map[string]string{
		"":                             "",
		"no secret":                    "no secret",
		"hush, hush":                   "(hidden), (hidden)",
		"hushed":                       "(hidden)ed",
		`a"b<c>`:                       "(hidden)",
		`{"key":"a\"b<c>"}`:            `{"key":"(hidden)"}`,
		`"a\"b\u003cc\u003e"`:          `"(hidden)"`,
		"a LEARNED 0001, 1000-detsil!": "a (hidden), (hidden)!",
		"replaced-01":                  "replaced-01",
		"key learned-00... is":         "key (hidden)... is",
		"key LEARNED0 is":              "key (hidden) is",
		"key 1000-den is":              "key 1000-den is",
		"key listed-00... is":          "key listed-00... is",
		"sk-unknown":                   "(hidden)",
		strings.Repeat("x", 16385):     "(too large to show)",
	} {
		if got := secrets.Hide(text); got != want {
			t.Errorf("%.40q: got %q, want %q", text, got, want)
		}
	}
}

// nested contains texts in which a server may repeat a secret.
var nested = []string{"%s", "no key %s!", "no such key: /keys/%s?x=1", `{"error":"{\"apiKey\":\"%s\"}"}`, "ab%scd", "a\n%s\u2028b"}

func TestSecrets_spellings(t *testing.T) {
	t.Parallel()
	for _, secret := range clienttest.Secrets {
		secrets := apiclient.NewSecrets(nil, secret)
		for name, spelled := range hostile.Spellings(secret) {
			for _, place := range nested {
				text := strings.Replace(place, "%s", spelled, 1)
				if got := secrets.Hide(text); hostile.FindSpelling(got, secret) != "" || !strings.Contains(got, "(hidden)") {
					t.Errorf("%q %s: got %q for %q", secret, name, got, text)
				}
			}
			if !secrets.FoundIn(spelled) || !apiclient.ContainsSecret(spelled, secret) {
				t.Errorf("%q %s is not recognized: %q", secret, name, spelled)
			}
		}
		for _, id := range []string{"", "030b514f342dcf5ac94f3f39726c247e", "b5a1c3d4-0000-4000-8000-123456789abc", "red", "user%40example.com"} {
			if secrets.FoundIn(id) {
				t.Errorf("%q is treated as %q", id, secret)
			}
		}
	}
}

func FuzzSecrets(f *testing.F) {
	f.Add("45338461-ec42-49d2-aef3-ff39099950c5", "the key ")
	f.Add("a\"\\b\t<>&\u2028cdefgh12", "%")
	f.Fuzz(func(t *testing.T, secret, around string) {
		secret = strings.TrimSpace(secret)
		if !utf8.ValidString(secret+around) || len(secret) < 4 || strings.ContainsRune(secret, 0) || len(secret)+len(around) > 1000 {
			return
		}
		secrets := apiclient.NewSecrets(nil, secret)
		if got := secrets.Hide(around + secret + around); strings.Contains(strings.ReplaceAll(got, "(hidden)", "\x00"), secret) {
			t.Errorf("%q is not hidden: %q", secret, got)
		}
	})
}

// BenchmarkSecrets measures Hide with a short error message if the client knows 100,000 keys.
func BenchmarkSecrets(b *testing.B) {
	secrets, listed := apiclient.NewSecrets(nil, "own"), make([]string, 100_000)
	for i := range listed {
		listed[i] = fmt.Sprintf("%08x-ec42-49d2-aef3-ff39099950c5", i)
	}
	secrets.LearnListed("", listed)
	b.ReportAllocs()
	for b.Loop() {
		if got := secrets.Hide("the key " + strings.ToUpper(listed[77]) + " is not known to the controller, and may have expired"); !strings.HasPrefix(got, "the key (hidden) is") {
			b.Fatal(got)
		}
	}
}
