// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// removeKeys deletes the API keys of a workspace that is to be deleted, or is the
// error that names them. Either all can be deleted, or none is.
//
// Temporary keys that this run created for the workspace go first: nothing needs them when the workspace goes.
func removeKeys(ctx context.Context, api *egsapi.Client, temporary *face.Temporary, state *resourceModel) (diags diag.Diagnostics) {
	if err := temporary.EndOf(ctx, state.Name.ValueString()); err != nil {
		diags.Append(face.FromError(deleteSummary, "temporary API keys of "+state.object(), err))
		return diags
	}
	fetch := api.APIKeys
	if !state.DeleteAPIKeys.ValueBool() {
		fetch = api.APIKeysLeft
	}
	list, err := fetch(ctx, state.Name.ValueString())
	if err != nil {
		diags.Append(face.FromError(deleteSummary, "API keys of "+state.object(), err))
		return diags
	}
	keys := list.Items
	if !state.DeleteAPIKeys.ValueBool() {
		switch {
		case len(keys) > 0:
			diags.AddError(fmt.Sprintf("EGS %s still has %s", state.object(), face.Count(len(keys), "API key")), fmt.Sprintf(
				"The workspace was not deleted. Its keys:\n\n- %s\n\n"+
					"Keys of the same configuration are deleted first if their workspace_name refers to the id of the workspace. For the "+
					"others there are three ways:\n\n"+
					"- delete them: with Terraform where it manages them, else with the action egs_revoke_api_keys or in the EGS portal;\n"+
					"- set delete_api_keys = true, apply that, and destroy again: all of them are deleted then;\n"+
					"- keep the workspace and only forget it, with a removed block or terraform state rm.",
				strings.Join(keyLines(keys), "\n- ")))
		case list.Unreadable > 0:
			diags.AddError(deleteSummary, fmt.Sprintf(
				"%s: whether it still has API keys is not known, since %d entries of the controller's list of keys could not be read. "+
					"Look in the EGS portal. To delete it all the same, set delete_api_keys = true, apply that, and destroy again.",
				state.object(), list.Unreadable))
		}
		return diags
	}
	if list.Unreadable > 0 {
		diags.AddWarning(fmt.Sprintf("API keys of EGS %s may be left", state.object()), fmt.Sprintf(
			"%d entries of the controller's list of keys could not be read. If they were keys of the workspace, they were not deleted.",
			list.Unreadable))
	}
	diags.Append(undeletable(api, state, keys)...)
	if diags.HasError() {
		return diags
	}
	for i := range keys {
		key := &keys[i]
		ref := egsapi.KeyRef{ID: key.ID, Secret: key.Secret, WorkspaceName: key.WorkspaceName, Role: key.Role}
		if err := api.DeleteAPIKey(ctx, ref); err != nil {
			diags.Append(face.FromError(deleteSummary, fmt.Sprintf(
				"%s, of whose %s %d had been deleted, and then %s", state.object(), face.Count(len(keys), "API key"), i, keyLine(key)), err))
			return diags
		}
	}
	return diags
}

// undeletable is the error of keys that cannot be deleted.
func undeletable(api *egsapi.Client, state *resourceModel, keys []egsapi.APIKey) (diags diag.Diagnostics) {
	var hidden []egsapi.APIKey
	for i := range keys {
		if api.IsOwn(&keys[i]) {
			diags.AddError(deleteSummary, fmt.Sprintf(
				"EGS %s has the API key that the provider itself logs in with, %s: without it Terraform could not go on. Nothing was "+
					"deleted.\n\nGive the provider another Owner key (api_key or EGS_API_KEY) and destroy again.",
				state.object(), keyLine(&keys[i])))
			return diags
		}
		if keys[i].Secret == "" {
			hidden = append(hidden, keys[i])
		}
	}
	if len(hidden) > 0 {
		diags.AddError(deleteSummary, fmt.Sprintf(
			"EGS %s has %s that Terraform cannot delete: EGS deletes a key by its secret, which this controller's list hides. Nothing was "+
				"deleted. Delete them in the EGS portal and destroy again:\n\n- %s",
			state.object(), face.Count(len(hidden), "API key"), strings.Join(keyLines(hidden), "\n- ")))
	}
	return diags
}

// keyLine tells which key it is, without its secret.
func keyLine(key *egsapi.APIKey) string {
	return face.Printable(fmt.Sprintf("%s (%s, id %s)", key.Name, key.Role, key.ID))
}

func keyLines(keys []egsapi.APIKey) []string {
	lines := make([]string, len(keys))
	for i := range keys {
		lines[i] = keyLine(&keys[i])
	}
	return lines
}
