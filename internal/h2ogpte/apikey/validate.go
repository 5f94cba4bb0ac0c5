// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// userRequired checks that a key says whose it is. Both ways at once are no fault:
// what Terraform generates for an imported key has both.
type userRequired struct{}

func (userRequired) Description(context.Context) string {
	return "user_id or username is needed"
}

func (v userRequired) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (userRequired) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var id, name types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("user_id"), &id)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("username"), &name)...)
	resp.Diagnostics.Append(missingUser(id, name)...)
}

// missingUser is the error of a key without a user.
func missingUser(id, name types.String) (diags diag.Diagnostics) {
	if id.IsNull() && name.IsNull() {
		diags.AddAttributeError(path.Root("username"), "Missing user",
			"A key is for a user. Set username, or user_id. The data source egs_h2ogpte_users lists the users of h2oGPTe.")
	}
	return diags
}
