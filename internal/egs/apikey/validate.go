// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *keyResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var role, workspace types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("role"), &role)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("workspace_name"), &workspace)...)
	resp.Diagnostics.Append(missingWorkspace(role, workspace)...)
	resp.Diagnostics.Append(renewal.Validity(ctx, req.Config)...)
	resp.Diagnostics.Append(renewal.Overlap(ctx, req.Config, "validity_period_days", true)...)
}

// missingWorkspace is the error of a role that needs a workspace and has none. What is unknown waits.
func missingWorkspace(role, workspace types.String) (diags diag.Diagnostics) {
	if !workspace.IsNull() || (role.ValueString() != "Editor" && role.ValueString() != "Viewer") {
		return nil
	}
	diags.AddAttributeError(path.Root("workspace_name"), "Missing workspace", fmt.Sprintf(
		"A key of the role %s is for one workspace: set workspace_name to its name. Only an Owner key can do without.",
		role.ValueString()))
	return diags
}
