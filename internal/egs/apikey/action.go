// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewAction makes the action egs_revoke_api_keys.
func NewAction() action.Action {
	return face.NewAction(face.Action[egsapi.Client, revokeModel]{
		Name:       "_revoke_api_keys",
		Schema:     revokeSchema,
		Validators: face.IDsOrFilters([]string{"role", "user_name", "name", "expired", "expiring_within_days"}, []string{"workspace_name"}),
		Invoke:     revoke,
	})
}

// revokeModel is the action in Terraform's terms.
type revokeModel struct {
	keySelection
	IDs    []string   `tfsdk:"ids"`
	DryRun types.Bool `tfsdk:"dry_run"`
}

func revokeSchema() face.Schema {
	return face.Schema{
		Description: "Revokes API keys of EGS at once, also keys that Terraform does not manage: they are deleted and cannot be " +
			"had back. Choose them by `ids` or by filters; at least one is needed, and several filters must all match. An id that no " +
			"key has is an error. Filters do not choose keys that the same provider configuration creates or changes in the " +
			"run, such as the one that triggers the action; an action of another `provider` configuration needs `ids` instead. If a " +
			"key cannot be revoked the others still are, and the error at the end lists what is left. The " +
			"key that the provider itself logs in with is never revoked.",
		Attributes: selectionAttributes().With(face.Attributes{
			"ids":            face.IDs("Identifiers of the keys. Only `workspace_name` goes with it: where credentials are bound to a workspace.", keyID),
			"workspace_name": face.Optional("Only keys of this workspace."),
			"dry_run":        face.OptionalBool("Whether to only tell what would be revoked. Defaults to `false`."),
		}),
	}
}

func revoke(ctx context.Context, api *egsapi.Client, config *revokeModel, resp *action.InvokeResponse) {
	const summary = "Unable to revoke EGS API keys"
	face.Bulk[egsapi.APIKey]{
		Summary: summary, Noun: noun.Thing, Infinitive: "revoke", Participle: "revoked", DryRun: config.DryRun.ValueBool(),
		IDs: config.IDs,
		Find: func(id string) (*egsapi.APIKey, error) {
			return api.APIKey(ctx, maybeYoung(ctx, api, id, config.WorkspaceName))
		},
		Select: func() ([]egsapi.APIKey, diag.Diagnostics) { return config.choose(ctx, api, summary) },
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

var errSecretHidden = errors.New("EGS deletes a key by its secret, and this controller's list hides secrets; delete it in the EGS portal")
