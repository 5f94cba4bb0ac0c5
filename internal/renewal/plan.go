// SPDX-License-Identifier: MPL-2.0

package renewal

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Validity checks that either valid_until or validity_period_days is set. It also checks that early_renewal_days is set
// only with validity_period_days, and is less than validity_period_days. The validators of HashiCorp for several attributes
// are not used: they search the whole configuration for each path, and this search takes longer than the rest of the
// validation.
func Validity(until types.String, period, early types.Int64) (diags diag.Diagnostics) {
	if period.IsUnknown() {
		return diags
	}
	if !until.IsUnknown() && until.IsNull() == period.IsNull() {
		how := "Neither is set."
		if !until.IsNull() {
			how = "Both are set."
		}
		diags.AddAttributeError(path.Root("valid_until"), "Invalid validity period",
			"Exactly one of valid_until and validity_period_days must be set: a fixed date, or a number of days from the creation of the key. "+
				how)
		return diags
	}
	return EarlyRenewal("validity_period_days", period, early)
}

// EarlyRenewal checks that early_renewal_days is set only with the period, and is less than the period. name is the
// attribute of the period. EarlyRenewal skips unknown values.
func EarlyRenewal(name string, period, early types.Int64) (diags diag.Diagnostics) {
	switch {
	case early.IsNull() || early.IsUnknown() || period.IsUnknown():
	case period.IsNull():
		diags.AddAttributeError(path.Root("early_renewal_days"), "Early renewal without a period", fmt.Sprintf(
			"early_renewal_days requires %s, the validity period of the renewed key. Set %s, or omit early_renewal_days.",
			name, name))
	case early.ValueInt64() >= period.ValueInt64():
		diags.AddAttributeError(path.Root("early_renewal_days"), "Early renewal is too early", fmt.Sprintf(
			"early_renewal_days is %d, and %s is %d: every key would be due for renewal immediately. Set early_renewal_days to less than %s.",
			early.ValueInt64(), name, period.ValueInt64(), name))
	}
	return diags
}
