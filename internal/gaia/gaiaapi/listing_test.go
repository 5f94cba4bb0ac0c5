// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestClient_listAfterAWriteIsNew(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	client := s.admin()
	id, secret := s.key()
	for i, write := range []func() error{
		func() error { return client.UpdateAPIKey(t.Context(), secret, gaiaapi.NewAPIKey{Permissions: "write"}) },
		func() error { return client.DeleteAPIKey(t.Context(), id, secret, time.Time{}) },
	} {
		if _, err := client.APIKey(t.Context(), id, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if err := write(); err != nil {
			t.Fatal(err)
		}
		key, err := client.APIKey(t.Context(), id, time.Time{})
		if (i == 0 && (err != nil || key.Permissions != "write")) || (i == 1 && !errors.Is(err, gaiaapi.ErrNotFound)) {
			t.Errorf("after write %d: %v", i, err)
		}
	}
	// What this client deleted needs no list.
	s.wants(2, 0, 1, 1)
}

// A list that lags still shows a key that this client has deleted.
func TestClient_listThatLags(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	client := s.admin()
	id, secret := s.key()
	if err := client.DeleteAPIKey(t.Context(), id, secret, time.Time{}); err != nil {
		t.Fatal(err)
	}
	s.fail(always(listAnswer(`[{"api_key":"` + secret + `","config":{}},{"api_key":"another","config":{}}]`)))
	if _, err := client.APIKey(t.Context(), id, time.Time{}); !errors.Is(err, gaiaapi.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if list, err := client.APIKeys(t.Context()); err != nil || len(list.Keys) != 1 || list.Keys[0].Secret != "another" {
		t.Errorf("got %+v, %v", list, err)
	}
}

// TestClient_absenceNeedsProof has lists fail in every way: a key is neither found nor
// proven to be gone.
func TestClient_absenceNeedsProof(t *testing.T) {
	t.Parallel()
	status := func(status int, body string) simulation.Fault {
		return simulation.Fault{Kind: simulation.FaultStatus, Status: status, Body: body}
	}
	for name, fault := range map[string]simulation.Fault{
		"401":                    status(401, ""),
		"403":                    status(403, ""),
		"404":                    status(404, ""),
		"404 with a text":        status(404, `{"detail":"No API keys found"}`),
		"500":                    status(500, ""),
		"HTML":                   {Kind: simulation.FaultHTML, Status: 200},
		"HTML 404":               {Kind: simulation.FaultHTML, Status: 404},
		"redirect":               {Kind: simulation.FaultRedirect, Location: "/login"},
		"truncated":              {Kind: simulation.FaultTruncate},
		"overrun":                {Kind: simulation.FaultOverrun},
		"garbled":                {Kind: simulation.FaultGarbled},
		"dropped":                {Kind: simulation.FaultDropBefore},
		"empty":                  {Kind: simulation.FaultEmpty},
		"null":                   status(200, `null`),
		"object":                 status(200, `{}`),
		"object with the list":   status(200, `{"api_keys":[]}`),
		"cut":                    status(200, `[`),
		"entry that is nothing":  status(200, `[null]`),
		"entry without a config": status(200, `[{}]`),
		"hidden":                 status(200, `[{"api_key":"****1234","config":{"permissions":"read"}}]`),
		"hidden by one text":     status(200, `[{"api_key":"redacted","config":{}},{"api_key":"redacted","config":{}}]`),
		"without keys":           status(200, `[{"config":{"permissions":"read"}}]`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{})
			id, _ := s.key()
			fault.Method, fault.Path = http.MethodGet, keysPath
			s.fail(always(fault))
			key, err := s.admin().APIKey(t.Context(), id, time.Time{})
			if e := asError(t, err); errors.Is(err, gaiaapi.ErrNotFound) || key != nil || e.Section != "gaia" || e.Op != "list API keys" {
				t.Errorf("got %v, %v", key, err)
			}
		})
	}
}

func TestClient_absence(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]string{
		"empty list": `[]`,
		"others":     `[{"api_key":"a","config":{"permissions":"read"}}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{})
			s.fail(listAnswer(list))
			if _, err := s.admin().APIKey(t.Context(), gaiaapi.APIKeyID("b"), time.Time{}); !errors.Is(err, gaiaapi.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// An entry that makes no sense proves that its key is there, and hides no other.
func TestClient_oddEntry(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{})
	s.fail(always(listAnswer(`[{"api_key":"a","config":{"permissions":["read"]}},{"api_key":"b","config":{"permissions":"read"}}]`)))
	client := s.admin()
	if _, err := client.APIKey(t.Context(), gaiaapi.APIKeyID("a"), time.Time{}); err == nil || errors.Is(err, gaiaapi.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := client.APIKey(t.Context(), gaiaapi.APIKeyID("b"), time.Time{}); err != nil {
		t.Error(err)
	}
	if _, err := client.APIKey(t.Context(), gaiaapi.APIKeyID("c"), time.Time{}); !errors.Is(err, gaiaapi.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	list, err := client.APIKeys(t.Context())
	if err != nil || len(list.Keys) != 1 || list.Unreadable != 1 {
		t.Errorf("got %+v, %v", list, err)
	}
}

func TestClient_listThatHidesKeys(t *testing.T) {
	t.Parallel()
	s := start(t, gaiasim.Options{HideKeys: true})
	client := s.admin()
	id, secret := s.key()
	if _, err := client.APIKey(t.Context(), id, time.Time{}); !errors.Is(err, gaiaapi.ErrHidden) {
		t.Errorf("got %v", err)
	}
	if list, err := client.APIKeys(t.Context()); err != nil || len(list.Keys) != 0 || list.Unreadable != 2 {
		t.Errorf("got %+v, %v", list, err)
	}
	// What needs no list works.
	if key, err := client.CreateAPIKey(t.Context(), readKey()); err != nil || key.Secret != s.Secret(key.ID) {
		t.Errorf("got %+v, %v", key, err)
	}
	if err := client.UpdateAPIKey(t.Context(), secret, gaiaapi.NewAPIKey{Permissions: "write"}); err != nil {
		t.Error(err)
	}
	if err := client.DeleteAPIKey(t.Context(), id, secret, time.Time{}); err != nil || s.Secret(id) != "" {
		t.Errorf("got %v", err)
	}
}
