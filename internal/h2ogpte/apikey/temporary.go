// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

// NewTemporary makes the ephemeral resource egs_h2ogpte_temporary_api_key.
func NewTemporary() ephemeral.EphemeralResource {
	return face.NewTemporaryKey(face.TemporaryKey[h2ogpteapi.Client, temporaryModel]{
		EphemeralResource: face.EphemeralResource[h2ogpteapi.Client, temporaryModel]{
			Name:     "_h2ogpte_temporary_api_key",
			Schema:   temporarySchema,
			Validate: func(m *temporaryModel) diag.Diagnostics { return missingUser(m.UserID, m.UserName) },
		},
		Service: "h2oGPTe",
		Ends:    "whose name ends in " + face.TemporarySuffix + "; it expires within a day, and the action egs_deactivate_h2ogpte_api_keys ends it at once",
		Create:  createTemporary,
	})
}

// temporaryModel is a temporary key in Terraform's terms.
type temporaryModel struct {
	Name         types.String `tfsdk:"name"`
	UserID       types.String `tfsdk:"user_id"`
	UserName     types.String `tfsdk:"username"`
	CollectionID types.String `tfsdk:"collection_id"`
	ID           types.String `tfsdk:"id"`
	SecretKey    types.String `tfsdk:"secret_key"`
	ExpiresAt    types.String `tfsdk:"expires_at"`
}

func temporarySchema() schema.Schema {
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	return schema.Schema{
		MarkdownDescription: "Makes an API key of h2oGPTe for the time of one run of Terraform: it is created when it is needed, deleted " +
			"when the run ends, and stays out of the state and the plan. Terraform opens it in `plan` and again in `apply`, so each " +
			"has a key of its own.\n\n" +
			"~> **Note:** The key is deleted when Terraform closes the ephemeral resource, when Terraform is interrupted or (except on Windows) killed, or at the " +
			"latest when the provider's process ends, also after an error. If that process itself is killed, or h2oGPTe does not respond within two seconds " +
			"then, the key stays until it expires after a day. Its name ends in `" +
			face.TemporarySuffix + "`, so that it is easy to find and delete.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key; `" + face.TemporarySuffix + "` is appended to it in h2oGPTe.",
				Required:            true,
				Validators:          filled,
			},
			"user_id": schema.StringAttribute{
				MarkdownDescription: "Identifier of the user the key is for. Either this or `username` is needed.",
				Optional:            true,
				Validators:          filled,
			},
			"username": schema.StringAttribute{
				MarkdownDescription: "Name of the user the key is for, who must have logged in to h2oGPTe once. Either this or `user_id` is " +
					"needed.",
				Optional:   true,
				Validators: filled,
			},
			"collection_id": schema.StringAttribute{
				MarkdownDescription: "Identifier of the collection that the key is limited to. If it is not set, the key is not limited.",
				Optional:            true,
				Validators:          filled,
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "Identifier of the key.",
				Computed:            true,
			},
			"secret_key": schema.StringAttribute{
				MarkdownDescription: "The secret.",
				Computed:            true,
				Sensitive:           true,
			},
			"expires_at": schema.StringAttribute{
				MarkdownDescription: "When the key would expire if nothing deleted it, in RFC 3339 and UTC: a day after its creation.",
				Computed:            true,
			},
		},
	}
}

func createTemporary(ctx context.Context, api *h2ogpteapi.Client, m *temporaryModel) (face.Created, diag.Diagnostics) {
	user, diags := findUser(ctx, api, m.UserID, m.UserName)
	if user == nil {
		return face.Created{}, diags
	}
	key := h2ogpteapi.NewAPIKey{
		UserID:        user.ID,
		UserName:      user.UserName,
		Name:          m.Name.ValueString() + face.TemporarySuffix,
		CollectionID:  m.CollectionID.ValueString(),
		ExpiresInDays: new(int64(1)),
	}
	created, err := api.CreateAPIKey(ctx, key)
	if err != nil {
		object := (&model{Name: types.StringValue(key.Name), UserName: types.StringValue(key.UserName)}).object()
		return face.Created{}, diag.Diagnostics{createFailed(object, types.Int64Null(), err)}
	}
	m.ID = types.StringValue(created.ID)
	m.SecretKey = types.StringValue(created.Secret)
	m.ExpiresAt = timeOrNull(created.ExpiresAt)
	return face.Created{
		ID: created.ID, Delete: func(ctx context.Context) error { return api.DeleteAPIKey(ctx, created.ID, created.CreatedAt) },
	}, diags
}
