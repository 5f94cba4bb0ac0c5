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

// Kept is a text of a resource that is computed when it is created, and stays in a plan.
func Kept(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// KeptSecret is a Kept that is a secret.
func KeptSecret(description string) schema.StringAttribute {
	kept := Kept(description)
	kept.Sensitive = true
	return kept
}

// KeptBool is a truth value of a resource, as Kept is a text.
func KeptBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
	}
}

// OneLine validates a text that is not empty and has one line.
func OneLine() []validator.String {
	return []validator.String{
		stringvalidator.LengthAtLeast(1),
		stringvalidator.RegexMatches(regexp.MustCompile(`^\P{Cc}*$`), "must not contain control characters such as line breaks"),
	}
}

// KeepIf is a plan modifier that keeps the value of the state where it is as good as the planned one.
type KeepIf struct {
	// Reason is its description.
	Reason string
	// Same compares the values of the state and of the plan. It is not called for a create or a destroy.
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

// inferredKey in private state says that an import inferred a value.
const inferredKey = "inferred"

// ReplaceUnlessInferred is a plan modifier: another value replaces the resource, except where the value in the state was
// inferred by an import. Then it is corrected in place, with a warning, whose text has the planned value and that of the state.
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
