// SPDX-License-Identifier: MPL-2.0

package h2ogpte

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/actionvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/diagnostic"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

var (
	_ action.ActionWithConfigure        = (*deactivateAPIKeysAction)(nil)
	_ action.ActionWithConfigValidators = (*deactivateAPIKeysAction)(nil)
)

// deactivateAPIKeysAction deactivates API keys, whoever made them.
type deactivateAPIKeysAction struct {
	provider Provider
}

func newDeactivateAPIKeysAction() action.Action { return &deactivateAPIKeysAction{} }

// deactivateAPIKeysModel is the action in Terraform's terms.
type deactivateAPIKeysModel struct {
	apiKeyFilter
	IDs    []string   `tfsdk:"ids"`
	DryRun types.Bool `tfsdk:"dry_run"`
}

// Metadata implements action.Action.
func (a *deactivateAPIKeysAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_deactivate_h2ogpte_api_keys"
}

// Schema implements action.Action.
func (a *deactivateAPIKeysAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Deactivates API keys of h2oGPTe at once, also keys that Terraform does not manage. It cannot be undone; the " +
			"keys stay listed. Choose them by `ids` or by filters; at least one is needed, and several filters must all match. A key " +
			"that is not active or gone already counts as deactivated. If a key cannot be deactivated the others still are, and the " +
			"error at the end lists what is left. The key that the provider itself logs in with is never deactivated. A key that " +
			"Terraform manages is replaced by the next apply, unless its `active` is `false`.",
		Attributes: map[string]schema.Attribute{
			"ids": schema.ListAttribute{
				MarkdownDescription: "Identifiers of the keys. No filter goes with it.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators: []validator.List{
					listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(keyID{}),
				},
			},
			"username": schema.StringAttribute{
				MarkdownDescription: "Only keys of exactly this user.",
				Optional:            true,
				Validators:          filled,
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Only keys of exactly this name.",
				Optional:            true,
				Validators:          filled,
			},
			"collection_id": schema.StringAttribute{
				MarkdownDescription: "Only keys that are limited to the collection with this identifier.",
				Optional:            true,
				Validators:          filled,
			},
			"expired": schema.BoolAttribute{
				MarkdownDescription: "`true` for only keys that have expired, `false` for only the others.",
				Optional:            true,
			},
			"expiring_within_days": schema.Int64Attribute{
				MarkdownDescription: "Only keys that expire within so many days; keys that have expired are not among them.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
			"dry_run": schema.BoolAttribute{
				MarkdownDescription: "Whether to only tell what would be deactivated. Defaults to `false`.",
				Optional:            true,
			},
		},
	}
}

// Configure implements action.ActionWithConfigure.
func (a *deactivateAPIKeysAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.provider = configured(req.ProviderData, &resp.Diagnostics)
}

// ConfigValidators implements action.ActionWithConfigValidators.
func (a *deactivateAPIKeysAction) ConfigValidators(context.Context) []action.ConfigValidator {
	ids := path.MatchRoot("ids")
	filters := []path.Expression{
		path.MatchRoot("username"), path.MatchRoot("name"), path.MatchRoot("collection_id"),
		path.MatchRoot("expired"), path.MatchRoot("expiring_within_days"),
	}
	validators := []action.ConfigValidator{
		actionvalidator.AtLeastOneOf(append([]path.Expression{ids}, filters...)...),
	}
	for _, filter := range filters {
		validators = append(validators, actionvalidator.Conflicting(ids, filter))
	}
	return validators
}

// Invoke implements action.Action.
func (a *deactivateAPIKeysAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config deactivateAPIKeysModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	api := client(a.provider, &resp.Diagnostics)
	if api == nil {
		return
	}

	const summary = "Unable to deactivate h2oGPTe API keys"
	progress := func(format string, arguments ...any) {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, arguments...)})
	}
	var (
		chosen []h2ogpteapi.APIKey
		left   []string
	)
	// By their ids before any is deactivated: each would make the list that they share
	// stale.
	//
	// The ids are configured, so that the keys may have been created a moment ago.
	found, faults := face.FindEach(config.IDs, func(id string) (*h2ogpteapi.APIKey, error) {
		return api.APIKey(ctx, id, api.Now(ctx))
	})
	for i, id := range config.IDs {
		switch err := faults[i]; {
		case errors.Is(err, h2ogpteapi.ErrNotFound):
			progress("Gone already: %s", id)
		case err != nil:
			left = append(left, fmt.Sprintf("%s: %s", id, err))
			progress("Not deactivated: %s", id)
		default:
			chosen = append(chosen, *found[i])
		}
	}
	if len(config.IDs) == 0 {
		list, err := api.APIKeys(ctx, "", 0)
		if err != nil {
			resp.Diagnostics.Append(diagnostic.FromError(summary, config.object(), err))
			return
		}
		resp.Diagnostics.Append(leftOut(list)...)
		now := api.Now(ctx)
		for _, key := range sorted(list.Keys) {
			if key.Active && config.matches(&key, now) {
				chosen = append(chosen, key)
			}
		}
	}
	for i := range chosen {
		key := &chosen[i]
		name := fmt.Sprintf("%s, %s", displayName(key), key.ID)
		switch err := deactivate(ctx, api, key, config.DryRun.ValueBool()); {
		case !key.Active:
			progress("Not active already: %s", name)
		case err != nil && config.DryRun.ValueBool():
			progress("Would not be deactivated: %s: %s", name, err)
		case err != nil:
			left = append(left, fmt.Sprintf("%s: %s", name, err))
			progress("Not deactivated: %s", name)
		case config.DryRun.ValueBool():
			progress("Would deactivate: %s", name)
		default:
			progress("Deactivated: %s", name)
		}
	}
	if len(left) > 0 {
		resp.Diagnostics.AddError(summary, fmt.Sprintf("These keys are left:\n\n- %s\n\nMend what the reasons say and run the action again.",
			strings.Join(left, "\n- ")))
	}
}

// deactivate deactivates one key, unless it is not active. One that was deleted
// meanwhile is done with.
func deactivate(ctx context.Context, api *h2ogpteapi.Client, key *h2ogpteapi.APIKey, dryRun bool) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case !key.Active:
		return nil
	case api.MayBeOwn(key):
		return errOwnKey
	case dryRun:
		return nil
	}
	if err := api.Deactivate(ctx, key.ID, key.CreatedAt); !errors.Is(err, h2ogpteapi.ErrNotFound) {
		return err
	}
	return nil
}

var errOwnKey = errors.New("the provider itself logs in with this key, as far as its last characters tell; give the provider another one first")
