// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/actionvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

// NewAction makes the action egs_deactivate_h2ogpte_api_keys.
func NewAction() action.Action {
	return face.NewAction(face.Action[h2ogpteapi.Client, deactivateModel]{
		Name:       "_deactivate_h2ogpte_api_keys",
		Schema:     deactivateSchema,
		Validators: deactivateValidators(),
		Invoke:     deactivate,
	})
}

// deactivateModel is the action in Terraform's terms.
type deactivateModel struct {
	keyFilter
	IDs    []string   `tfsdk:"ids"`
	DryRun types.Bool `tfsdk:"dry_run"`
}

func deactivateSchema() schema.Schema {
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	return schema.Schema{
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
					listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(keyID),
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

func deactivate(ctx context.Context, api *h2ogpteapi.Client, config *deactivateModel, resp *action.InvokeResponse) {
	bulk := face.Bulk[h2ogpteapi.APIKey]{
		Summary: "Unable to deactivate h2oGPTe API keys", Infinitive: "deactivate", Participle: "deactivated", DryRun: config.DryRun.ValueBool(),
		Name: func(key *h2ogpteapi.APIKey) string { return displayName(key) + ", " + key.ID },
		Done: func(key *h2ogpteapi.APIKey) string {
			if key.Active {
				return ""
			}
			return "Not active already"
		},
		Refuse: func(key *h2ogpteapi.APIKey) error {
			if api.MayBeOwn(key) {
				return errOwnKey
			}
			return nil
		},
		Do: func(key *h2ogpteapi.APIKey) error {
			// One that was deleted in the meantime is done.
			if err := api.Deactivate(ctx, key.ID, key.CreatedAt); !errors.Is(err, h2ogpteapi.ErrNotFound) {
				return err
			}
			return nil
		},
	}
	if len(config.IDs) > 0 {
		// The ids are configured, so that the keys may have been created a moment ago.
		bulk.ByID(ctx, config.IDs, func(id string) (*h2ogpteapi.APIKey, error) { return api.APIKey(ctx, id, api.Now(ctx)) }, resp)
		return
	}
	list, err := api.APIKeys(ctx, "", 0)
	if err != nil {
		resp.Diagnostics.Append(face.FromError(bulk.Summary, config.object(), err))
		return
	}
	resp.Diagnostics.Append(face.LeftOut("h2oGPTe API keys", list.Unreadable)...)
	bulk.Each(ctx, config.chosen(list, types.BoolValue(true), api.Now(ctx)), resp)
}

var errOwnKey = errors.New("the provider itself logs in with this key, as far as its last characters tell; give the provider another one first")

func deactivateValidators() []action.ConfigValidator {
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
