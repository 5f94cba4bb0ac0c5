// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestClient_errorResponses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status        int
		body          string
		want          int
		code, message string
	}{
		"documented":       {401, `{"code":401,"message":"Invalid API key"}`, 401, "", "Invalid API key"},
		"with error_type":  {403, `{"code":403,"message":"No","error_type":"ForbiddenError"}`, 403, "ForbiddenError", "No"},
		"code as a string": {403, `{"code":"403","message":"No"}`, 403, "", "No"},
		"no message":       {403, `{"code":403}`, 403, "", ""},
		"invalid message":  {403, `{"code":403,"message":["No"],"error_type":7}`, 403, "", ""},
		"unknown members":  {403, `{"code":403,"message":"No","detail":{"a":[1]}}`, 403, "", "No"},
		"unknown code":     {400, `{"code":1001,"message":"No"}`, 400, "", "No"},
		"conflicting code": {403, `{"code":500,"message":"No"}`, 500, "", "No"},
		"several lines":    {403, "{\"code\":403,\"message\":\"No\\n\\u001b[2Jway\"}", 403, "", "No  [2Jway"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{})
			s.Fail(always(simulation.Fault{Path: keysPath, Kind: simulation.FaultStatus, Status: test.status, Body: test.body}))
			e := asError(t, list(t, s.client()))
			if e.Status != test.want || e.Code != test.code || e.Message != test.message || e.IsUnexpected() || (e.Endpoint != "") != e.CredentialsRefused() {
				t.Errorf("got %#v", e)
			}
		})
	}
}

// If the base URL is wrong, a server can respond with 404 in the form of the service. Such a response is neither an empty
// list nor a proof that a key no longer exists.
func TestClient_wrongBaseURL(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	client := connect(h2ogpteapi.Config{Endpoint: s.url.JoinPath("wrong"), APIKey: s.AdminKey()})
	_, err := client.APIKey(t.Context(), "1", time.Time{})
	if e := asError(t, err); e.Status != http.StatusNotFound || errors.Is(err, h2ogpteapi.ErrNotFound) || !strings.Contains(e.Message, "/wrong/admin/api_keys") {
		t.Errorf("got %v", err)
	}
	if e := asError(t, client.DeleteAPIKey(t.Context(), "1", time.Time{})); e.Status != http.StatusNotFound {
		t.Errorf("got %v", e)
	}
	_, errOfUser := client.UserByName(t.Context(), "alice")
	if errors.Is(errOfUser, h2ogpteapi.ErrNotFound) || asError(t, errOfUser).Status != http.StatusNotFound {
		t.Errorf("got %v", errOfUser)
	}
	// The errors contain the advice about the endpoint.
	for _, err := range []error{err, errOfUser} {
		if e := asError(t, err); !e.IsUnexpected() || e.Endpoint == "" || !strings.Contains(e.Message, "h2ogpte.endpoint must end in /api/v1") {
			t.Errorf("got %v", err)
		}
	}
}

func TestClient_endpointForms(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{}, func(next http.Handler) http.Handler { return http.StripPrefix("/h2ogpte", next) })
	for _, path := range []string{"/h2ogpte/api/v1", "/h2ogpte/api/v1/"} {
		client := connect(h2ogpteapi.Config{Endpoint: s.URL.JoinPath(path), APIKey: s.AdminKey()})
		list, err := client.APIKeys(t.Context(), "", 0)
		if err != nil || len(list.Items) != 1 {
			t.Errorf("%s: %v", path, err)
		}
	}
}
