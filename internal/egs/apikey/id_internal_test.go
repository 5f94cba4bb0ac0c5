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
	// The input can be a secret, so each error must be one of these constant texts.
	var errorTexts []string
	for _, given := range []string{"", "/", "45338461-ec42-49d2-aef3-ff39099950c5"} {
		f.Add(given)
		_, _, err := parseImportID(given)
		errorTexts = append(errorTexts, err.Error())
	}
	f.Fuzz(func(t *testing.T, given string) {
		id, workspace, err := parseImportID(given)
		if err != nil {
			if !slices.Contains(errorTexts, err.Error()) {
				t.Errorf("parseImportID(%q) returned an unexpected error: %v", given, err)
			}
			return
		}
		if again := strings.TrimPrefix(workspace+"/"+id, "/"); again != given {
			t.Errorf("parseImportID(%q) = id %q, workspace %q", given, id, workspace)
		}
		if id == "" || strings.Contains(id, "/") {
			t.Errorf("parseImportID(%q) = invalid id %q", given, id)
		}
	})
}
