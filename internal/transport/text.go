// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is the maximum size, in bytes, of an external text that is shown.
const maxText = 2048

// Printable replaces the characters of an external text that could forge a line, or move, color or reorder text in a terminal.
// Every text of a server, a proxy or a certificate must pass through it before it is printed.
func Printable(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if isUnprintable(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}

// IsPrintable reports whether Printable would change nothing, except for white space at the ends.
func IsPrintable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, isUnprintable)
}

// isUnprintable reports whether a rune is a control character, a line or paragraph separator, or an invisible character that
// changes how others are shown (Unicode Cf: bidirectional overrides, zero-width characters).
func isUnprintable(r rune) bool {
	return unicode.IsControl(r) || r > unicode.MaxLatin1 && unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == '\u00ad'
}

// Clip is Printable, limited to maxText bytes.
func Clip(s string) string {
	s = Printable(s)
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText], "") + "…"
}
