// SPDX-License-Identifier: MPL-2.0

package renewal_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

func TestEarlyRenewal(t *testing.T) {
	t.Parallel()
	none, number, unknown := types.Int64Null(), types.Int64Value, types.Int64Unknown()
	for name, test := range map[string]struct {
		early, period types.Int64
		want          string
	}{
		"neither":                    {none, none, ""},
		"a period":                   {none, number(90), ""},
		"both":                       {number(14), number(90), ""},
		"one day less":               {number(89), number(90), ""},
		"no period":                  {number(14), none, "early_renewal_days requires expires_in_days"},
		"as long":                    {number(90), number(90), "early_renewal_days is 90, and expires_in_days is 90"},
		"longer":                     {number(91), number(90), "early_renewal_days is 91, and expires_in_days is 90"},
		"early not known":            {unknown, number(90), ""},
		"period not known":           {number(14), unknown, ""},
		"early not known, no period": {unknown, none, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diags := renewal.EarlyRenewal("expires_in_days", test.period, test.early)
			switch {
			case test.want == "" && len(diags) > 0:
				t.Errorf("got %v", diags)
			case test.want == "":
			case len(diags) != 1 || !strings.Contains(diags[0].Detail(), test.want):
				t.Errorf("got %v, want %q", diags, test.want)
			}
		})
	}
}
