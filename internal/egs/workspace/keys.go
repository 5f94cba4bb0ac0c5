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

// removeKeys prepares the deletion of a workspace. It first deletes the temporary keys that this run created for the workspace.
// If delete_api_keys is true, removeKeys then deletes all other API keys of the workspace. If undeletable returns an error for
// one of them, removeKeys deletes none of them and returns this error. If delete_api_keys is false, removeKeys returns an error
// if other keys exist, or if a list has unreadable entries that may be keys of the workspace.
func removeKeys(ctx context.Context, api *egsapi.Client, temporary *face.Temporary, state *resourceModel) (diags diag.Diagnostics) {
	if err := temporary.EndOf(ctx, state.Name.ValueString()); err != nil {
		diags.Append(face.FromError(deleteSummary, "temporary API keys of "+state.object(), err))
		return diags
	}
	fetch := api.APIKeys
	if !state.DeleteAPIKeys.ValueBool() {
		fetch = api.RemainingAPIKeys
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
				"The workspace was not deleted. It has these keys:\n\n- %s\n\n"+
					"Terraform deletes keys of the same configuration first if their workspace_name refers to the id of the workspace. For "+
					"other keys, do one of the following:\n\n"+
					"- Delete them with Terraform, with the action egs_revoke_api_keys, or in the Admin Portal.\n"+
					"- Set delete_api_keys = true, apply, and destroy again. This deletes all keys of the workspace. If the workspace is no longer in "+
					"the configuration, restore it for this apply.\n"+
					"- Keep the workspace and only remove it from the state, with a removed block or terraform state rm.",
				strings.Join(keyLines(keys), "\n- ")))
		case list.Unreadable > 0:
			diags.AddError(deleteSummary, fmt.Sprintf(
				"EGS %s may still have API keys: %d entries of the list of keys could not be read. Check the keys in the Admin Portal. To "+
					"delete the workspace anyway, set delete_api_keys = true, apply, and destroy again.",
				state.object(), list.Unreadable))
		}
		return diags
	}
	if list.Unreadable > 0 {
		diags.AddWarning(fmt.Sprintf("API keys of EGS %s may still exist", state.object()), fmt.Sprintf(
			"%d entries of the list of keys could not be read. If they were keys of the workspace, they were not deleted.",
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
				"API key %s of %s (deleted so far: %d of %s)", keyLine(key), state.object(), i, face.Count(len(keys), "API key")), err))
			return diags
		}
	}
	return diags
}

// undeletable returns an error if Terraform cannot delete a key: it is the provider's own key, or lists hide its secret.
func undeletable(api *egsapi.Client, state *resourceModel, keys []egsapi.APIKey) (diags diag.Diagnostics) {
	var hidden []egsapi.APIKey
	for i := range keys {
		if api.IsOwn(&keys[i]) {
			diags.AddError(deleteSummary, fmt.Sprintf(
				"EGS %s has the API key that the provider itself logs in with: %s. Terraform cannot continue without this key, so "+
					"nothing was deleted.\n\nGive the provider another Owner key (api_key or EGS_API_KEY) and destroy again.",
				state.object(), keyLine(&keys[i])))
			return diags
		}
		if keys[i].Secret == "" {
			hidden = append(hidden, keys[i])
		}
	}
	if len(hidden) > 0 {
		diags.AddError(deleteSummary, fmt.Sprintf(
			"EGS %s has %s that Terraform cannot delete: EGS deletes a key by its secret, but does not return secrets in lists. Nothing was "+
				"deleted. Delete these keys in the Admin Portal and destroy again:\n\n- %s",
			state.object(), face.Count(len(hidden), "API key"), strings.Join(keyLines(hidden), "\n- ")))
	}
	return diags
}

// keyLine describes a key in one line of a message.
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
