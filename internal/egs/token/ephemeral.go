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

// NewEphemeralResource makes the ephemeral resource egs_access_token.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return face.NewEphemeralResource(face.EphemeralResource[egsapi.Client, model]{
		Name: "_access_token", Schema: tokenSchema, Open: openToken,
	})
}

// model is an access token in Terraform's terms.
type model struct {
	APIKey          types.String `tfsdk:"api_key"`
	Token           types.String `tfsdk:"token"`
	ExpiresAt       types.String `tfsdk:"expires_at"`
	LifetimeSeconds types.Int64  `tfsdk:"lifetime_seconds"`
}

func tokenSchema() face.Schema {
	apiKey := face.Optional("API key to exchange. Defaults to the provider's own; where the provider has an access token instead, " +
		"that is yielded as it is.")
	apiKey.Sensitive = true
	return face.Schema{
		Description: "Exchanges an API key of EGS for an access token, which stays out of Terraform's state and plan. The token " +
			"is that of a Kubernetes service account: the `kubernetes` and `helm` providers take it.\n\n" +
			"~> A token lives for minutes (`lifetime_seconds`), and nothing can prolong it: whatever took it at the start of a run " +
			"keeps it. Terraform gets a new one in every plan and every apply.",
		Attributes: face.Attributes{
			"api_key": apiKey,
			"token":   face.ComputedSecret("The access token: the bearer of requests to EGS and to Kubernetes."),
			"expires_at": face.Computed("When the token expires, by the controller's clock, as an RFC 3339 time in UTC; null where the token " +
				"does not say."),
			"lifetime_seconds": face.ComputedInt64("How long, in seconds, the token was valid when it was issued; null where the token does not " +
				"say."),
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
