// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewListResource makes the list resource egs_api_key.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[egsapi.Client, keySelection, egsapi.APIKey]{
		Name:     "_api_key",
		Schema:   listSchema,
		Identity: identity,
		Select:   selectKeys,
		Show:     showKey,
	})
}

func listSchema() schema.Schema {
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	return schema.Schema{
		MarkdownDescription: "Lists API keys of EGS, sorted by workspace, name and id. Several filters must all match. No result holds " +
			"a secret.",
		Attributes: map[string]schema.Attribute{
			"workspace_name": schema.StringAttribute{
				MarkdownDescription: "Only keys of this workspace. Credentials that are bound to a workspace may need it.",
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
		},
	}
}

func selectKeys(ctx context.Context, api *egsapi.Client, selection *keySelection) ([]egsapi.APIKey, diag.Diagnostics) {
	all, err := api.APIKeys(ctx, selection.WorkspaceName.ValueString())
	if err != nil {
		return nil, face.Failed("Unable to list EGS API keys", selection.object(), err)
	}
	return selection.chosen(all, api.Now(ctx)), face.LeftOut("EGS API keys", all.Unreadable)
}

func showKey(api *egsapi.Client, key *egsapi.APIKey) face.Result {
	return face.Result{DisplayName: face.Own(displayName(key), key.ID == api.OwnKeyID()), ID: key.ID, Resource: &resourceModel{
		model: found(key, false).model, ReadyForRenewal: types.BoolValue(false), RotateWhenChanged: types.MapNull(types.StringType),
	}}
}
