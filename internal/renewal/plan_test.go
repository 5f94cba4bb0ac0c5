// SPDX-License-Identifier: MPL-2.0

package renewal_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

func TestEarlyRenewal(t *testing.T) {
	t.Parallel()
	number := func(n int64) any { return big.NewFloat(float64(n)) }
	for name, test := range map[string]struct {
		early, period any
		want          string
	}{
		"neither":             {nil, nil, ""},
		"a period":            {nil, number(90), ""},
		"both":                {number(14), number(90), ""},
		"one day less":        {number(89), number(90), ""},
		"no period":           {number(14), nil, "early_renewal_days needs expires_in_days"},
		"as long":             {number(90), number(90), "early_renewal_days is 90, and expires_in_days is 90"},
		"longer":              {number(91), number(90), "early_renewal_days is 91, and expires_in_days is 90"},
		"early not known":     {tftypes.UnknownValue, number(90), ""},
		"period not known":    {number(14), tftypes.UnknownValue, ""},
		"early of no period?": {tftypes.UnknownValue, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := schema.Schema{Attributes: map[string]schema.Attribute{
				"early_renewal_days": schema.Int64Attribute{Optional: true},
				"expires_in_days":    schema.Int64Attribute{Optional: true},
			}}
			config := tfsdk.Config{Schema: s, Raw: tftypes.NewValue(s.Type().TerraformType(t.Context()), map[string]tftypes.Value{
				"early_renewal_days": tftypes.NewValue(tftypes.Number, test.early),
				"expires_in_days":    tftypes.NewValue(tftypes.Number, test.period),
			})}
			diags := renewal.EarlyRenewal(t.Context(), config, "expires_in_days")
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
