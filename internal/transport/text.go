// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is the maximum size, in bytes, of a text from outside that errors and logs show.
const maxText = 2048

// Printable returns the text without characters that could fake a line of output, or move, color or reorder text in a
// terminal. A space replaces each of these characters, and white space at the ends is removed. Every text from a server, a
// proxy or a certificate must pass through Printable before it is printed.
func Printable(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if isUnprintable(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}

// IsPrintable reports whether the text has no characters that Printable replaces.
func IsPrintable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, isUnprintable)
}

// isUnprintable reports whether a rune is a control character, a line or paragraph separator, or an invisible formatting
// character. Invisible formatting characters (Unicode category Cf) can change how neighboring characters are shown, for
// example reverse their order.
func isUnprintable(r rune) bool {
	return unicode.IsControl(r) || r > unicode.MaxLatin1 && unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == '\u00ad'
}

// Clip is like Printable, but cuts off a text that is longer than maxText bytes.
func Clip(s string) string {
	s = Printable(s)
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText], "") + "…"
}
