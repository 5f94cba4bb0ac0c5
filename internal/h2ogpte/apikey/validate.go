// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// ValidateConfig implements resource.ResourceWithValidateConfig. Both user_id and username at once are no fault: what
// Terraform generates for an imported key has both.
func (r *keyResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var id, name types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("user_id"), &id)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("username"), &name)...)
	resp.Diagnostics.Append(missingUser(id, name)...)
	resp.Diagnostics.Append(renewal.EarlyRenewal(ctx, req.Config, "expires_in_days")...)
}

// missingUser is the error of a key without a user.
func missingUser(id, name types.String) (diags diag.Diagnostics) {
	if id.IsNull() && name.IsNull() {
		diags.AddAttributeError(path.Root("username"), "Missing user",
			"A key is for a user. Set username, or user_id. The data source egs_h2ogpte_users lists the users of h2oGPTe.")
	}
	return diags
}
