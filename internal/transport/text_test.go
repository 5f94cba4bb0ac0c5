// SPDX-License-Identifier: MPL-2.0

package transport_test

import (
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

func TestPrintable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{" a b ", "a b"},
		{"a\x00b\r\n\x1b[31mc\u0085d\x7f", "a b   [31mc d"},
		{"a\xffb", "a\uFFFDb"},
		{"ünïcödé", "ünïcödé"},
		{"a\u2028Error: b\u2029c", "a Error: b c"},
		{"a\u202eb\u2066c\u200bd\u00ade\ufeff", "a b c d e"},
		{"👩\U000e0001", "👩"},
	} {
		if got := transport.Printable(test.text); got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
		if got, want := transport.IsPrintable(test.text), strings.Trim(test.text, " ") == test.want; got != want {
			t.Errorf("%q: printable is %t", test.text, got)
		}
	}
}

func TestClip(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"short":   {" a\nb ", "a b"},
		"longest": {strings.Repeat("a", 2048), strings.Repeat("a", 2048)},
		"longer":  {strings.Repeat("a", 2049), strings.Repeat("a", 2048) + "…"},
		// The limit of 2048 bytes falls in the middle of a two-byte character.
		"cut in a character": {"x" + strings.Repeat("ü", 2048), "x" + strings.Repeat("ü", 1023) + "…"},
	} {
		if got := transport.Clip(test.text); got != test.want {
			t.Errorf("%s: got %d bytes, %.40q", name, len(got), got)
		}
	}
}
