// SPDX-License-Identifier: MPL-2.0

package token

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewEphemeralResource returns the ephemeral resource egs_access_token.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return face.NewEphemeralResource(face.EphemeralResource[egsapi.Client, model]{
		Name: "_access_token", Schema: tokenSchema, Open: openToken,
	})
}

// model is the model of egs_access_token.
type model struct {
	APIKey          types.String `tfsdk:"api_key"`
	Token           types.String `tfsdk:"token"`
	ExpiresAt       types.String `tfsdk:"expires_at"`
	LifetimeSeconds types.Int64  `tfsdk:"lifetime_seconds"`
}

func tokenSchema() face.Schema {
	apiKey := face.Optional("API key to exchange. Defaults to the API key of the provider configuration. If the provider is configured with " +
		"an access token instead, that token is returned.")
	apiKey.Sensitive = true
	return face.Schema{
		Description: "Exchanges an API key of EGS for an access token. The token is not stored in the Terraform state or plan. It is the token of " +
			"a Kubernetes service account, so you can use it with the `kubernetes` and `helm` providers.\n\n" +
			"~> **Note:** A token is valid for a few minutes (`lifetime_seconds`) and cannot be extended. Each plan and each apply gets a new " +
			"token. The token must not expire before the run ends.",
		Attributes: face.Attributes{
			"api_key": apiKey,
			"token":   face.ComputedSecret("Access token, to be sent as bearer token to EGS or Kubernetes."),
			"expires_at": face.Computed("Time at which the token expires, by the clock of EGS, in RFC 3339 format (UTC). Null if the token has no " +
				"expiry."),
			"lifetime_seconds": face.ComputedInt64("Number of seconds for which the token was valid when it was issued. Null if the token has no " +
				"expiry."),
		},
	}
}

func openToken(ctx context.Context, api *egsapi.Client, m *model) diag.Diagnostics {
	token, err := api.NewAccessToken(ctx, m.APIKey.ValueString())
	if err != nil {
		return face.Failed("Unable to get EGS access token", "Exchange of an API key", err)
	}
	m.Token = types.StringValue(token.Token)
	if token.Lifetime > 0 {
		m.ExpiresAt = types.StringValue(token.ExpiresAt.Format(time.RFC3339))
		m.LifetimeSeconds = types.Int64Value(int64(token.Lifetime / time.Second))
	}
	return nil
}
