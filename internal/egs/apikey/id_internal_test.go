// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"slices"
	"strings"
	"testing"
)

func FuzzParseImportID(f *testing.F) {
	f.Add("030b514f342dcf5ac94f3f39726c247e")
	f.Add("red/030b514f342dcf5ac94f3f39726c247e")
	// What is given may be a secret, so all that is refused gets one of these.
	var refusals []string
	for _, given := range []string{"", "/", "45338461-ec42-49d2-aef3-ff39099950c5"} {
		f.Add(given)
		_, _, err := parseImportID(given)
		refusals = append(refusals, err.Error())
	}
	f.Fuzz(func(t *testing.T, given string) {
		id, workspace, err := parseImportID(given)
		if err != nil {
			if !slices.Contains(refusals, err.Error()) {
				t.Errorf("%q gets an error of its own: %v", given, err)
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
