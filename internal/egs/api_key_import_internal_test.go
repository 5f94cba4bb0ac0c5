// SPDX-License-Identifier: MPL-2.0

package egs

import (
	"strings"
	"testing"
)

func FuzzParseImportID(f *testing.F) {
	for _, id := range []string{
		"030b514f342dcf5ac94f3f39726c247e", "red/030b514f342dcf5ac94f3f39726c247e", "45338461-ec42-49d2-aef3-ff39099950c5", "/", "", "a b",
	} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, given string) {
		id, workspace, err := parseImportID(given)
		if err != nil {
			// What was given may be a secret.
			if len(given) > 8 && strings.Contains(err.Error(), given) {
				t.Errorf("the error repeats %q", given)
			}
			return
		}
		if again := strings.TrimPrefix(workspace+"/"+id, "/"); again != given {
			t.Errorf("%q was read as %q of %q", given, id, workspace)
		}
		if id == "" || strings.Contains(id, "/") {
			t.Errorf("%q was read as the id %q", given, id)
		}
	})
}
