// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"strings"
	"testing"
)

func TestIsObjectName(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("a.", 126) + "a"
	for name, want := range map[string]bool{
		"a": true, "a100": true, "0": true, "a-b.c": true, longest: true, strings.Repeat("a", 253): true, "a--b": true,
		"": false, "a..b": false, ".a": false, "a.": false, "a-.b": false, "a.-b": false, "-a": false, "A": false, "a_b": false, "a\n": false, "aa" + longest: false,
	} {
		if IsObjectName(name) != want {
			t.Errorf("%q: got %t", name, !want)
		}
	}
}
