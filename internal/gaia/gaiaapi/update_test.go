// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// TestClient_update updates keys of two services. One service replaces the config, and the other service merges it.
func TestClient_update(t *testing.T) {
	t.Parallel()
	for _, merges := range []bool{false, true} {
		for name, form := range keyForms {
			t.Run(fmt.Sprintf("%s merges=%t", name, merges), func(t *testing.T) {
				t.Parallel()
				s := start(t, gaiasim.Options{UpdateMerges: merges, KeyForm: form})
				secret := s.AddKey(gaiasim.Key{Permissions: "read", Config: map[string]any{"a": 1, "b": 2}})
				id := gaiaapi.APIKeyID(secret)
				client := s.admin()
				k := gaiaapi.NewAPIKey{Permissions: "write", Config: members(t, `{"a":1,"b":{"c":3}}`)}
				// If an update contains all members, both services store the same config.
				must(t, client.UpdateAPIKey(t.Context(), gaiaapi.APIKeyID(secret), secret, time.Time{}, k))
				if got := s.config(id); got != `{"a":1,"b":{"c":3},"permissions":"write"}` {
					t.Errorf("got %s", got)
				}
				k.Config = members(t, `{"a":1}`)
				must(t, client.UpdateAPIKey(t.Context(), gaiaapi.APIKeyID(secret), secret, time.Time{}, k))
				want := `{"a":1}`
				if merges {
					want = `{"a":1,"b":{"c":3}}`
				}
				key, err := client.APIKey(t.Context(), id, time.Time{})
				if err != nil || text(key.Config) != want {
					t.Errorf("got %+v, %v", key, err)
				}
				s.wants(1, 0, 2)
			})
		}
	}
}

// If the response to an update is lost, the client sends the update again.
func TestClient_lostUpdate(t *testing.T) {
	t.Parallel()
	for kind, sent := range map[string]int{
		simulation.FaultDropAfterCommit: 2,
		simulation.FaultDropBefore:      2,
		simulation.FaultTruncate:        2,
		simulation.FaultHTML:            2,
		simulation.FaultCommitLate:      2,
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{})
			id, secret := s.key()
			s.Fail(simulation.Fault{Method: "PUT", Path: keyPath, Kind: kind})
			must(t, s.admin().UpdateAPIKey(t.Context(), gaiaapi.APIKeyID(secret), secret, time.Time{}, gaiaapi.NewAPIKey{Permissions: "write"}))
			if got := s.config(id); got != `{"permissions":"write"}` {
				t.Errorf("got %s", got)
			}
			s.wants(0, 0, sent)
		})
	}
}

func TestClient_updateOfDeletedKey(t *testing.T) {
	t.Parallel()
	for _, form := range []gaiasim.ErrorForm{gaiasim.ErrorsAsText, gaiasim.ErrorsEmpty} {
		s := start(t, gaiasim.Options{ErrorForm: form})
		id, secret := s.key()
		s.DeleteKey(id)
		err := s.admin().UpdateAPIKey(t.Context(), gaiaapi.APIKeyID(secret), secret, time.Time{}, gaiaapi.NewAPIKey{Permissions: "write"})
		if !errors.Is(err, gaiaapi.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
}

// None of these error responses proves that the key no longer exists. So the error is not ErrNotFound.
func TestClient_refusedUpdate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		update simulation.Fault
		list   simulation.Fault
		status int
	}{
		"404, and listed":         {update: simulation.Fault{Kind: simulation.FaultStatus, Status: 404}, status: 404},
		"404, and the list fails": {update: simulation.Fault{Kind: simulation.FaultStatus, Status: 404}, list: always(listFails(503)), status: 404},
		"404 of a proxy":          {update: simulation.Fault{Kind: simulation.FaultHTML, Status: 404}, list: listResponse(`[]`), status: 404},
		"403":                     {update: simulation.Fault{Kind: simulation.FaultStatus, Status: 403}, list: listResponse(`[]`), status: 403},
		"503":                     {update: simulation.Fault{Kind: simulation.FaultStatus, Status: 503}, status: 503},
		"other result":            {update: simulation.Fault{Kind: simulation.FaultStatus, Status: 200, Body: `{"api_key":"a","result":"ignored"}`}, status: 200},
		"empty":                   {update: simulation.Fault{Kind: simulation.FaultEmpty}, status: 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, gaiasim.Options{})
			_, secret := s.key()
			test.update.Method, test.update.Path = http.MethodPut, keyPath
			faults := []simulation.Fault{always(test.update)}
			if test.list.Kind != "" {
				faults = append(faults, test.list)
			}
			s.Fail(faults...)
			err := s.admin().UpdateAPIKey(t.Context(), gaiaapi.APIKeyID(secret), secret, time.Time{}, gaiaapi.NewAPIKey{Permissions: "write"})
			if e := asError(t, err); errors.Is(err, gaiaapi.ErrNotFound) || e.Op != "update API key" || e.Status != test.status {
				t.Errorf("got %v", err)
			}
		})
	}
}
