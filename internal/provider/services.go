// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// offer is what a service offers.
type offer struct {
	resources          []func() resource.Resource
	dataSources        []func() datasource.DataSource
	ephemeralResources []func() ephemeral.EphemeralResource
	listResources      []func() list.ListResource
	actions            []func() action.Action
}

// offers are those of all services.
var offers = []offer{
	{egs.Resources(), egs.DataSources(), egs.EphemeralResources(), egs.ListResources(), egs.Actions()},
	{h2ogpte.Resources(), h2ogpte.DataSources(), h2ogpte.EphemeralResources(), h2ogpte.ListResources(), h2ogpte.Actions()},
	{gaia.Resources(), gaia.DataSources(), gaia.EphemeralResources(), gaia.ListResources(), gaia.Actions()},
}

// offered is what all services offer of a kind.
func offered[T any](kind func(offer) []func() T) (all []func() T) {
	for _, f := range offers {
		all = append(all, kind(f)...)
	}
	return all
}

var (
	_ egs.Provider     = (*services)(nil)
	_ h2ogpte.Provider = (*services)(nil)
	_ gaia.Provider    = (*services)(nil)
)

// services is what the provider hands to the types of all services.
type services struct {
	now               func() time.Time
	temporary         *face.Temporary
	expiryWarningDays int64

	egs     access[egsapi.Client]
	h2ogpte access[h2ogpteapi.Client]
	gaia    access[gaiaapi.Client]
}

// access is the client of a service, or why there is none.
type access[C any] struct {
	client           *C
	missing, unknown diag.Diagnostics
}

// connect makes the clients. Each service is reached in the same way, and by itself:
// one that limits requests slows no other down.
func connect(s settings, temporary *face.Temporary, reach transport.Options, now func() time.Time) *services {
	return &services{
		now:               now,
		temporary:         temporary,
		expiryWarningDays: s.expiryWarningDays,
		egs: newAccess(s, s.egs, func() *egsapi.Client {
			return egsapi.New(egsapi.Config{
				Endpoint: s.egs.endpoint, APIKey: s.egs.apiKey, AccessToken: s.egs.accessToken, Now: now,
			}, transport.New(reach))
		}),
		h2ogpte: newAccess(s, s.h2ogpte, func() *h2ogpteapi.Client {
			return h2ogpteapi.New(h2ogpteapi.Config{
				Endpoint: s.h2ogpte.endpoint, APIKey: s.h2ogpte.apiKey, Now: now,
			}, transport.New(reach))
		}),
		gaia: newAccess(s, s.gaia, func() *gaiaapi.Client {
			return gaiaapi.New(gaiaapi.Config{
				Endpoint: s.gaia.endpoint, Scheme: s.gaia.scheme, APIKey: s.gaia.apiKey, Now: now,
			}, transport.New(reach))
		}),
	}
}

// newAccess makes the client of a service if all is known that it needs.
func newAccess[C any](s settings, l login, client func() *C) access[C] {
	a := access[C]{missing: l.missing, unknown: unknownSettings(slices.Concat(l.unknown, s.unknown))}
	if len(a.missing)+len(a.unknown) == 0 {
		a.client = client()
	}
	return a
}

// get is the client, or the errors that say why there is none.
func (a access[C]) get() (*C, diag.Diagnostics) {
	return a.client, slices.Concat(a.missing, a.unknown)
}

// EGS implements egs.Provider.
func (s *services) EGS() (*egsapi.Client, diag.Diagnostics) { return s.egs.get() }

// EGSMissing implements egs.Provider.
func (s *services) EGSMissing() diag.Diagnostics { return s.egs.missing }

// H2OGPTe implements h2ogpte.Provider.
func (s *services) H2OGPTe() (*h2ogpteapi.Client, diag.Diagnostics) { return s.h2ogpte.get() }

// H2OGPTeMissing implements h2ogpte.Provider.
func (s *services) H2OGPTeMissing() diag.Diagnostics { return s.h2ogpte.missing }

// GAIA implements gaia.Provider.
func (s *services) GAIA() (*gaiaapi.Client, diag.Diagnostics) { return s.gaia.get() }

// GAIAMissing implements gaia.Provider.
func (s *services) GAIAMissing() diag.Diagnostics { return s.gaia.missing }

// Temporary implements the Provider of the faces.
func (s *services) Temporary() *face.Temporary { return s.temporary }

// Now implements the Provider of the faces.
func (s *services) Now() time.Time { return s.now() }

// ExpiryWarningDays implements the Provider of the faces.
func (s *services) ExpiryWarningDays() int64 { return s.expiryWarningDays }
