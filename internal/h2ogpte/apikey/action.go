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

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

// NewAction returns the action egs_deactivate_h2ogpte_api_keys.
func NewAction() action.Action {
	return face.NewAction(face.Action[h2ogpteapi.Client, deactivateModel]{
		Name:       "_deactivate_h2ogpte_api_keys",
		Schema:     deactivateSchema,
		Validators: face.IDsOrFilters(slices.Sorted(maps.Keys(filterAttributes())), nil),
		Invoke:     deactivate,
	})
}

type deactivateModel struct {
	keyFilter
	IDs    []string   `tfsdk:"ids"`
	DryRun types.Bool `tfsdk:"dry_run"`
}

func deactivateSchema() face.Schema {
	return face.Schema{
		Description: "Deactivates API keys of h2oGPTe immediately, including keys that Terraform does not manage. This cannot be undone. The " +
			"keys remain in h2oGPTe. Set `ids` or at least one filter. A key is deactivated if it matches all filters.\n\n" +
			"- If an ID in `ids` does not exist, the action reports an error. A key that is already inactive is not an error.\n" +
			"- If a key cannot be deactivated, the action continues with the other keys. An error at the end lists the keys that " +
			"could not be deactivated.\n" +
			"- The key that the provider logs in with is never deactivated.\n" +
			"- Filters skip keys that the same provider configuration creates or changes in the run, such as the key that triggers the " +
			"action. To deactivate a key that another `provider` configuration creates or changes in the same run, use `ids`.\n" +
			"- If Terraform manages a deactivated key, the next apply replaces the key, unless `active` is `false` in its configuration.",
		Attributes: filterAttributes().With(face.Attributes{
			"ids":     face.IDs("IDs of the keys to deactivate. Conflicts with all filters.", keyID),
			"dry_run": face.OptionalBool("Whether to report the keys without deactivating them. Defaults to `false`."),
		}),
	}
}

func deactivate(ctx context.Context, api *h2ogpteapi.Client, config *deactivateModel, resp *action.InvokeResponse) {
	const summary = "Unable to deactivate h2oGPTe API keys"
	face.Bulk[h2ogpteapi.APIKey]{
		Summary: summary, Noun: noun.Name, Infinitive: "deactivate", Participle: "deactivated", DryRun: config.DryRun.ValueBool(),
		IDs: config.IDs,
		// Pass the current time as the time of the create: another provider configuration has possibly created the key just now.
		Find: func(id string) (*h2ogpteapi.APIKey, error) { return api.APIKey(ctx, id, api.Now(ctx)) },
		Select: func() ([]h2ogpteapi.APIKey, diag.Diagnostics) {
			if config.Active.IsNull() { // By default, skip inactive keys, because there is nothing to do for them.
				config.Active = types.BoolValue(true)
			}
			return config.choose(ctx, api, "", 0, summary)
		},
		Run: api, ID: func(key *h2ogpteapi.APIKey) string { return key.ID },
		Name: func(key *h2ogpteapi.APIKey) string { return displayName(key) + ", " + key.ID },
		Done: func(key *h2ogpteapi.APIKey) string {
			if key.Active {
				return ""
			}
			return "Already inactive"
		},
		Refuse: func(key *h2ogpteapi.APIKey) error {
			if api.IsNotOwn(key) {
				return nil
			}
			return errOwnKey
		},
		Do: func(key *h2ogpteapi.APIKey) error {
			// A key that was deleted in the meantime is not an error.
			if err := api.Deactivate(ctx, key.ID, key.CreatedAt); !errors.Is(err, h2ogpteapi.ErrNotFound) {
				return err
			}
			return nil
		},
	}.Invoke(ctx, resp)
}

var errOwnKey = errors.New("the provider itself logs in with this key, or with one that has the same last characters; give the provider " +
	"another key first")
