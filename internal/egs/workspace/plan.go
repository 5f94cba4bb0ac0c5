// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ resource.ResourceWithModifyPlan     = (*workspaceResource)(nil)
	_ resource.ResourceWithValidateConfig = (*workspaceResource)(nil)
)

// ValidateConfig implements resource.ResourceWithValidateConfig: the timeouts block
// takes any duration, also one in which nothing can be done.
func (r *workspaceResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	for _, name := range []string{"create", "delete"} {
		at := path.Root("timeouts").AtName(name)
		var text types.String
		if resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, &text)...); resp.Diagnostics.HasError() {
			return
		}
		// What is no duration at all, the block's own validator says.
		if duration, err := time.ParseDuration(text.ValueString()); err == nil && duration <= 0 {
			resp.Diagnostics.AddAttributeError(at, "Invalid timeout", fmt.Sprintf(
				"%s is %q. Set it to a positive duration, for example \"15m\", or leave it out.", name, text.ValueString()))
		}
	}
}

// ModifyPlan implements resource.ResourceWithModifyPlan. What is missing of the
// provider's configuration is to be known before an apply.
func (r *workspaceResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(r.Missing()...)
	if req.State.Raw.IsNull() {
		return
	}
	var plan, state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(state.protected("destroyed")...)
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.replaces(&state) {
		resp.Diagnostics.Append(state.protected("replaced")...)
		resp.Diagnostics.AddWarning(fmt.Sprintf("EGS %s will be replaced", state.object()), fmt.Sprintf(
			"EGS cannot change a workspace. %s and its API keys are deleted: what uses these keys, and the kubeconfigs of the namespaces "+
				"%s, loses access until it has new ones.", state.object(), strings.Join(textsOf(state.Namespaces), ", ")))
	}
	for _, change := range []struct {
		name          string
		before, after types.String
	}{
		{"username", state.UserName, plan.UserName}, {"email", state.Email, plan.Email},
	} {
		if name, before, after := change.name, change.before, change.after; !after.IsUnknown() && !before.Equal(after) && !plan.replaces(&state) {
			resp.Diagnostics.AddAttributeWarning(path.Root(name), fmt.Sprintf("EGS is not told the new %s of %s", name, state.object()), fmt.Sprintf(
				"EGS takes the %s when a workspace is created, and has no call that changes it: only the state changes, from %q to %q.",
				name, before.ValueString(), after.ValueString()))
		}
	}
}

// protected is the error of a plan that destroys or replaces the workspace of the state, if it is protected.
func (m *resourceModel) protected(what string) (diags diag.Diagnostics) {
	if m.Protection.ValueBool() {
		diags.AddAttributeError(path.Root("deletion_protection"), fmt.Sprintf("EGS %s is protected", m.object()), fmt.Sprintf(
			"%s would be %s, and its deletion_protection is true. Set deletion_protection = false and apply that first.", m.object(), what))
	}
	return diags
}

// replaces says whether the plan replaces the workspace of the state, or may do so.
func (m *resourceModel) replaces(state *resourceModel) bool {
	return !m.Name.Equal(state.Name) || !m.Clusters.Equal(state.Clusters) || !m.Namespaces.Equal(state.Namespaces)
}
