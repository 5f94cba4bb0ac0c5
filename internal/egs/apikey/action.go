// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewAction returns the action egs_revoke_api_keys.
func NewAction() action.Action {
	conflicting := filterAttributes()
	delete(conflicting, "workspace_name")
	return face.NewAction(face.Action[egsapi.Client, revokeModel]{
		Name:       "_revoke_api_keys",
		Schema:     revokeSchema,
		Validators: face.IDsOrFilters(slices.Sorted(maps.Keys(conflicting)), []string{"workspace_name"}),
		Invoke:     revoke,
	})
}

// revokeModel is the configuration of egs_revoke_api_keys.
type revokeModel struct {
	keyFilter
	IDs    []string   `tfsdk:"ids"`
	DryRun types.Bool `tfsdk:"dry_run"`
}

func revokeSchema() face.Schema {
	return face.Schema{
		Description: "Revokes API keys of EGS immediately, including keys that Terraform does not manage. EGS deletes the keys; this cannot " +
			"be undone. Set `ids` or at least one filter. A key is revoked if it matches all filters.\n\n" +
			"- If an ID in `ids` does not exist, the action reports an error.\n" +
			"- If a key cannot be revoked, the action continues with the other keys. An error at the end lists the keys that " +
			"could not be revoked.\n" +
			"- The key that the provider logs in with is never revoked.\n" +
			"- Filters skip keys that the same provider configuration creates or changes in the run, such as the key that triggers the " +
			"action. To revoke a key that another `provider` configuration creates or changes in the same run, use `ids`.",
		Attributes: filterAttributes().With(face.Attributes{
			"ids":     face.IDs("IDs of the keys to revoke. Conflicts with all filters except `workspace_name`.", keyID),
			"dry_run": face.OptionalBool("Whether to report the keys without revoking them. Defaults to `false`."),
		}),
	}
}

func revoke(ctx context.Context, api *egsapi.Client, config *revokeModel, resp *action.InvokeResponse) {
	const summary = "Unable to revoke EGS API keys"
	face.Bulk[egsapi.APIKey]{
		Summary: summary, Noun: noun.Name, Infinitive: "revoke", Participle: "revoked", DryRun: config.DryRun.ValueBool(),
		IDs: config.IDs,
		Find: func(id string) (*egsapi.APIKey, error) {
			return api.APIKey(ctx, configuredRef(ctx, api, id, config.WorkspaceName))
		},
		Select: func() ([]egsapi.APIKey, diag.Diagnostics) { return config.selectKeys(ctx, api, summary) },
		Run:    api, ID: func(key *egsapi.APIKey) string { return key.ID },
		Name: func(key *egsapi.APIKey) string { return displayName(key) + ", " + key.ID },
		Refuse: func(key *egsapi.APIKey) error {
			switch {
			case api.IsOwn(key):
				return egsapi.ErrOwnKey
			case key.Secret == "":
				return errSecretHidden
			}
			return nil
		},
		Do: func(key *egsapi.APIKey) error {
			return api.DeleteAPIKey(ctx, egsapi.KeyRef{ID: key.ID, Secret: key.Secret, WorkspaceName: key.WorkspaceName, Role: key.Role})
		},
	}.Invoke(ctx, resp)
}

var errSecretHidden = errors.New("EGS deletes a key by its secret, but does not return secrets in lists; delete the key in the Admin Portal")
