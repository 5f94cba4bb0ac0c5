// SPDX-License-Identifier: MPL-2.0

package hostile

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
)

// Spellings returns spellings of a secret from which a reader can recover the secret. The map keys describe the spellings.
func Spellings(secret string) map[string]string {
	runes := []rune(secret)
	split := func(by string) string { return string(runes[:len(runes)/2]) + by + string(runes[len(runes)/2:]) }
	reversed := slices.Clone(runes)
	slices.Reverse(reversed)
	var escaped strings.Builder
	for _, r := range runes {
		fmt.Fprintf(&escaped, `\u%04x`, r)
	}
	return map[string]string{
		"unchanged":               secret,
		"in upper case":           strings.ToUpper(secret),
		"in lower case":           strings.ToLower(secret),
		"without dashes":          strings.ReplaceAll(secret, "-", ""),
		"with blanks":             strings.ReplaceAll(secret, "-", " "),
		"in base64":               base64.StdEncoding.EncodeToString([]byte(secret)),
		"in base64 for URLs":      base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"in base64 with a user":   base64.StdEncoding.EncodeToString([]byte("u:" + secret)),
		"in base64 with a name":   base64.StdEncoding.EncodeToString([]byte("{" + secret + "}")),
		"in hexadecimal":          hex.EncodeToString([]byte(secret)),
		"reversed":                string(reversed),
		"with a line end":         split("\r\n"),
		"with a zero-width space": split("\u200b"),
		"with a soft hyphen":      split("\u00ad"),
		"escaped for URLs":        url.QueryEscape(secret),
		"escaped for paths":       url.PathEscape(secret),
		"escaped for HTML":        html.EscapeString(secret),
		"escaped for JSON":        escaped.String(),
		"percent-encoded":         "%" + strings.Join(pairs(hex.EncodeToString([]byte(secret))), "%"),
	}
}

func pairs(s string) (pairs []string) {
	for i := 0; i < len(s); i += 2 {
		pairs = append(pairs, s[i:i+2])
	}
	return pairs
}

// FindSpelling returns the name of a spelling of the secret that has at least eight consecutive bytes in common with the
// text. A spelling shorter than eight bytes must be in the text as a whole. If there is no such spelling, FindSpelling
// returns "".
func FindSpelling(text, secret string) string {
	const length = 8
	for name, spelled := range Spellings(secret) {
		for i := 0; i+min(length, len(spelled)) <= len(spelled); i++ {
			if strings.Contains(text, spelled[i:i+min(length, len(spelled))]) {
				return name
			}
		}
	}
	return ""
}
