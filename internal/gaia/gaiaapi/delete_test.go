// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

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
			if err := s.admin().DeleteAPIKey(t.Context(), id, secret); err != nil || s.Secret(id) != "" {
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
				err := s.admin().DeleteAPIKey(t.Context(), id, secret)
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
				if _, err := client.APIKey(t.Context(), id); err != nil {
					t.Fatal(err)
				}
				s.DeleteKey(id)
				if err := client.DeleteAPIKey(t.Context(), id, secret); err != nil {
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

func TestClient_deleteThatLostItsAnswer(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]struct {
		gone bool
		sent int
	}{
		simulation.FaultDropAfterCommit: {gone: true, sent: 1},
		simulation.FaultTruncate:        {gone: true, sent: 1},
		simulation.FaultGarbled:         {gone: true, sent: 1},
		// The list proves that it was not done, so that it can be done again.
		simulation.FaultDropBefore: {gone: true, sent: 2},
		simulation.FaultHTML:       {gone: true, sent: 2},
		// Refused, and the list holds the key.
		simulation.FaultStatus: {gone: false, sent: 1},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{})
			fault := simulation.Fault{Method: "DELETE", Path: deletePath, Kind: kind}
			if kind == simulation.FaultStatus {
				fault.Status = http.StatusNotFound
			}
			s.fail(fault)
			id, secret := s.key()
			if err := s.admin().DeleteAPIKey(t.Context(), id, secret); (err == nil) != want.gone {
				t.Errorf("got %v", err)
			}
			if got := s.Secret(id) == ""; got != want.gone {
				t.Errorf("the key is gone: %t", got)
			}
			if got := s.count("DELETE", deletePath); got != want.sent {
				t.Errorf("%d deletes, want %d", got, want.sent)
			}
		})
	}
}

// The refusal is what a user must see, not the trouble with finding out more.
func TestClient_deleteTellsItsOwnRefusal(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]simulation.Fault{
		"list fails":    listFails(500, 100),
		"list is HTML":  {Method: "GET", Kind: simulation.FaultHTML, Times: 100},
		"list is other": listAnswer(`{"items":[]}`),
		"unreadable":    listAnswer(`[{}]`),
		"hidden":        listAnswer(`[{"api_key":"","config":{}}]`),
		"foreign 404":   {Method: "GET", Kind: simulation.FaultHTML, Status: 404},
		"own 404":       listFails(404, 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{})
			id, secret := s.key()
			s.DeleteKey(id)
			s.fail(list)
			e := asError(t, s.admin().DeleteAPIKey(t.Context(), id, secret))
			if e.Op != "delete API key" || e.Status != http.StatusNotFound || e.Message != "API key not found" {
				t.Errorf("got %v", e)
			}
		})
	}
}

func TestClient_unreachableServiceIsNoAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	s.url = nowhere(t)
	e := asError(t, s.admin().DeleteAPIKey(t.Context(), gaiaapi.APIKeyID("hush"), "hush"))
	if e.Op != "delete API key" || e.Status != 0 || !strings.Contains(e.Error(), "/es/api/v1/credentials/api_keys/delete/{api_key}") {
		t.Errorf("got %v", e)
	}
}

// TestClient_interruptedDeleteIsBroughtToItsEnd cancels the context while the service is
// at it.
func TestClient_interruptedDeleteIsBroughtToItsEnd(t *testing.T) {
	t.Parallel()
	ctx, giveUp := context.WithCancel(t.Context())
	s := start(t, gaiasim.Options{}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodDelete {
				giveUp()
			}
			next.ServeHTTP(w, r)
		})
	})
	id, secret := s.key()
	if err := s.admin().DeleteAPIKey(ctx, id, secret); err != nil || s.Secret(id) != "" {
		t.Errorf("got %v", err)
	}
	if err := s.admin().DeleteAPIKey(ctx, id, secret); !errors.Is(err, context.Canceled) {
		t.Errorf("another delete was begun after the interrupt: %v", err)
	}
	s.wants(0, 0, 0, 1)
}
