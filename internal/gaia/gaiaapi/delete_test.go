// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// An answer that says so proves a delete: no list is needed.
func TestClient_delete(t *testing.T) {
	t.Parallel()
	for name, form := range keyForms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{KeyForm: form})
			id, secret := s.key()
			if err := s.admin().DeleteAPIKey(t.Context(), id, secret, time.Time{}); err != nil || s.Secret(id) != "" {
				t.Errorf("got %v", err)
			}
			s.wants(0, 0, 0, 1)
		})
	}
}

// TestClient_deleteIsNotDoneByAnAnswerThatDoesNotSaySo has the service, or anybody, answer
// a delete that was not done.
func TestClient_deleteIsNotDoneByAnAnswerThatDoesNotSaySo(t *testing.T) {
	t.Parallel()
	for body, passes := range map[string]bool{
		"":                                     true,
		"null":                                 true,
		`{"result":"ok"}`:                      false,
		`{"api_key":"a","result":"not found"}`: false,
		`[]`:                                   false,
		`<html>`:                               false,
	} {
		for _, times := range []int{1, 100} {
			t.Run(fmt.Sprintf("%q %d", body, times), func(t *testing.T) {
				t.Parallel()
				s := start(t, gaiasim.Options{})
				id, secret := s.key()
				fault := simulation.Fault{Method: "DELETE", Kind: simulation.FaultStatus, Status: 200, Body: body, Times: times}
				if body == "" {
					fault.Kind, fault.Status = simulation.FaultEmpty, 0
				}
				s.fail(fault)
				err := s.admin().DeleteAPIKey(t.Context(), id, secret, time.Time{})
				if gone := s.Secret(id) == ""; gone != (err == nil) || gone != (passes && times == 1) {
					t.Errorf("the key is gone: %t, %v", gone, err)
				}
				if err != nil && asError(t, err).Section != "gaia" {
					t.Errorf("got %#v", err)
				}
			})
		}
	}
}

func TestClient_deleteOfKeyThatIsGoneSucceeds(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 409, 410, 422, 500, 503} {
		for _, form := range []gaiasim.ErrorForm{gaiasim.ErrorsAsText, gaiasim.ErrorsEmpty} {
			t.Run(fmt.Sprint(status, form), func(t *testing.T) {
				t.Parallel()
				s := start(t, gaiasim.Options{UnknownKeyStatus: status, ErrorForm: form})
				id, secret := s.key()
				client := s.admin()
				if _, err := client.APIKey(t.Context(), id, time.Time{}); err != nil {
					t.Fatal(err)
				}
				s.DeleteKey(id)
				if err := client.DeleteAPIKey(t.Context(), id, secret, time.Time{}); err != nil {
					t.Error(err)
				}
				// What was listed before proves nothing.
				if got := s.count("GET", keysPath); got != 2 {
					t.Errorf("%d list requests, want 2", got)
				}
			})
		}
	}
}

// The refusal is what a user must see, not the trouble with finding out more.
func TestClient_deleteTellsItsOwnRefusal(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]simulation.Fault{
		"list fails": always(listFails(500)),
		"hidden":     listAnswer(`[{"api_key":"","config":{}}]`),
		"own 404":    listFails(404),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{})
			id, secret := s.key()
			s.DeleteKey(id)
			s.fail(list)
			e := asError(t, s.admin().DeleteAPIKey(t.Context(), id, secret, time.Time{}))
			if e.Op != "delete API key" || e.Status != http.StatusNotFound || e.Message != "API key not found" {
				t.Errorf("got %v", e)
			}
		})
	}
}

func TestClient_unreachableServiceProvesNothing(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	s.url = nowhere(t)
	e := asError(t, s.admin().DeleteAPIKey(t.Context(), gaiaapi.APIKeyID("hush"), "hush", time.Time{}))
	if e.Op != "delete API key" || e.Status != 0 || !strings.Contains(e.Error(), "/es/api/v1/credentials/api_keys/delete/{api_key}") {
		t.Errorf("got %v", e)
	}
}
