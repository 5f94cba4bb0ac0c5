// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewEphemeralResource makes the ephemeral resource egs_api_key.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return face.NewEphemeralResource(face.EphemeralResource[egsapi.Client, listedModel]{
		Name:   "_api_key",
		Schema: ephemeralSchema,
		Open:   openKey,
	})
}

func ephemeralSchema() schema.Schema {
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	return schema.Schema{
		MarkdownDescription: "Looks an API key of EGS up and yields its secret, which stays out of Terraform's state and plan. Use it " +
			"where the key is managed with `store_api_key = false`, or not by Terraform.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Identifier of the key, for example `egs_api_key.ci.id`.",
				Required:            true,
				Validators:          []validator.String{keyID},
			},
			"workspace_name": schema.StringAttribute{
				MarkdownDescription: "Name of the key's workspace; null for a key of none. Set it where the provider's credentials are " +
					"bound to the workspace.",
				Optional:   true,
				Computed:   true,
				Validators: filled,
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key.",
				Computed:            true,
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "Role of the key: `Owner`, `Editor` or `Viewer`.",
				Computed:            true,
			},
			"user_name": schema.StringAttribute{
				MarkdownDescription: "Name of the key's user, in the letter case that EGS shows.",
				Computed:            true,
			},
			"description": schema.StringAttribute{
				MarkdownDescription: "What the key is for; null if nobody said.",
				Computed:            true,
			},
			"valid_until": schema.StringAttribute{
				MarkdownDescription: "Date until which the key is valid, as `YYYY-MM-DD`.",
				Computed:            true,
			},
			"service_account_name": schema.StringAttribute{
				MarkdownDescription: "Name of the Kubernetes service account whose permissions the key has.",
				Computed:            true,
			},
			"token_ttl_seconds": schema.Int64Attribute{
				MarkdownDescription: "Lifetime, in seconds, of the access tokens that EGS issues for the key.",
				Computed:            true,
			},
			"api_key": schema.StringAttribute{
				MarkdownDescription: "The secret.",
				Computed:            true,
				Sensitive:           true,
			},
		},
	}
}

func openKey(ctx context.Context, api *egsapi.Client, m *listedModel) (diags diag.Diagnostics) {
	const summary = "Unable to find EGS API key"
	key, err := api.APIKey(ctx, maybeYoung(ctx, api, m.ID.ValueString(), m.WorkspaceName))
	if err != nil {
		return face.Failed(summary, m.object(), err)
	}
	if !m.WorkspaceName.IsNull() && m.WorkspaceName.ValueString() != key.WorkspaceName {
		diags.AddError(summary, fmt.Sprintf("The %s is not of the workspace %q.", m.object(), m.WorkspaceName.ValueString()))
		return diags
	}
	if key.Secret == "" {
		diags.AddError("Unable to fetch the secret of an EGS API key", fmt.Sprintf(
			"This controller's list shows the %s without its secret. Keep the secret in the state (store_api_key = true), or "+
				"where it was put when the key was created.", m.object()))
		return diags
	}
	id := m.ID
	*m = found(key, true)
	// The id stays as it was asked for.
	m.ID = id
	return nil
}
