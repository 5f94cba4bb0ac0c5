// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
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

// pastDate returns an error if valid_until is earlier than the date of the parameter now in UTC.
func pastDate(plan *resourceModel, now time.Time) (diags diag.Diagnostics) {
	if date := plan.ValidUntil.ValueString(); renewal.IsPast(date, now) {
		diags.AddAttributeError(path.Root("valid_until"), "valid_until is in the past", fmt.Sprintf(
			"%s cannot be created with valid_until = %q: today is %s (UTC). Set a later date, or remove the resource from the configuration. "+
				"To destroy all resources although this key no longer exists, run terraform destroy -refresh=false.",
			plan.object(), date, now.UTC().Format(time.DateOnly)))
	}
	return diags
}

// ownKey returns an error if the key is the one that the provider logs in with.
func ownKey(api *egsapi.Client, state *model) (diags diag.Diagnostics) {
	if id := state.ID.ValueString(); api.IsOwn(state.idAndSecret()) {
		diags.AddError("Unable to delete the provider's own EGS API key", fmt.Sprintf(
			"%s with the id %s is the key that the provider logs in with. Without it, Terraform can neither continue nor create "+
				"another key.\n\nGive the provider another Owner key (api_key or EGS_API_KEY) and run Terraform again. To keep the key and "+
				"only remove it from the state, use a removed block, terraform state rm, or delete_on_destroy = false.", state.object(), id))
	}
	return diags
}
