// SPDX-License-Identifier: MPL-2.0

package egs

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// Provider is what this package needs of the configured provider.
type Provider interface {
	// EGS returns the client of the controller, or the errors that say which part
	// of the provider's configuration is missing or not known yet.
	EGS() (*egsapi.Client, diag.Diagnostics)
	// EGSMissing are the errors about what is known to be missing of the provider's
	// configuration for EGS; none where it is only not known yet.
	EGSMissing() diag.Diagnostics
	// Temporary holds the temporary keys that are open.
	Temporary() *face.Temporary
	// Now is this machine's clock.
	Now() time.Time
	// ExpiryWarningDays is how many days before a key's fixed date a plan warns of
	// it; 0 means never.
	ExpiryWarningDays() int64
}

// Resources are the resources EGS offers.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{newAPIKeyResource, newWorkspaceResource}
}

// DataSources are the data sources EGS offers.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{newAPIKeyDataSource, newAPIKeysDataSource, newWorkspaceDataSource, newWorkspacesDataSource}
}

// EphemeralResources are the ephemeral resources EGS offers.
func EphemeralResources() []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		newAPIKeyEphemeral, newTemporaryAPIKeyEphemeral, newAccessTokenEphemeral, newWorkspaceKubeconfigEphemeral,
	}
}

// ListResources are the list resources EGS offers.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{newAPIKeyListResource, newWorkspaceListResource}
}

// Actions are the actions EGS offers.
func Actions() []func() action.Action {
	return []func() action.Action{newRevokeAPIKeysAction}
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
			"The provider handed %T to a type of EGS. This is a fault of the provider; please report it.", data))
	}
	return provider
}

// client returns the provider's client, or nil after it added the error that says
// why there is none.
func client(provider Provider, diags *diag.Diagnostics) *egsapi.Client {
	api, problems := provider.EGS()
	diags.Append(problems...)
	return api
}
