// SPDX-License-Identifier: MPL-2.0

package renewal_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

func TestDate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value types.String
		valid bool
	}{
		"date":                  {types.StringValue("2027-03-31"), true},
		"leap day":              {types.StringValue("2028-02-29"), true},
		"past":                  {types.StringValue("1999-12-31"), true},
		"null":                  {types.StringNull(), true},
		"unknown":               {types.StringUnknown(), true},
		"empty":                 {types.StringValue(""), false},
		"no leap year":          {types.StringValue("2027-02-29"), false},
		"month 13":              {types.StringValue("2027-13-01"), false},
		"day 0":                 {types.StringValue("2027-01-00"), false},
		"one digit":             {types.StringValue("2027-3-31"), false},
		"two digits of a year":  {types.StringValue("27-03-31"), false},
		"five digits of a year": {types.StringValue("12027-03-31"), false},
		"timestamp":             {types.StringValue("2027-03-31T00:00:00Z"), false},
		"other order":           {types.StringValue("31-03-2027"), false},
		"slashes":               {types.StringValue("2027/03/31"), false},
		"blank before":          {types.StringValue(" 2027-03-31"), false},
		"line end":              {types.StringValue("2027-03-31\n"), false},
		"duration":              {types.StringValue("8760h"), false},
		"other digits":          {types.StringValue("２０２７-03-31"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := validator.StringRequest{Path: path.Root("valid_until"), ConfigValue: test.value}
			var response validator.StringResponse
			renewal.Date().ValidateString(t.Context(), request, &response)
			if got := !response.Diagnostics.HasError(); got != test.valid {
				t.Fatalf("valid: %t, want %t: %v", got, test.valid, response.Diagnostics)
			}
			if test.valid {
				return
			}
			got := response.Diagnostics[0]
			if !strings.Contains(got.Detail(), "valid_until is ") || !strings.Contains(got.Detail(), "YYYY-MM-DD") {
				t.Errorf("got %q", got.Detail())
			}
		})
	}
}

func TestDate_description(t *testing.T) {
	t.Parallel()
	v := renewal.Date()
	if plain, markdown := v.Description(t.Context()), v.MarkdownDescription(t.Context()); plain != markdown || !strings.Contains(plain, "YYYY-MM-DD") {
		t.Errorf("got %q and %q", plain, markdown)
	}
}

func TestIsPast(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)
	east := time.FixedZone("UTC+14", 14*60*60)
	west := time.FixedZone("UTC-12", -12*60*60)
	for name, test := range map[string]struct {
		date string
		now  time.Time
		want bool
	}{
		"yesterday":                    {"2026-11-20", noon, true},
		"tomorrow":                     {"2026-11-22", noon, false},
		"last year":                    {"2025-12-31", noon, true},
		"next year":                    {"2027-01-01", noon, false},
		"first moment of the day":      {"2026-11-21", time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), false},
		"past in the east only":        {"2026-11-21", time.Date(2026, 11, 22, 13, 59, 59, 0, east), false},
		"past in the east and in UTC":  {"2026-11-21", time.Date(2026, 11, 22, 14, 0, 0, 0, east), true},
		"same day in the west only":    {"2026-11-21", time.Date(2026, 11, 21, 12, 0, 0, 0, west), true},
		"same day in the west and UTC": {"2026-11-21", time.Date(2026, 11, 21, 11, 59, 59, 0, west), false},
		"empty":                        {"", noon, false},
	} {
		if got := renewal.IsPast(test.date, test.now); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func FuzzIsPast(f *testing.F) {
	// A date in this form has a year of four digits.
	first, last := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC).Unix()-1
	f.Add("2026-11-21", int64(1795262400))
	f.Fuzz(func(t *testing.T, date string, seconds int64) {
		if seconds < first || seconds > last {
			seconds %= -first
		}
		now := time.Unix(seconds, 0)
		day, err := time.Parse(time.DateOnly, date)
		// A day is past when the next day has begun.
		want := err == nil && !now.Before(day.AddDate(0, 0, 1))
		if got := renewal.IsPast(date, now); got != want {
			t.Errorf("%s at %s: got %t", date, now.UTC(), got)
		}
	})
}
