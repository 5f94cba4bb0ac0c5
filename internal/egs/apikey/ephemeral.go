// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewEphemeralResource makes the ephemeral resource egs_api_key.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return face.NewEphemeralResource(face.EphemeralResource[egsapi.Client, listedModel]{
		Name: "_api_key", Schema: ephemeralSchema, Open: openKey,
	})
}

func ephemeralSchema() face.Schema {
	return face.Schema{
		Description: "Looks an API key of EGS up and yields its secret, which stays out of Terraform's state and plan. Use it " +
			"where the key is managed with `store_api_key = false`, or not by Terraform.",
		Attributes: computedAttributes("The secret.").With(face.Attributes{
			"id": face.Required("Identifier of the key, for example `egs_api_key.ci.id`.", keyID),
			"workspace_name": face.OptionalComputed("Name of the key's workspace; null for a key of none. Set it where the provider's " +
				"credentials are bound to the workspace."),
		}),
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
