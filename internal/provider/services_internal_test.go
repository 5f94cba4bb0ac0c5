// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// connected is the provider with the configuration and environment.
func connected(t *testing.T, m model, env map[string]string) *services {
	t.Helper()
	s, diags := m.settings(environment(env))
	if len(diags) != 0 {
		t.Fatal(diags)
	}
	return connect(s, &face.Temporary{}, transport.Options{RequestTimeout: time.Minute}, time.Now)
}

// Each service is there where it is set up, whatever is of the others.
func TestServices_eachByItself(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"EGS_ENDPOINT": "https://egs.example.com", "EGS_API_KEY": "a-key",
		"H2OGPTE_ENDPOINT": "https://h2ogpte.example.com/api/v1", "H2OGPTE_API_KEY": "sk-a",
		"GAIA_ENDPOINT": "https://gaia.example.com", "GAIA_API_KEY": "a-key",
	}
	for _, used := range [][]string{nil, {"EGS"}, {"H2OGPTE"}, {"GAIA"}, {"EGS", "GAIA"}, {"EGS", "H2OGPTE", "GAIA"}} {
		t.Run(strings.Join(used, "+"), func(t *testing.T) {
			t.Parallel()
			of := map[string]string{}
			for _, service := range used {
				for name, value := range env {
					if strings.HasPrefix(name, service+"_") {
						of[name] = value
					}
				}
			}
			s := connected(t, model{}, of)
			egs, egsErrors := s.EGS()
			h2ogpte, h2ogpteErrors := s.H2OGPTe()
			gaia, gaiaErrors := s.GAIA()
			for service, got := range map[string]struct {
				there           bool
				errors, missing diag.Diagnostics
			}{
				"EGS":     {egs != nil, egsErrors, s.EGSMissing()},
				"H2OGPTE": {h2ogpte != nil, h2ogpteErrors, s.H2OGPTeMissing()},
				"GAIA":    {gaia != nil, gaiaErrors, s.GAIAMissing()},
			} {
				if want := of[service+"_ENDPOINT"] != ""; got.there != want || got.errors.HasError() == want || got.missing.HasError() == want {
					t.Errorf("%s: there %t, want %t: %v, missing %v", service, got.there, want, got.errors, got.missing)
				}
			}
		})
	}
}

func TestServices_unknown(t *testing.T) {
	t.Parallel()
	env := map[string]string{"H2OGPTE_ENDPOINT": "https://h2ogpte.example.com/api/v1", "H2OGPTE_API_KEY": "sk-a"}
	for name, test := range map[string]struct {
		model model
		// egs, h2ogpte and gaia are how many errors there are, of which so many are about
		// what is missing.
		egs, h2ogpte, gaia                      int
		egsMissing, h2ogpteMissing, gaiaMissing int
	}{
		"of EGS":             {minimal(func(m *model) { m.APIKey = types.StringUnknown() }), 1, 0, 2, 0, 0, 2},
		"for all":            {minimal(func(m *model) { m.MaxRetries = types.Int64Unknown() }), 1, 1, 3, 0, 0, 2},
		"a member":           {minimal(func(m *model) { m.GAIA = sectionOf(map[string]attr.Value{"api_key": types.StringUnknown()}) }), 0, 0, 2, 0, 0, 1},
		"a section":          {minimal(func(m *model) { m.GAIA = types.ObjectUnknown(nil) }), 0, 0, 3, 0, 0, 0},
		"beside the missing": {model{Endpoint: types.StringUnknown()}, 2, 0, 2, 1, 0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := connected(t, test.model, env)
			egs, egsErrors := s.EGS()
			h2ogpte, h2ogpteErrors := s.H2OGPTe()
			gaia, gaiaErrors := s.GAIA()
			if got := [3]int{len(egsErrors), len(h2ogpteErrors), len(gaiaErrors)}; got != [3]int{test.egs, test.h2ogpte, test.gaia} {
				t.Errorf("got %v errors", got)
			}
			if (egs == nil) != (test.egs > 0) || (h2ogpte == nil) != (test.h2ogpte > 0) || (gaia == nil) != (test.gaia > 0) {
				t.Error("there is a client beside errors, or neither")
			}
			if got := [3]int{len(s.EGSMissing()), len(s.H2OGPTeMissing()), len(s.GAIAMissing())}; got != [3]int{test.egsMissing, test.h2ogpteMissing, test.gaiaMissing} {
				t.Errorf("%v are missing", got)
			}
		})
	}
}

// Each service gets its own credentials and no other's, in its own scheme.
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
	egs, _ := s.EGS()
	if _, err := egs.APIKeys(t.Context(), ""); err == nil {
		t.Error("EGS answers")
	}
	h2ogpte, _ := s.H2OGPTe()
	if _, err := h2ogpte.Users(t.Context()); err == nil {
		t.Error("h2oGPTe answers")
	}
	gaia, _ := s.GAIA()
	if _, err := gaia.APIKeys(t.Context()); err == nil {
		t.Error("GAIA answers")
	}
	want := "/egs/ Bearer egs-token\n/h2o/ Bearer h2ogpte-key\n/gai/ Basic gaia-key"
	if got := strings.Join(seen, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
