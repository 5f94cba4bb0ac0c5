// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Kept returns a computed string attribute of a resource. The create sets its value, and later plans keep the value.
func Kept(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// KeptSecret is like Kept, but the attribute is sensitive.
func KeptSecret(description string) schema.StringAttribute {
	kept := Kept(description)
	kept.Sensitive = true
	return kept
}

// KeptBool is like Kept, but the attribute is a bool.
func KeptBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
	}
}

// OneLine returns validators for a string that is not empty and contains no control characters, such as line breaks.
func OneLine() []validator.String {
	return []validator.String{
		stringvalidator.LengthAtLeast(1),
		stringvalidator.RegexMatches(regexp.MustCompile(`^\P{Cc}*$`), "must not contain control characters such as line breaks"),
	}
}

// KeepIf is a plan modifier. If the planned value is equivalent to the value in the state, the plan keeps the value in the
// state.
type KeepIf struct {
	// Reason is the description of the plan modifier.
	Reason string
	// Same reports whether the value in the state and the planned value are equivalent. Same is not called in the plan of a
	// create or a destroy.
	Same func(ctx context.Context, state, plan types.String) bool
}

// Description implements planmodifier.String.
func (k KeepIf) Description(context.Context) string { return k.Reason }

// MarkdownDescription implements planmodifier.String.
func (k KeepIf) MarkdownDescription(context.Context) string { return k.Reason }

// PlanModifyString implements planmodifier.String.
func (k KeepIf) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !req.State.Raw.IsNull() && !req.Plan.Raw.IsNull() && k.Same(ctx, req.StateValue, req.PlanValue) {
		resp.PlanValue = req.StateValue
	}
}

// inferredKey is a key in private state. It is set while the state contains a value that an import inferred.
const inferredKey = "inferred"

// ReplaceUnlessInferred returns a plan modifier. If the value changes, the modifier replaces the resource, unless an import
// inferred the value in the state. In that case, the plan corrects the value in place, with a warning that has this summary and
// detail. The parameter detail is a format with two strings: the planned value and the value in the state.
func ReplaceUnlessInferred(summary, detail string) planmodifier.String {
	const description = "Another value replaces the resource, unless the value in the state was inferred by an import."
	return stringplanmodifier.RequiresReplaceIf(
		func(ctx context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
			inferred, diags := req.Private.GetKey(ctx, inferredKey)
			resp.Diagnostics.Append(diags...)
			if resp.RequiresReplace = inferred == nil; !resp.RequiresReplace && !req.PlanValue.IsUnknown() {
				resp.Diagnostics.AddAttributeWarning(req.Path, summary,
					fmt.Sprintf(detail, req.PlanValue.ValueString(), req.StateValue.ValueString()))
			}
		}, description, description)
}
