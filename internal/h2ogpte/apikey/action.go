// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

// NewAction makes the action egs_deactivate_h2ogpte_api_keys.
func NewAction() action.Action {
	return face.NewAction(face.Action[h2ogpteapi.Client, deactivateModel]{
		Name:       "_deactivate_h2ogpte_api_keys",
		Schema:     deactivateSchema,
		Validators: face.IDsOrFilters([]string{"username", "name", "collection_id", "expired", "expiring_within_days"}, nil),
		Invoke:     deactivate,
	})
}

// deactivateModel is the action in Terraform's terms.
type deactivateModel struct {
	keyFilter
	IDs    []string   `tfsdk:"ids"`
	DryRun types.Bool `tfsdk:"dry_run"`
}

func deactivateSchema() face.Schema {
	return face.Schema{
		Description: "Deactivates API keys of h2oGPTe at once, also keys that Terraform does not manage. It cannot be undone; the " +
			"keys stay listed. Choose them by `ids` or by filters; at least one is needed, and several filters must all match. A key " +
			"that is not active counts as deactivated. An id that no key has is an error. Filters do not choose keys that the same " +
			"provider configuration creates or changes in the run, such as the one that triggers the action; an action of another `provider` " +
			"configuration needs `ids` instead. If a key cannot be deactivated the others still are, " +
			"and the error at the end lists what is left. The key that the provider itself logs in with is never deactivated. A key that " +
			"Terraform manages is replaced by the next apply, unless its `active` is `false`.",
		Attributes: filterAttributes().With(face.Attributes{
			"ids":     face.IDs("Identifiers of the keys. No filter goes with it.", keyID),
			"dry_run": face.OptionalBool("Whether to only tell what would be deactivated. Defaults to `false`."),
		}),
	}
}

func deactivate(ctx context.Context, api *h2ogpteapi.Client, config *deactivateModel, resp *action.InvokeResponse) {
	const summary = "Unable to deactivate h2oGPTe API keys"
	face.Bulk[h2ogpteapi.APIKey]{
		Summary: summary, Noun: noun.Thing, Infinitive: "deactivate", Participle: "deactivated", DryRun: config.DryRun.ValueBool(),
		IDs: config.IDs,
		// The ids are configured, so that the keys may have been created a moment ago.
		Find: func(id string) (*h2ogpteapi.APIKey, error) { return api.APIKey(ctx, id, api.Now(ctx)) },
		Select: func() ([]h2ogpteapi.APIKey, diag.Diagnostics) {
			return config.choose(ctx, api, types.BoolValue(true), summary)
		},
		Run: api, ID: func(key *h2ogpteapi.APIKey) string { return key.ID },
		Name: func(key *h2ogpteapi.APIKey) string { return displayName(key) + ", " + key.ID },
		Done: func(key *h2ogpteapi.APIKey) string {
			if key.Active {
				return ""
			}
			return "Not active already"
		},
		Refuse: func(key *h2ogpteapi.APIKey) error {
			if api.IsNotOwn(key) {
				return nil
			}
			return errOwnKey
		},
		Do: func(key *h2ogpteapi.APIKey) error {
			// One that was deleted in the meantime is done.
			if err := api.Deactivate(ctx, key.ID, key.CreatedAt); !errors.Is(err, h2ogpteapi.ErrNotFound) {
				return err
			}
			return nil
		},
	}.Invoke(ctx, resp)
}

var errOwnKey = errors.New("the provider itself logs in with this key, as far as its last characters tell; give the provider another one first")
