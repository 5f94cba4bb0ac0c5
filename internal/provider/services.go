// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// connect creates the clients. All services use the same settings, but each service has its own transport. So the rate
// limit of one service does not slow down the others.
func connect(s settings, temporary *face.Temporary, now func() time.Time) *face.Services {
	services := &face.Services{Temporary: temporary, Now: now, ExpiryWarningDays: s.expiryWarningDays}
	offerClient(services, s, s.egs, func() *egsapi.Client {
		return egsapi.New(egsapi.Config{
			Endpoint: s.egs.endpoint, APIKey: s.egs.apiKey, AccessToken: s.egs.accessToken,
			Now: now, MaxClockSkew: s.maxClockSkew,
		}, transport.New(s.reach))
	})
	offerClient(services, s, s.h2ogpte, func() *h2ogpteapi.Client {
		return h2ogpteapi.New(h2ogpteapi.Config{
			Endpoint: s.h2ogpte.endpoint, APIKey: s.h2ogpte.apiKey, Now: now, MaxClockSkew: s.maxClockSkew,
		}, transport.New(s.reach))
	})
	offerClient(services, s, s.gaia, func() *gaiaapi.Client {
		return gaiaapi.New(gaiaapi.Config{
			Endpoint: s.gaia.endpoint, Scheme: s.gaia.scheme, APIKey: s.gaia.apiKey, Now: now,
			MaxClockSkew: s.maxClockSkew,
		}, transport.New(s.reach))
	})
	return services
}

// offerClient creates the client of a service. If a setting is missing or unknown, offerClient offers the errors instead,
// for operations that use the service.
func offerClient[C any](services *face.Services, s settings, l login, client func() *C) {
	a := face.Access[C]{Missing: l.missing, Unknown: unknownSettings(slices.Concat(l.unknown, s.unknown))}
	if len(a.Missing)+len(a.Unknown) == 0 {
		a.Client = client()
	}
	face.Offer(services, a)
}
