// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"fmt"
	"testing"
	"time"

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
				s.Fail(fault)
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
