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

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewAction makes the action egs_revoke_api_keys.
func NewAction() action.Action {
	return face.NewAction(face.Action[egsapi.Client, revokeModel]{
		Name:       "_revoke_api_keys",
		Schema:     revokeSchema,
		Validators: revokeValidators(),
		Invoke:     revoke,
	})
}

// revokeModel is the action in Terraform's terms.
type revokeModel struct {
	keySelection
	IDs    []string   `tfsdk:"ids"`
	DryRun types.Bool `tfsdk:"dry_run"`
}

func revokeSchema() schema.Schema {
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	return schema.Schema{
		MarkdownDescription: "Revokes API keys of EGS at once, also keys that Terraform does not manage: they are deleted and cannot be " +
			"had back. Choose them by `ids` or by filters; at least one is needed, and several filters must all match. A key that is " +
			"gone already counts as revoked. If a key cannot be revoked the others still are, and the error at the end lists what " +
			"is left. The key that the provider itself logs in with is never revoked.",
		Attributes: map[string]schema.Attribute{
			"ids": schema.ListAttribute{
				MarkdownDescription: "Identifiers of the keys. Only `workspace_name` goes with it: where credentials are bound to a workspace.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators: []validator.List{
					listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(keyID),
				},
			},
			"workspace_name": schema.StringAttribute{
				MarkdownDescription: "Only keys of this workspace.",
				Optional:            true,
				Validators:          filled,
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "Only keys of this role: `Owner`, `Editor` or `Viewer`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf("Owner", "Editor", "Viewer")},
			},
			"user_name": schema.StringAttribute{
				MarkdownDescription: "Only keys of this user, in any letter case.",
				Optional:            true,
				Validators:          filled,
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Only keys of exactly this name.",
				Optional:            true,
				Validators:          filled,
			},
			"expired": schema.BoolAttribute{
				MarkdownDescription: "`true` for only keys whose date is past, `false` for only the others.",
				Optional:            true,
			},
			"expiring_within_days": schema.Int64Attribute{
				MarkdownDescription: "Only keys that expire within so many days; keys that have expired are not among them.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
			"dry_run": schema.BoolAttribute{
				MarkdownDescription: "Whether to only tell what would be revoked. Defaults to `false`.",
				Optional:            true,
			},
		},
	}
}

func revoke(ctx context.Context, api *egsapi.Client, config *revokeModel, resp *action.InvokeResponse) {
	bulk := face.Bulk[egsapi.APIKey]{
		Summary: "Unable to revoke EGS API keys", Infinitive: "revoke", Participle: "revoked", DryRun: config.DryRun.ValueBool(),
		Name: func(key *egsapi.APIKey) string { return displayName(key) + ", " + key.ID },
		Refuse: func(key *egsapi.APIKey) error {
			switch {
			case key.ID == api.OwnKeyID():
				return errOwnKey
			case key.Secret == "":
				return errSecretHidden
			}
			return nil
		},
		Do: func(key *egsapi.APIKey) error {
			return api.DeleteAPIKey(ctx, egsapi.KeyRef{ID: key.ID, Secret: key.Secret, WorkspaceName: key.WorkspaceName, Role: key.Role})
		},
	}
	if len(config.IDs) > 0 {
		bulk.ByID(ctx, config.IDs, func(id string) (*egsapi.APIKey, error) {
			return api.APIKey(ctx, maybeYoung(ctx, api, id, config.WorkspaceName))
		}, resp)
		return
	}
	list, err := api.APIKeys(ctx, config.WorkspaceName.ValueString())
	if err != nil {
		resp.Diagnostics.Append(face.FromError(bulk.Summary, config.object(), err))
		return
	}
	resp.Diagnostics.Append(face.LeftOut("EGS API keys", list.Unreadable)...)
	bulk.Each(ctx, config.chosen(list, api.Now(ctx)), resp)
}

var (
	errOwnKey       = errors.New("the provider itself logs in with this key; give the provider another one first")
	errSecretHidden = errors.New("EGS deletes a key by its secret, and this controller's list hides secrets; delete it in the EGS portal")
)

func revokeValidators() []action.ConfigValidator {
	ids := path.MatchRoot("ids")
	filters := []path.Expression{
		path.MatchRoot("role"), path.MatchRoot("user_name"), path.MatchRoot("name"),
		path.MatchRoot("expired"), path.MatchRoot("expiring_within_days"),
	}
	validators := []action.ConfigValidator{
		actionvalidator.AtLeastOneOf(append([]path.Expression{ids, path.MatchRoot("workspace_name")}, filters...)...),
	}
	for _, filter := range filters {
		validators = append(validators, actionvalidator.Conflicting(ids, filter))
	}
	return validators
}
