// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

// NewTemporary returns the ephemeral resource egs_h2ogpte_temporary_api_key.
func NewTemporary() ephemeral.EphemeralResource {
	return face.NewTemporaryKey(face.TemporaryKey[h2ogpteapi.Client, temporaryModel]{
		EphemeralResource: face.EphemeralResource[h2ogpteapi.Client, temporaryModel]{
			Name:     "_h2ogpte_temporary_api_key",
			Schema:   temporarySchema,
			Validate: func(m *temporaryModel) diag.Diagnostics { return missingUser(m.UserID, m.UserName) },
		},
		Service: "h2oGPTe",
		Ends: "its name ends in " + face.TemporarySuffix + "; it expires within a day; to deactivate it earlier, use the action " +
			"egs_deactivate_h2ogpte_api_keys",
		Create: createTemporary,
	})
}

type temporaryModel struct {
	Name         types.String `tfsdk:"name"`
	UserID       types.String `tfsdk:"user_id"`
	UserName     types.String `tfsdk:"username"`
	CollectionID types.String `tfsdk:"collection_id"`
	ID           types.String `tfsdk:"id"`
	SecretKey    types.String `tfsdk:"secret_key"`
	ExpiresAt    types.String `tfsdk:"expires_at"`
}

func temporarySchema() face.Schema {
	return face.Schema{
		Description: face.TemporaryDescription("h2oGPTe", "after a day", "you can find and delete it"),
		Attributes: face.TemporaryAttributes("h2oGPTe", "secret_key").With(face.Attributes{
			"user_id": face.Optional("ID of the user the key is for. Required if `username` is not set."),
			"username": face.Optional("Username of the user the key is for. The user must have logged in to h2oGPTe once. Required if `user_id` is " +
				"not set."),
			"collection_id": face.Optional("ID of the collection that the key is limited to. Defaults to no limit."),
			"expires_at": face.Computed("Time at which the key expires if it is not deleted earlier: one day after its creation, in " +
				"RFC 3339 format (UTC)."),
		}),
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
	object := (&model{Name: types.StringValue(key.Name), UserName: types.StringValue(key.UserName)}).object()
	if _, skew := api.LastKnownTime(); skew != nil { // The user lookup above has provided the service's time.
		return face.Created{}, diag.Diagnostics{face.ExpiryUnknownError(createSummary, object, skew)}
	}
	created, err := api.CreateAPIKey(ctx, key)
	if err != nil {
		return face.Created{}, diag.Diagnostics{createFailed(object, types.Int64Null(), err)}
	}
	m.ID = types.StringValue(created.ID)
	m.SecretKey = types.StringValue(created.Secret)
	m.ExpiresAt = timeOrNull(created.ExpiresAt)
	return face.Created{
		ID: created.ID, Delete: func(ctx context.Context) error { return api.DeleteAPIKey(ctx, created.ID, created.CreatedAt) },
	}, diags
}
