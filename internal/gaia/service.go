// SPDX-License-Identifier: MPL-2.0

package gaia

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

// Provider is what this package needs of the configured provider.
type Provider interface {
	// GAIA returns the client of the service, or the error that says which part of the
	// provider's configuration is missing or not known yet.
	GAIA() (*gaiaapi.Client, diag.Diagnostics)
	// GAIAMissing is the error that says which part is missing; nil where a part is only
	// not known yet.
	GAIAMissing() diag.Diagnostics
}

// Resources are the resources Search GAIA offers.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{newAPIKeyResource}
}

// DataSources are the data sources Search GAIA offers.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{newAPIKeysDataSource}
}

// EphemeralResources are the ephemeral resources Search GAIA offers.
func EphemeralResources() []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newAPIKeyEphemeral}
}

// ListResources are the list resources Search GAIA offers.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{newAPIKeyListResource}
}

// Actions are the actions Search GAIA offers: none.
func Actions() []func() action.Action { return nil }

// typeName is the name of a type of this service.
func typeName(provider, thing string) string { return provider + "_gaia_" + thing }

// configured returns the provider handed to a Configure method; nil before the
// provider is configured, as during validation.
func configured(data any, diags *diag.Diagnostics) Provider {
	if data == nil {
		return nil
	}
	provider, ok := data.(Provider)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf(
			"The provider handed %T to a type of Search GAIA. This is a fault of the provider; please report it.", data))
	}
	return provider
}

// client returns the provider's client, or nil after it added the error that says
// why there is none.
func client(provider Provider, diags *diag.Diagnostics) *gaiaapi.Client {
	api, problems := provider.GAIA()
	diags.Append(problems...)
	return api
}
