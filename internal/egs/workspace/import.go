// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
)

// ImportState implements resource.ResourceWithImportState. Read fills the rest.
func (r *workspaceResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	name, diags := identity.ImportID(ctx, req)
	resp.Diagnostics.Append(diags...)
	switch {
	case resp.Diagnostics.HasError():
		return
	case egsapi.LooksLikeSecret(name):
		// It is not repeated.
		resp.Diagnostics.AddError("Invalid import ID", "This looks like the secret of an API key. Import a workspace by its name. Since "+
			"the secret is now in your terminal's history, consider replacing the key.")
		return
	case !workspaceNameForm.MatchString(name):
		resp.Diagnostics.AddError("Invalid import ID", fmt.Sprintf(
			"%q is not the name of a workspace, which %s. The data source egs_workspaces lists the names.", name, workspaceNameRule))
		return
	}
	identity.Import(ctx, resp, name)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("username"), untold)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("email"), untold)...)
}
