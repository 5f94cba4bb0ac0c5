// SPDX-License-Identifier: MPL-2.0

package renewal_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

func TestExpiry_Warning(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		date   string
		within int64
		// verb and when are "" for no warning.
		verb, when string
	}{
		"later":                 {"2026-12-06", 14, "", ""},
		"first day":             {"2026-12-05", 14, "expires", "in 14 days"},
		"tomorrow":              {"2026-11-22", 14, "expires", "in 1 day"},
		"today":                 {"2026-11-21", 14, "expires", "today"},
		"yesterday":             {"2026-11-20", 14, "expired", "1 day ago"},
		"last year":             {"2025-11-21", 14, "expired", "365 days ago"},
		"today, turned off":     {"2026-11-21", 0, "", ""},
		"last year, turned off": {"2025-11-21", 0, "", ""},
		"never":                 {"", 14, "", ""},
		"no date":               {"soon", 14, "", ""},
		"window of a century":   {"2027-03-31", 36500, "expires", "in 130 days"},
	} {
		at := path.Root("valid_until")
		got := renewal.Expiry{Attribute: at, Key: `EGS API key "ci"`, ID: "17", Date: test.date, Remedy: "Do something."}.Warning(noon, test.within)
		var want diag.Diagnostics
		if test.verb != "" {
			want.AddAttributeWarning(at, `EGS API key "ci" `+test.verb+" on "+test.date+" (id 17)",
				"The key "+test.verb+" "+test.when+". Do something. The provider's expiry_warning_days sets how early this warning appears.")
		}
		if !got.Equal(want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}
