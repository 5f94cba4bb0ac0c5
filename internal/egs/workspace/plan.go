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

// ModifyPlan implements resource.ResourceWithModifyPlan. It returns an error if the provider configuration lacks a required
// value, if the workspace lacks an argument that its create requires, or if deletion_protection forbids the plan. It returns
// warnings about a replacement and about changes that EGS does not store.
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
	if plan.ID.IsNull() { // Earlier versions of the provider had no attribute id.
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
			resp.Diagnostics.AddAttributeWarning(path.Root(name), fmt.Sprintf("The %s of EGS %s changes only in the state", name, state.object()), fmt.Sprintf(
				"EGS sets the %s when it creates a workspace and cannot change it. The apply changes only the state, from %q to %q.",
				name, before.ValueString(), after.ValueString()))
		}
	}
}

// incomplete returns an error for each argument that the configuration lacks and that EGS requires to create a workspace.
func (m *resourceModel) incomplete() (diags diag.Diagnostics) {
	for name, value := range map[string]types.String{"username": m.UserName, "email": m.Email} {
		if value.IsNull() {
			diags.AddAttributeError(path.Root(name), "Missing "+name, fmt.Sprintf(
				"EGS requires %s to create %s. Set %[1]s.", name, m.object()))
		}
	}
	if !m.Namespaces.IsUnknown() && len(m.Namespaces.Elements()) == 0 {
		diags.AddAttributeError(path.Root("namespaces"), "Missing namespaces", fmt.Sprintf(
			"EGS requires at least one namespace to create %s. Add one to namespaces.", m.object()))
	}
	return diags
}

// protected returns an error if deletion_protection is true. The parameter what names the operation in the error: "destroyed",
// "deleted" or "replaced".
func (m *resourceModel) protected(what string) (diags diag.Diagnostics) {
	if m.Protection.ValueBool() {
		diags.AddAttributeError(path.Root("deletion_protection"), fmt.Sprintf("EGS %s is protected", m.object()), fmt.Sprintf(
			"EGS %s cannot be %s, since its deletion_protection is true. First set deletion_protection = false and apply this change, without "+
				"-replace and replace_triggered_by. If the workspace is tainted, run terraform untaint before you apply.", m.object(), what))
	}
	return diags
}

// replacement returns the warning of a plan that replaces the workspace. The receiver must be the state and not the plan,
// because the destroy uses the value of delete_api_keys in the state.
func (m *resourceModel) replacement() diag.Diagnostic {
	keys := "API keys that refer to the id of the workspace are also replaced. If the workspace has other API keys, the apply fails, unless " +
		"delete_api_keys = true was applied before."
	if m.DeleteAPIKeys.ValueBool() {
		keys = "All API keys of the workspace are deleted, including those that Terraform does not manage (delete_api_keys)."
	}
	return diag.NewWarningDiagnostic(fmt.Sprintf("EGS %s will be replaced", m.object()), fmt.Sprintf(
		"EGS cannot change a workspace, so Terraform deletes it and creates a new one. %s The existing kubeconfigs of the namespaces (%s) "+
			"stop working.", keys, strings.Join(face.Texts(m.Namespaces), ", ")))
}

// replaces reports whether the plan replaces the workspace, or may replace it because a planned value is unknown.
func (m *resourceModel) replaces(state *resourceModel) bool {
	return !m.Name.Equal(state.Name) || !m.Clusters.Equal(state.Clusters) || !m.Namespaces.Equal(state.Namespaces)
}

// notReturned is the value of username and email in the state after an import, because EGS does not return them. The value is
// not null: if a value is configured, Terraform does not allow a plan to keep null. The validators reject an empty string, so no
// configuration has this value.
const notReturned = ""

// keepNotReturned keeps the value notReturned of the state. So the plan after an import has no changes.
var keepNotReturned = face.KeepIf{
	Reason: "a value that EGS did not return at import is ignored",
	Same: func(_ context.Context, state, _ types.String) bool {
		return state.Equal(types.StringValue(notReturned))
	},
}
