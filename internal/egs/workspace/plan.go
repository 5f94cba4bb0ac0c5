// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. What is missing of the
// provider's configuration is to be known before an apply.
func (r *workspaceResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(r.Missing()...)
	var plan, state resourceModel
	if req.State.Raw.IsNull() {
		resp.Diagnostics.Append(face.Decode(ctx, req.Config, &plan)...)
		resp.Diagnostics.Append(plan.incomplete()...)
		return
	}
	resp.Diagnostics.Append(face.Decode(ctx, req.State, &state)...)
	resp.Diagnostics.Append(noun.Intact(noun.Identity, state.Name)...)
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(state.protected("destroyed")...)
		return
	}
	resp.Diagnostics.Append(face.Decode(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.ID.IsNull() { // An earlier version wrote the state.
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), plan.Name)...)
	}
	if plan.replaces(&state) {
		resp.Diagnostics.Append(state.protected("replaced")...)
		if resp.Diagnostics.HasError() {
			return
		}
		resp.Diagnostics.Append(state.replacement())
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

// incomplete is the error of a configuration that lacks what EGS requires when it creates a workspace.
func (m *resourceModel) incomplete() (diags diag.Diagnostics) {
	for name, value := range map[string]types.String{"username": m.UserName, "email": m.Email} {
		if value.IsNull() {
			diags.AddAttributeError(path.Root(name), "Missing "+name, fmt.Sprintf(
				"EGS requires the %s of the user when it creates %s. Set %[1]s.", name, m.object()))
		}
	}
	if !m.Namespaces.IsUnknown() && len(m.Namespaces.Elements()) == 0 {
		diags.AddAttributeError(path.Root("namespaces"), "Missing namespaces", fmt.Sprintf(
			"EGS requires at least one namespace when it creates %s. Add one to namespaces.", m.object()))
	}
	return diags
}

// protected is the error of destroying or replacing the workspace of the state, if it is protected.
func (m *resourceModel) protected(what string) (diags diag.Diagnostics) {
	if m.Protection.ValueBool() {
		diags.AddAttributeError(path.Root("deletion_protection"), fmt.Sprintf("EGS %s is protected", m.object()), fmt.Sprintf(
			"EGS %s would be %s, and its deletion_protection is true. Set deletion_protection = false and apply that first, without "+
				"-replace and replace_triggered_by, and after terraform untaint if the workspace is tainted.", m.object(), what))
	}
	return diags
}

// replacement is the warning of a replacement. What becomes of API keys is decided by the state, as in removeKeys.
func (m *resourceModel) replacement() diag.Diagnostic {
	keys := "API keys that refer to its id are replaced with it. Any other API key of the workspace stops the apply, unless " +
		"delete_api_keys = true was applied before."
	if m.DeleteAPIKeys.ValueBool() {
		keys = "All its API keys are deleted, also those that Terraform does not manage (delete_api_keys)."
	}
	return diag.NewWarningDiagnostic(fmt.Sprintf("EGS %s will be replaced", m.object()), fmt.Sprintf(
		"EGS cannot change a workspace: Terraform deletes it and creates another one. %s The kubeconfigs of its namespaces (%s) stop "+
			"working.", keys, strings.Join(face.Texts(m.Namespaces), ", ")))
}

// replaces says whether the plan replaces the workspace of the state, or may do so.
func (m *resourceModel) replaces(state *resourceModel) bool {
	return !m.Name.Equal(state.Name) || !m.Clusters.Equal(state.Clusters) || !m.Namespaces.Equal(state.Namespaces)
}

// untold stands in the state for what EGS does not tell of a workspace that was imported. It is not null: Terraform
// lets a plan keep a prior value against the configuration only if there is one. No configuration may say the same.
const untold = ""

// keepUntold keeps what is not known, so that an import makes no difference.
var keepUntold = face.KeepIf{
	Reason: "a value that EGS did not tell at import is no difference",
	Same: func(_ context.Context, state, _ types.String) bool {
		return state.Equal(types.StringValue(untold))
	},
}
