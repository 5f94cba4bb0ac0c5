// SPDX-License-Identifier: MPL-2.0

package gaiasim_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Keys stand in paths, and not in the journal.
func TestJournalTellsNoKeys(t *testing.T) {
	t.Parallel()
	for name, form := range map[string]gaiasim.KeyForm{"UUIDs": gaiasim.KeyUUID, "keys to escape": gaiasim.KeyToEscape} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, gaiasim.Options{KeyForm: form})
			key := s.create(`{"permissions":"read"}`)
			s.ask("PUT", keysPath+escape(key), `{"config":{"permissions":"write"}}`)
			s.ask("DELETE", deletePath+escape(key), "")
			s.ask("DELETE", keysPath+escape(key), "")
			s.ask("GET", "/_sim/keys", "")
			want := `[{"seq":1,"method":"POST","path":"/es/api/v1/credentials/api_keys/","query":"","status":200,"members":["config"]},` +
				`{"seq":2,"method":"PUT","path":"/es/api/v1/credentials/api_keys/{api_key}","query":"","status":200,"members":["config"]},` +
				`{"seq":3,"method":"DELETE","path":"/es/api/v1/credentials/api_keys/delete/{api_key}","query":"","status":200,"members":[]},` +
				`{"seq":4,"method":"DELETE","path":"/es/api/v1/credentials/api_keys/{api_key}","query":"","status":405,"members":[]}]`
			if got := strings.TrimSpace(s.ask("GET", "/_sim/journal", "").body); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

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
	s.ask("PUT", keysPath+key, `{"config":{"permissions":"write"}}`).wants(t, 503, `{"detail":"Service Unavailable"}`)
	// A success that is made up claims nothing.
	s.ask("DELETE", deletePath+key, "").wants(t, 200, `{}`)
	if s.Keys()[1].Permissions() != "read" || len(s.Faults()) != 0 {
		t.Errorf("the keys are %v, the faults %v", s.Keys(), s.Faults())
	}
}

func TestControlOfKeys(t *testing.T) {
	t.Parallel()
	s := serve(t, gaiasim.Options{})
	secret := s.AddKey(gaiasim.Key{Permissions: "read", Config: map[string]any{"a": 1}})
	id := fmt.Sprintf("%x", sha256.Sum256([]byte(secret)))
	path := "/_sim/keys/" + id

	got := s.ask("GET", "/_sim/keys", "").body
	if !strings.Contains(got, `{"id":"`+id+`","config":{"a":1,"permissions":"read"}}`) || strings.Contains(got, secret) {
		t.Errorf("got %s", got)
	}
	if a := s.ask("PATCH", path, `{"permissions":"write","a":null,"b":[1]}`); a.status != http.StatusNoContent {
		t.Fatalf("got %d %s", a.status, a.body)
	}
	if got := s.list(); !strings.Contains(got, `"config":{"b":[1],"permissions":"write"}`) {
		t.Errorf("got %s", got)
	}
	if a := s.ask("PATCH", path, `[]`); a.status != http.StatusBadRequest {
		t.Errorf("got %d %s", a.status, a.body)
	}
	if s.Secret(id) != secret {
		t.Error("the secret is not told to tests")
	}
	if a := s.ask("DELETE", path, ""); a.status != http.StatusNoContent || s.Secret(id) != "" {
		t.Errorf("got %d %s", a.status, a.body)
	}
	for _, method := range []string{"DELETE", "PATCH"} {
		if a := s.ask(method, path, `{}`); a.status != http.StatusNotFound {
			t.Errorf("%s: got %d %s", method, a.status, a.body)
		}
	}
	if err := s.ChangeKey(id, nil); !errors.Is(err, gaiasim.ErrUnknownKey) || !errors.Is(err, simulation.ErrUnknown) {
		t.Errorf("got %v", err)
	}
}

func TestRateLimitInTheServicesForm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, gaiasim.Options{RequestsPerSecond: 0.001})
		s.ask("GET", keysPath, "")
		a := s.ask("GET", keysPath, "")
		a.wants(t, 429, `{"detail":"Too many requests"}`)
		if a.header.Get("Retry-After") != "1000" || a.header.Get("Date") != noon.Format(http.TimeFormat) {
			t.Errorf("got %v", a.header)
		}
	})
}

// Nothing that was handed out changes with a key.
func TestKeysAreCopies(t *testing.T) {
	t.Parallel()
	s := serve(t, gaiasim.Options{UpdateMerges: true})
	before := s.Keys()[0]
	if err := s.ChangeKey(before.ID, map[string]any{"permissions": "read"}); err != nil {
		t.Fatal(err)
	}
	if before.Permissions() != "write" || s.Keys()[0].Permissions() != "read" {
		t.Errorf("before %v, after %v", before, s.Keys()[0])
	}
}
