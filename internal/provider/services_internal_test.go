// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

func connected(t *testing.T, m model, env map[string]string) *face.Services {
	t.Helper()
	s, diags := m.settings(environment(env), atNoon)
	if len(diags) != 0 {
		t.Fatal(diags)
	}
	return connect(s, &face.Temporary{}, time.Now)
}

// accessible describes the access to a service. missing and unknown are the numbers of errors if the service has no client.
type accessible struct {
	client           bool
	missing, unknown int
}

func offeredBy[C any](s *face.Services) accessible {
	access, ok := face.AccessTo[C](s)
	return accessible{ok && access.Client != nil, len(access.Missing), len(access.Unknown)}
}

// A service is available if its own settings are complete, whatever the settings of the other services are.
func TestServices_independent(t *testing.T) {
	t.Parallel()
	for _, used := range [][]string{nil, {"EGS"}, {"H2OGPTE"}, {"GAIA"}, {"EGS", "GAIA"}, {"EGS", "H2OGPTE", "GAIA"}} {
		t.Run(strings.Join(used, "+"), func(t *testing.T) {
			t.Parallel()
			of := maps.Clone(complete)
			maps.DeleteFunc(of, func(name, _ string) bool {
				service, _, _ := strings.Cut(name, "_")
				return !slices.Contains(used, service)
			})
			s := connected(t, model{}, of)
			for service, got := range map[string]accessible{
				"EGS":     offeredBy[egsapi.Client](s),
				"H2OGPTE": offeredBy[h2ogpteapi.Client](s),
				"GAIA":    offeredBy[gaiaapi.Client](s),
			} {
				if want := of[service+"_ENDPOINT"] != ""; got.client != want || (got.missing > 0) == want || got.unknown > 0 {
					t.Errorf("%s: got %+v, want a client: %t", service, got, want)
				}
			}
		})
	}
}

func TestServices_unknown(t *testing.T) {
	t.Parallel()
	env := map[string]string{"H2OGPTE_ENDPOINT": "https://h2ogpte.example.com/api/v1", "H2OGPTE_API_KEY": "sk-a"}
	available := accessible{client: true}
	for name, test := range map[string]struct {
		model              model
		egs, h2ogpte, gaia accessible
	}{
		"EGS":                 {minimal(func(m *model) { m.APIKey = types.StringUnknown() }), accessible{unknown: 1}, available, accessible{missing: 2}},
		"all services":        {minimal(func(m *model) { m.MaxRetries = types.Int64Unknown() }), accessible{unknown: 1}, accessible{unknown: 1}, accessible{missing: 2, unknown: 1}},
		"a member":            {minimal(func(m *model) { m.GAIA = sectionOf(map[string]attr.Value{"api_key": types.StringUnknown()}) }), available, available, accessible{missing: 1, unknown: 1}},
		"a section":           {minimal(func(m *model) { m.GAIA = types.ObjectUnknown(nil) }), available, available, accessible{unknown: 3}},
		"beside missing ones": {model{Endpoint: types.StringUnknown()}, accessible{missing: 1, unknown: 1}, available, accessible{missing: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := connected(t, test.model, env)
			got := []accessible{offeredBy[egsapi.Client](s), offeredBy[h2ogpteapi.Client](s), offeredBy[gaiaapi.Client](s)}
			if want := []accessible{test.egs, test.h2ogpte, test.gaia}; !slices.Equal(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

// Each service receives only its own credentials, in its own authorization scheme.
func TestServices_credentialsGoToTheirService(t *testing.T) {
	t.Parallel()
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.URL.Path[:5]+" "+r.Header.Get("Authorization"))
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(server.Close)
	s := connected(t, model{GAIA: section("authorization_scheme", "Basic")}, map[string]string{
		"EGS_ENDPOINT": server.URL + "/egs", "EGS_ACCESS_TOKEN": "egs-token",
		"H2OGPTE_ENDPOINT": server.URL + "/h2o", "H2OGPTE_API_KEY": "h2ogpte-key",
		"GAIA_ENDPOINT": server.URL + "/gai", "GAIA_API_KEY": "gaia-key",
	})
	egs, _ := face.AccessTo[egsapi.Client](s)
	if _, err := egs.Client.APIKeys(t.Context(), ""); err == nil {
		t.Error("EGS accepted the request")
	}
	h2ogpte, _ := face.AccessTo[h2ogpteapi.Client](s)
	if _, err := h2ogpte.Client.Users(t.Context()); err == nil {
		t.Error("h2oGPTe accepted the request")
	}
	gaia, _ := face.AccessTo[gaiaapi.Client](s)
	if _, err := gaia.Client.APIKeys(t.Context()); err == nil {
		t.Error("GAIA accepted the request")
	}
	want := "/egs/ Bearer egs-token\n/h2o/ Bearer h2ogpte-key\n/gai/ Basic gaia-key"
	if got := strings.Join(seen, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
