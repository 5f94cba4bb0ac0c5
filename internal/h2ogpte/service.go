// SPDX-License-Identifier: MPL-2.0

package h2ogpte

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

// Provider is what this package needs of the configured provider.
type Provider interface {
	// Temporary holds the temporary keys that are open.
	Temporary() *face.Temporary
	// H2OGPTe returns the client of the service, or the errors that say which part of
	// the provider's configuration is missing or not known yet.
	H2OGPTe() (*h2ogpteapi.Client, diag.Diagnostics)
	// H2OGPTeMissing are the errors about what is known to be missing of the
	// configuration of the service; none where it is only not known yet.
	H2OGPTeMissing() diag.Diagnostics
	// ExpiryWarningDays is how many days before a key expires a plan warns of it; 0
	// means never.
	ExpiryWarningDays() int64
}

// Resources are the resources h2oGPTe offers.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{newAPIKeyResource}
}

// DataSources are the data sources h2oGPTe offers.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{newAPIKeysDataSource, newUsersDataSource}
}

// EphemeralResources are the ephemeral resources h2oGPTe offers.
func EphemeralResources() []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newTemporaryAPIKeyEphemeral}
}

// ListResources are the list resources h2oGPTe offers.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{newAPIKeyListResource}
}

// Actions are the actions h2oGPTe offers.
func Actions() []func() action.Action {
	return []func() action.Action{newDeactivateAPIKeysAction}
}

// configured returns the provider handed to a Configure method; nil before the
// provider is configured, as during validation.
func configured(data any, diags *diag.Diagnostics) Provider {
	if data == nil {
		return nil
	}
	provider, ok := data.(Provider)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf(
			"The provider handed %T to a type of h2oGPTe. This is a fault of the provider; please report it.", data))
	}
	return provider
}

// client returns the provider's client, or nil after it added the error that says
// why there is none.
func client(provider Provider, diags *diag.Diagnostics) *h2ogpteapi.Client {
	api, problems := provider.H2OGPTe()
	diags.Append(problems...)
	return api
}
