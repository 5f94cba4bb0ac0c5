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

// Kept returns a string attribute of a resource that is computed by the create and then keeps its value.
func Kept(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// KeptSecret is like Kept, for a sensitive attribute.
func KeptSecret(description string) schema.StringAttribute {
	kept := Kept(description)
	kept.Sensitive = true
	return kept
}

// KeptBool is like Kept, for a bool attribute.
func KeptBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
	}
}

// OneLine returns the validators of a string that is one line and not empty.
func OneLine() []validator.String {
	return []validator.String{
		stringvalidator.LengthAtLeast(1),
		stringvalidator.RegexMatches(regexp.MustCompile(`^\P{Cc}*$`), "must not contain control characters such as line breaks"),
	}
}

// KeepIf is a plan modifier that keeps the value of the state if it is equivalent to the planned value.
type KeepIf struct {
	// Reason is the description of the plan modifier.
	Reason string
	// Same reports whether the values of the state and of the plan are equivalent. It is not called for a create or a destroy.
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

// inferredKey is the key in private state that marks a value as inferred by an import.
const inferredKey = "inferred"

// ReplaceUnlessInferred returns a plan modifier that replaces the resource if the value changes, unless an import inferred the
// value in the state. Such a value is corrected in place, with a warning. detail is a format with two strings: the planned value
// and the value in the state.
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
