// SPDX-License-Identifier: MPL-2.0

package gaiasim_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

func TestFaultsByRoute(t *testing.T) {
	t.Parallel()
	s := serve(t, gaiasim.Options{})
	key := s.create(`{"permissions":"read"}`)
	if err := s.SetFaults([]simulation.Fault{
		{Method: "PUT", Path: keysPath + "{api_key}", Kind: simulation.FaultStatus, Status: 503},
		{Path: deletePath + "{api_key}", Kind: simulation.FaultStatus, Status: 200},
	}); err != nil {
		t.Fatal(err)
	}
	s.Request("PUT", keysPath+key, `{"config":{"permissions":"write"}}`).WantBody(503, `{"detail":"Service Unavailable"}`)
	// The default body of an injected success does not say that the key was deleted.
	s.Request("DELETE", deletePath+key, "").WantBody(200, `{}`)
	if s.Keys()[1].Config.Permissions() != "read" || len(s.Faults()) != 0 {
		t.Errorf("the keys are %v, the faults %v", s.Keys(), s.Faults())
	}
}

func TestKeysAreChangedOutsideTheAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, gaiasim.Options{})
	secret := s.AddKey(gaiasim.Key{Permissions: "read", Config: map[string]any{"a": 1}})
	id := s.Keys()[1].ID
	if got := s.Control(200, "GET", "keys", ""); s.Secret(id) != secret || !strings.Contains(got, `{"id":"`+id+`","config":{"a":1,"permissions":"read"}}`) {
		t.Errorf("got %s", got)
	}
	s.Control(204, "PATCH", "keys/"+id, `{"permissions":"write","a":null,"b":[1]}`)
	s.lists(`"config":{"b":[1],"permissions":"write"}`)
	s.Control(400, "PATCH", "keys/"+id, `[]`)
	if err := s.ChangeKey("unknown", nil); !errors.Is(err, simulation.ErrUnknown) {
		t.Errorf("got %v", err)
	}
}

// A change of a key does not change what Keys returned before.
func TestKeysAreCopies(t *testing.T) {
	t.Parallel()
	s := serve(t, gaiasim.Options{UpdateMerges: true})
	before := s.Keys()[0]
	if err := s.ChangeKey(before.ID, map[string]any{"permissions": "read"}); err != nil {
		t.Fatal(err)
	}
	if before.Config.Permissions() != "write" || s.Keys()[0].Config.Permissions() != "read" {
		t.Errorf("before %v, after %v", before, s.Keys()[0])
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	simulationtest.CheckKeys(t, func(t *testing.T, options simulation.Options) simulationtest.Subject {
		t.Helper()
		s := serve(t, gaiasim.Options{Options: options, KeyForm: gaiasim.KeyToEscape, Admin: "admin"})
		id := func(secret string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(secret))) }
		return simulationtest.Subject{
			Client: s.Client,
			Create: func() (string, string) {
				secret := s.create(`{"permissions":"read"}`)
				return id(secret), secret
			},
			Listed: func() (ids []string) {
				var entries []struct {
					APIKey string `json:"api_key"`
				}
				s.Request("GET", keysPath, "").Decode(200, &entries)
				for _, entry := range entries {
					ids = append(ids, id(entry.APIKey))
				}
				return ids
			},
			Delete: func(_, secret string) simulationtest.Response {
				return s.Request("DELETE", deletePath+url.PathEscape(secret), "")
			},
		}
	})
}
