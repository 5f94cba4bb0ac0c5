// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"encoding/json"
	"strings"
	"unicode"
)

// maxText bounds what is shown of a server's text, in bytes.
const maxText = 2048

// Clip makes a server's text fit for an error: one line, and not endless.
func Clip(s string) string {
	s = Printable(s)
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText], "") + "…"
}

// Printable makes a server's text fit for one line of a terminal.
func Printable(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}

// Sentence ends a text with a full stop, unless it ends a sentence already, as a service's own text may.
func Sentence(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") {
		return s
	}
	return s + "."
}

// Hider replaces secrets in a server's text by "(hidden)", where they may stand as they were sent or as JSON writes
// them. Empty secrets are no secrets. Call it before Clip: what is not printable, or past the end, may be a secret's.
func Hider(secrets ...string) *strings.Replacer {
	const hidden = "(hidden)"
	var pairs []string
	for _, secret := range secrets {
		secret = strings.TrimSpace(secret)
		if secret == "" {
			continue
		}
		pairs = append(pairs, secret, hidden)
		for _, escapeHTML := range []bool{true, false} {
			var quoted strings.Builder
			encoder := json.NewEncoder(&quoted)
			encoder.SetEscapeHTML(escapeHTML)
			_ = encoder.Encode(secret) // A string can always be encoded.
			pairs = append(pairs, quoted.String()[1:quoted.Len()-2], hidden)
		}
	}
	return strings.NewReplacer(pairs...)
}
