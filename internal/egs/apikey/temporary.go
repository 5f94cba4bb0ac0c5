// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// NewTemporary makes the ephemeral resource egs_temporary_api_key.
func NewTemporary() ephemeral.EphemeralResource {
	return face.NewTemporaryKey(face.TemporaryKey[egsapi.Client, temporaryModel]{
		EphemeralResource: face.EphemeralResource[egsapi.Client, temporaryModel]{
			Name:     "_temporary_api_key",
			Schema:   temporarySchema,
			Validate: func(m *temporaryModel) diag.Diagnostics { return missingWorkspace(m.Role, m.WorkspaceName) },
		},
		Service: "EGS",
		Ends:    "whose name ends in " + face.TemporarySuffix + "; it expires after tomorrow, and the action egs_revoke_api_keys revokes it at once",
		Create:  createTemporary,
	})
}

// temporaryModel is a temporary key in Terraform's terms.
type temporaryModel struct {
	Name          types.String `tfsdk:"name"`
	Role          types.String `tfsdk:"role"`
	WorkspaceName types.String `tfsdk:"workspace_name"`
	UserName      types.String `tfsdk:"user_name"`
	Description   types.String `tfsdk:"description"`
	ID            types.String `tfsdk:"id"`
	APIKey        types.String `tfsdk:"api_key"`
	ValidUntil    types.String `tfsdk:"valid_until"`
}

func temporarySchema() schema.Schema {
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	return schema.Schema{
		MarkdownDescription: "Makes an API key of EGS for the time of one run of Terraform: it is created when it is needed, deleted " +
			"when the run ends, and stays out of the state and the plan. Terraform opens it in `plan` and again in `apply`, so each " +
			"has a key of its own.\n\n" +
			"~> **Note:** The key is deleted when Terraform closes the ephemeral resource, when Terraform is interrupted or (except on Windows) killed, or at the " +
			"latest when the provider's process ends, also after an error. If that process itself is killed, or EGS does not respond within two seconds " +
			"then, the key stays until it expires after tomorrow (UTC). Its name ends in `" + face.TemporarySuffix + "`, so that you can find " +
			"and revoke it.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key; `" + face.TemporarySuffix + "` is appended to it in EGS.",
				Required:            true,
				Validators:          filled,
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "What the key may do: `Owner`, `Editor` or `Viewer`.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.OneOf("Owner", "Editor", "Viewer")},
			},
			"workspace_name": schema.StringAttribute{
				MarkdownDescription: "Name of the workspace the key is for. Required for the roles `Editor` and `Viewer`.",
				Optional:            true,
				Validators:          filled,
			},
			"user_name": schema.StringAttribute{
				MarkdownDescription: "Name of the user the key is for. Defaults to `admin`.",
				Optional:            true,
				Validators:          filled,
			},
			"description": schema.StringAttribute{
				MarkdownDescription: "What the key is for, in words.",
				Optional:            true,
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "Identifier of the key.",
				Computed:            true,
			},
			"api_key": schema.StringAttribute{
				MarkdownDescription: "The secret.",
				Computed:            true,
				Sensitive:           true,
			},
			"valid_until": schema.StringAttribute{
				MarkdownDescription: "Date until which the key would be valid if nothing deleted it, as `YYYY-MM-DD`: tomorrow in UTC.",
				Computed:            true,
			},
		},
	}
}

func createTemporary(ctx context.Context, api *egsapi.Client, m *temporaryModel) (face.Created, diag.Diagnostics) {
	key := egsapi.NewAPIKey{
		Temporary:     true,
		Name:          m.Name.ValueString() + face.TemporarySuffix,
		Role:          m.Role.ValueString(),
		UserName:      cmp.Or(m.UserName.ValueString(), defaultUserName),
		Description:   m.Description.ValueString(),
		WorkspaceName: m.WorkspaceName.ValueString(),
		ValidUntil:    renewal.DateAfter(api.Now(ctx), 1),
	}
	created, err := api.CreateAPIKey(ctx, key)
	if err != nil {
		return face.Created{}, diag.Diagnostics{createFailed(&model{
			Name:          types.StringValue(key.Name),
			WorkspaceName: m.WorkspaceName,
			ValidUntil:    types.StringValue(key.ValidUntil),
		}, err)}
	}
	m.ID = types.StringValue(created.ID)
	m.APIKey = types.StringValue(created.Secret)
	m.ValidUntil = types.StringValue(key.ValidUntil)
	ref := egsapi.KeyRef{
		ID: created.ID, Secret: created.Secret, WorkspaceName: key.WorkspaceName, Role: key.Role, Created: created.CreatedAt,
	}
	return face.Created{
		ID: created.ID, Workspace: key.WorkspaceName,
		Delete: func(ctx context.Context) error { return api.DeleteAPIKey(ctx, ref) },
	}, nil
}
