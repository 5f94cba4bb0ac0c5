// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// NewEphemeralResource returns the ephemeral resource egs_api_key.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return face.NewEphemeralResource(face.EphemeralResource[egsapi.Client, listedModel]{
		Name: "_api_key", Schema: ephemeralSchema, Open: openKey,
	})
}

func ephemeralSchema() face.Schema {
	return face.Schema{
		Description: "Returns one API key of EGS with its secret. The secret is not stored in the Terraform state or plan. Use this " +
			"ephemeral resource for keys with `store_api_key = false`, and for keys that Terraform does not manage.",
		Attributes: computedAttributes("Secret of the key.").With(face.Attributes{
			"id": face.Required("ID of the key, for example `egs_api_key.ci.id`.", keyID),
			"workspace_name": face.OptionalComputed("Workspace of the key. Null if the key has none. Set this if the provider's " +
				"credentials can list only the keys of one workspace."),
		}),
	}
}

func openKey(ctx context.Context, api *egsapi.Client, m *listedModel) (diags diag.Diagnostics) {
	const summary = "Unable to find EGS API key"
	key, err := api.APIKey(ctx, configuredRef(ctx, api, m.ID.ValueString(), m.WorkspaceName))
	if err != nil {
		return face.Failed(summary, m.object(), err)
	}
	if !m.WorkspaceName.IsNull() && m.WorkspaceName.ValueString() != key.WorkspaceName {
		diags.AddError(summary, fmt.Sprintf("The %s does not belong to the workspace %q.", m.object(), m.WorkspaceName.ValueString()))
		return diags
	}
	if key.Secret == "" {
		diags.AddError("Unable to fetch the secret of an EGS API key", fmt.Sprintf(
			"EGS lists the %s without its secret. Store the secret in the state (store_api_key = true), or use the copy that was "+
				"saved when the key was created.", m.object()))
		return diags
	}
	id := m.ID
	*m = newListedModel(api, key, true)
	// Terraform requires that the result has the id from the configuration.
	m.ID = id
	return nil
}

// NewTemporary returns the ephemeral resource egs_temporary_api_key.
func NewTemporary() ephemeral.EphemeralResource {
	return face.NewTemporaryKey(face.TemporaryKey[egsapi.Client, model]{
		EphemeralResource: face.EphemeralResource[egsapi.Client, model]{
			Name:     "_temporary_api_key",
			Schema:   temporarySchema,
			Validate: func(m *model) diag.Diagnostics { return missingWorkspace(m.Role, m.WorkspaceName) },
		},
		Service: "EGS",
		Ends: "its name ends in " + face.TemporarySuffix + "; it expires at the end of the next day (UTC); to revoke it " +
			"earlier, use the action egs_revoke_api_keys",
		Create: createTemporary,
	})
}

func temporarySchema() face.Schema {
	return face.Schema{
		Description: face.TemporaryDescription("EGS", "at the end of the next day (UTC)", "you can find and revoke it"),
		Attributes: face.TemporaryAttributes("EGS", "api_key").With(face.Attributes{
			"role":           face.Required(aboutRole, knownRole),
			"workspace_name": face.Optional("Workspace the key is for. Required if `role` is `Editor` or `Viewer`."),
			"username":       face.Optional("Username of the user the key is for. Defaults to `admin`."),
			"description":    schema.StringAttribute{MarkdownDescription: "Description of the key.", Optional: true},
			"valid_until": face.Computed("Date on which the key expires if it is not deleted earlier: the day after its creation " +
				"(UTC), in the format `YYYY-MM-DD`."),
		}),
	}
}

func createTemporary(ctx context.Context, api *egsapi.Client, m *model) (face.Created, diag.Diagnostics) {
	now, skew := api.TrustedNow(ctx)
	m.ValidUntil = types.StringValue(renewal.DateAfter(now, 1))
	requested := *m
	requested.Name = types.StringValue(m.Name.ValueString() + face.TemporarySuffix)
	if skew != nil {
		return face.Created{}, diag.Diagnostics{face.ExpiryUnknownError(createSummary, requested.object(), skew)}
	}
	requested.UserName = types.StringValue(cmp.Or(m.UserName.ValueString(), defaultUserName))
	key := requested.newAPIKey()
	key.Temporary = true
	created, err := api.CreateAPIKey(ctx, key)
	if err != nil {
		return face.Created{}, diag.Diagnostics{createFailed(&requested, err)}
	}
	m.ID = types.StringValue(created.ID)
	m.APIKey = types.StringValue(created.Secret)
	ref := egsapi.KeyRef{
		ID: created.ID, Secret: created.Secret, WorkspaceName: key.WorkspaceName, Role: key.Role, Created: created.CreatedAt,
	}
	return face.Created{
		ID: created.ID, Workspace: key.WorkspaceName,
		Delete: func(ctx context.Context) error { return api.DeleteAPIKey(ctx, ref) },
	}, nil
}
