// SPDX-License-Identifier: MPL-2.0

package egs

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
)

// ImportState implements resource.ResourceWithImportState. Read fills the rest.
func (r *workspaceResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	name := types.StringValue(req.ID)
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("name"), &name)...)
	}
	switch {
	case resp.Diagnostics.HasError():
		return
	case egsapi.LooksLikeSecret(name.ValueString()):
		// It is not repeated.
		resp.Diagnostics.AddError("Invalid import ID", "This looks like the secret of an API key. Import a workspace by its name. Since "+
			"the secret is now in your terminal's history, consider replacing the key.")
		return
	case !workspaceNameForm.MatchString(name.ValueString()):
		resp.Diagnostics.AddError("Invalid import ID", fmt.Sprintf(
			"%q is not the name of a workspace, which %s. The data source egs_workspaces lists the names.",
			name.ValueString(), workspaceNameRule))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), name)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("username"), untold)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("email"), untold)...)
	resp.Diagnostics.Append(setWorkspaceIdentity(ctx, resp.Identity, name)...)
}

// setWorkspaceIdentity sets the identity; older CLIs know none.
func setWorkspaceIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, name types.String) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	return identity.SetAttribute(ctx, path.Root("name"), name)
}
