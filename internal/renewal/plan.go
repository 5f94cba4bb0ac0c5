// SPDX-License-Identifier: MPL-2.0

package renewal

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const replaceIfChanged = "a change replaces the resource; setting it for the first time or removing it does not"

// ReplaceIfPeriodChanged replaces a resource whose period changes from one number
// to another. A resource that takes one on, or gives it up, stays.
func ReplaceIfPeriodChanged() planmodifier.Int64 {
	return int64planmodifier.RequiresReplaceIf(
		func(_ context.Context, req planmodifier.Int64Request, resp *int64planmodifier.RequiresReplaceIfFuncResponse) {
			resp.RequiresReplace = !req.StateValue.IsNull() && !req.PlanValue.IsNull()
		}, replaceIfChanged, replaceIfChanged)
}

// ReplaceIfTriggersChanged replaces a resource whose triggers change. A resource
// that takes some on for the first time, or gives all of them up, stays; an empty
// map is none.
func ReplaceIfTriggersChanged() planmodifier.Map {
	return mapplanmodifier.RequiresReplaceIf(
		func(_ context.Context, req planmodifier.MapRequest, resp *mapplanmodifier.RequiresReplaceIfFuncResponse) {
			some := func(m types.Map) bool { return m.IsUnknown() || len(m.Elements()) > 0 }
			resp.RequiresReplace = some(req.StateValue) && some(req.PlanValue)
		}, replaceIfChanged, replaceIfChanged)
}

// Validity checks that either a date (valid_until) or a period is set, and that
// early_renewal_days comes with a period and is less. Stock validators of several
// attributes walk the whole configuration for each path, which costs more than all
// the rest of the validation.
func Validity() resource.ConfigValidator { return validity{} }

type validity struct{}

func (validity) Description(context.Context) string {
	return "exactly one of valid_until and validity_period_days is needed, and early_renewal_days must be less than the latter"
}

func (v validity) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (validity) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var until types.String
	var early, period types.Int64
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("valid_until"), &until)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("validity_period_days"), &period)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("early_renewal_days"), &early)...)
	if period.IsUnknown() {
		return
	}
	if !until.IsUnknown() && until.IsNull() == period.IsNull() {
		how := "Neither is."
		if !until.IsNull() {
			how = "Both are."
		}
		resp.Diagnostics.AddAttributeError(path.Root("valid_until"), "Invalid validity",
			"Exactly one of valid_until and validity_period_days must be set: a fixed date, or how many days a key is valid from its "+
				"creation on. "+how)
		return
	}
	checkEarlyRenewal("validity_period_days", period, early, &resp.Diagnostics)
}

// EarlyRenewal checks that early_renewal_days comes with the period, which is the
// attribute of that name, and is less.
func EarlyRenewal(period string) resource.ConfigValidator { return earlyRenewal{period} }

type earlyRenewal struct{ period string }

func (v earlyRenewal) Description(context.Context) string {
	return "early_renewal_days needs " + v.period + ", and must be less"
}

func (v earlyRenewal) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v earlyRenewal) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var early, period types.Int64
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(v.period), &period)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("early_renewal_days"), &early)...)
	if !period.IsUnknown() {
		checkEarlyRenewal(v.period, period, early, &resp.Diagnostics)
	}
}

// checkEarlyRenewal adds what is wrong with early_renewal_days beside a period, which
// is the attribute of that name and known.
func checkEarlyRenewal(name string, period, early types.Int64, diags *diag.Diagnostics) {
	switch {
	case early.IsNull() || early.IsUnknown():
	case period.IsNull():
		diags.AddAttributeError(path.Root("early_renewal_days"), "Early renewal without a period", fmt.Sprintf(
			"early_renewal_days needs %s, which tells how long the renewed key is valid. Set %s, or leave early_renewal_days out.",
			name, name))
	case early.ValueInt64() >= period.ValueInt64():
		diags.AddAttributeError(path.Root("early_renewal_days"), "Early renewal is too early", fmt.Sprintf(
			"early_renewal_days is %d, and %s is %d: every key would be due for renewal at once. Set early_renewal_days to less than %s.",
			early.ValueInt64(), name, period.ValueInt64(), name))
	}
}
