// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText bounds what is shown of a text from outside, in bytes.
const maxText = 2048

// Printable makes a text from outside fit for one line of a terminal: it forges no line, and moves, colors and reorders
// nothing. Everything that is printed and that a server, a proxy or a certificate may have written goes through it.
func Printable(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if isUnprintable(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}

// IsPrintable says whether Printable would change nothing but white space at the ends.
func IsPrintable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, isUnprintable)
}

// isUnprintable says whether a rune is a control character, line or paragraph separator, or is invisible and changes how
// others are shown (Unicode Cf: bidirectional overrides, zero-width characters).
func isUnprintable(r rune) bool {
	return unicode.IsControl(r) || r > unicode.MaxLatin1 && unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == '\u00ad'
}

// Clip is Printable, and not endless.
func Clip(s string) string {
	s = Printable(s)
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText], "") + "…"
}
