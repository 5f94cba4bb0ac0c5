// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *keyResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m resourceModel
	resp.Diagnostics.Append(face.Decode(ctx, req.Config, &m)...)
	resp.Diagnostics.Append(missingWorkspace(m.Role, m.WorkspaceName)...)
	resp.Diagnostics.Append(renewal.Validity(m.ValidUntil, m.ValidityPeriodDays, m.EarlyRenewalDays)...)
	resp.Diagnostics.Append(renewal.Overlap("validity_period_days", m.ValidityPeriodDays, m.EarlyRenewalDays, m.OverlapDays, true)...)
}

// missingWorkspace returns an error if the role requires a workspace and workspace is null. It returns no error if the role or
// workspace is unknown.
func missingWorkspace(role, workspace types.String) (diags diag.Diagnostics) {
	if !workspace.IsNull() || (role.ValueString() != "Editor" && role.ValueString() != "Viewer") {
		return nil
	}
	diags.AddAttributeError(path.Root("workspace_name"), "Missing workspace", fmt.Sprintf(
		"A key with the role %s requires workspace_name. Set it to the name of a workspace. It is optional for the role Owner only.",
		role.ValueString()))
	return diags
}
