// SPDX-License-Identifier: MPL-2.0

package renewal

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Validity checks that either a date (valid_until) or a period is set, and that early_renewal_days comes with a period
// and is less. Stock validators of several attributes walk the whole configuration for each path, which costs more than
// all the rest of the validation.
func Validity(until types.String, period, early types.Int64) (diags diag.Diagnostics) {
	if period.IsUnknown() {
		return diags
	}
	if !until.IsUnknown() && until.IsNull() == period.IsNull() {
		how := "Neither is."
		if !until.IsNull() {
			how = "Both are."
		}
		diags.AddAttributeError(path.Root("valid_until"), "Invalid validity",
			"Exactly one of valid_until and validity_period_days must be set: a fixed date, or how many days a key is valid from its "+
				"creation on. "+how)
		return diags
	}
	return EarlyRenewal("validity_period_days", period, early)
}

// EarlyRenewal checks that early_renewal_days comes with the period, which is the attribute of that name, and is less.
// What is not known waits.
func EarlyRenewal(name string, period, early types.Int64) (diags diag.Diagnostics) {
	switch {
	case early.IsNull() || early.IsUnknown() || period.IsUnknown():
	case period.IsNull():
		diags.AddAttributeError(path.Root("early_renewal_days"), "Early renewal without a period", fmt.Sprintf(
			"early_renewal_days needs %s, which tells how long the renewed key is valid. Set %s, or leave early_renewal_days out.",
			name, name))
	case early.ValueInt64() >= period.ValueInt64():
		diags.AddAttributeError(path.Root("early_renewal_days"), "Early renewal is too early", fmt.Sprintf(
			"early_renewal_days is %d, and %s is %d: every key would be due for renewal at once. Set early_renewal_days to less than %s.",
			early.ValueInt64(), name, period.ValueInt64(), name))
	}
	return diags
}
