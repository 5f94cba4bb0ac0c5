// SPDX-License-Identifier: MPL-2.0

package egs

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

var (
	_ action.ActionWithConfigure        = (*revokeAPIKeysAction)(nil)
	_ action.ActionWithConfigValidators = (*revokeAPIKeysAction)(nil)
	_ action.ActionWithModifyPlan       = (*revokeAPIKeysAction)(nil)
)

// revokeAPIKeysAction deletes API keys, whoever made them.
type revokeAPIKeysAction struct {
	provider Provider
}

func newRevokeAPIKeysAction() action.Action { return &revokeAPIKeysAction{} }

// revokeAPIKeysModel is the action in Terraform's terms.
type revokeAPIKeysModel struct {
	apiKeySelection
	IDs    []string   `tfsdk:"ids"`
	DryRun types.Bool `tfsdk:"dry_run"`
}

// Metadata implements action.Action.
func (a *revokeAPIKeysAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_revoke_api_keys"
}

// Schema implements action.Action.
func (a *revokeAPIKeysAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	resp.Schema = schema.Schema{
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
					listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(keyID{}),
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

// Configure implements action.ActionWithConfigure.
func (a *revokeAPIKeysAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.provider = configured(req.ProviderData, &resp.Diagnostics)
}

// ConfigValidators implements action.ActionWithConfigValidators.
func (a *revokeAPIKeysAction) ConfigValidators(context.Context) []action.ConfigValidator {
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

// ModifyPlan implements action.ActionWithModifyPlan. What is missing of the provider's
// configuration is to be known before an apply.
func (a *revokeAPIKeysAction) ModifyPlan(_ context.Context, _ action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	resp.Diagnostics.Append(a.provider.EGSMissing()...)
}

// Invoke implements action.Action.
func (a *revokeAPIKeysAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config revokeAPIKeysModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	api := client(a.provider, &resp.Diagnostics)
	if api == nil {
		return
	}

	const summary = "Unable to revoke EGS API keys"
	progress := func(format string, arguments ...any) {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, arguments...)})
	}
	var (
		chosen []egsapi.APIKey
		left   []string
	)
	found, faults := face.FindEach(config.IDs, func(id string) (*egsapi.APIKey, error) {
		return api.APIKey(ctx, maybeYoung(ctx, api, id, config.WorkspaceName))
	})
	for i, id := range config.IDs {
		switch err := faults[i]; {
		case errors.Is(err, egsapi.ErrNotFound):
			progress("Gone already: %s", id)
		case err != nil:
			left = append(left, fmt.Sprintf("%s: %s", id, err))
			progress("Not revoked: %s", id)
		default:
			chosen = append(chosen, *found[i])
		}
	}
	if len(config.IDs) == 0 {
		list, err := api.APIKeys(ctx, config.WorkspaceName.ValueString())
		if err != nil {
			resp.Diagnostics.Append(diagnostic.FromError(summary, config.object(), err))
			return
		}
		resp.Diagnostics.Append(leftOut(list)...)
		now := api.Now(ctx)
		chosen = slices.DeleteFunc(sorted(list.Keys), func(key egsapi.APIKey) bool { return !config.matches(&key, now) })
	}
	for i := range chosen {
		key := &chosen[i]
		name := fmt.Sprintf("%s, %s", displayName(key), key.ID)
		switch err := a.revoke(ctx, api, key, config.DryRun.ValueBool()); {
		case err != nil && config.DryRun.ValueBool():
			progress("Would not be revoked: %s: %s", name, err)
		case err != nil:
			left = append(left, fmt.Sprintf("%s: %s", name, err))
			progress("Not revoked: %s", name)
		case config.DryRun.ValueBool():
			progress("Would revoke: %s", name)
		default:
			progress("Revoked: %s", name)
		}
	}
	if len(left) > 0 {
		resp.Diagnostics.AddError(summary, fmt.Sprintf("These keys are left:\n\n- %s\n\nMend what the reasons say and run the action again.",
			strings.Join(left, "\n- ")))
	}
}

// revoke deletes one key.
func (a *revokeAPIKeysAction) revoke(ctx context.Context, api *egsapi.Client, key *egsapi.APIKey, dryRun bool) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case key.ID == api.OwnKeyID():
		return errOwnKey
	case key.Secret == "":
		return errSecretHidden
	case dryRun:
		return nil
	}
	return api.DeleteAPIKey(ctx, egsapi.KeyRef{ID: key.ID, Secret: key.Secret, WorkspaceName: key.WorkspaceName, Role: key.Role})
}

var (
	errOwnKey       = errors.New("the provider itself logs in with this key; give the provider another one first")
	errSecretHidden = errors.New("EGS deletes a key by its secret, and this controller's list hides secrets; delete it in the EGS portal")
)
