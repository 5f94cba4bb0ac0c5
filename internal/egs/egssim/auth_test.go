// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

func TestExchangeRefusesKeysAsRecorded(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	expired := s.AddKey(egssim.Key{Name: "old", Role: "Owner", Validity: "2026-11-20"})
	broken := s.AddKey(egssim.Key{Name: "broken", Role: "Owner", Validity: "2027-01-01"})
	if err := s.ChangeKey(s.Keys()[2].ID, map[string]string{"tokenTtlSeconds": "soon"}); err != nil {
		t.Fatal(err)
	}
	const malformed = "Api Key Configuration is invalid. Request a new API-key or contact administrator"
	for name, test := range map[string]struct {
		body, code, text string
		status           int
	}{
		"malformed":    {object("apiKey", broken), "UNHANDLED_REQUEST_ERROR", malformed, 400},
		"mistyped key": {object("apiKey", "hunter2"), "UNAUTHENTICATED", "Unauthenticated", 401},
		"too long key": {object("apiKey", s.OwnerKey()+"0"), "UNAUTHENTICATED", "Unauthenticated", 401},
		"no key":       {`{}`, "UNHANDLED_REQUEST_ERROR", malformed, 400},
		"numeric key":  {`{"apiKey":1}`, "UNHANDLED_REQUEST_ERROR", malformed, 400},
		"null key":     {`{"apiKey":null}`, "UNHANDLED_REQUEST_ERROR", malformed, 400},
		"unknown key":  {object("apiKey", "45338461-ec42-49d2-aef3-ff39099950c5"), "UNAUTHENTICATED", "Unauthenticated", 401},
		"expired key":  {object("apiKey", expired), "UNAUTHENTICATED", "Api Key has expired", 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := s.failure(s.request("POST", authPath, "", test.body))
			if got.Status != test.status || got.code != test.code || got.text != test.text || got.nested {
				t.Errorf("got %+v, want %d %s %q", got, test.status, test.code, test.text)
			}
		})
	}
}

func TestMistypedAsMalformed(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{MistypedAsMalformed: true})
	for key, want := range map[string]int{"hunter2": 400, s.OwnerKey() + "0": 400, "45338461-ec42-49d2-aef3-ff39099950c5": 401} {
		s.request("POST", authPath, "", object("apiKey", key)).Want(want)
	}
}

func TestTokensHaveTheLifetimeOfTheirKey(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	long := s.token(s.AddKey(egssim.Key{Name: "long", Role: "Owner", Validity: "2027-01-01", TokenTTL: 1800 * time.Second}))
	short := s.owner()
	if got := s.list(long, ""); got[0]["tokenTtlSeconds"] != "900" || got[1]["tokenTtlSeconds"] != "1800" {
		t.Errorf("listed %v", got)
	}
	for at, want := range map[time.Duration][2]int{900*time.Second - time.Millisecond: {200, 200}, 900 * time.Second: {401, 200}, 1800 * time.Second: {401, 401}} {
		s.SetClock(simulationtest.Noon.Add(at))
		for i, token := range []string{short, long} {
			s.request("GET", listPath, token, "").Want(want[i])
		}
	}
}

func TestTokenIsAServiceAccountTokenOfTheKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		role, workspace, account string
		ttl                      time.Duration
		lifetime                 int64
	}{
		"owner":              {"Owner", "", "kubeslice-rbac-rw-external-apis", 0, 900},
		"owner of workspace": {"Owner", "red", "kubeslice-rbac-rw-external-apis", time.Minute, 60},
		"editor":             {"Editor", "red", "kubeslice-rbac-rw-slice-red", 0, 900},
		"viewer":             {"Viewer", "blue", "kubeslice-rbac-ro-slice-blue", 1500 * time.Millisecond, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, egssim.Options{TokenTTL: test.ttl})
			parts := strings.Split(s.as(test.role, test.workspace), ".")
			if len(parts) != 3 {
				t.Fatalf("the token has %d parts", len(parts))
			}
			var header struct{ Alg string }
			var claims struct {
				Iat, Exp int64
				Sub      string
			}
			for i, into := range []any{&header, &claims} {
				text, err := base64.RawURLEncoding.DecodeString(parts[i])
				if err != nil {
					t.Fatal(err)
				}
				simulationtest.Decode(t, string(text), into)
			}
			if header.Alg != "RS256" || claims.Iat != simulationtest.Noon.Unix() || claims.Exp-claims.Iat != test.lifetime ||
				claims.Sub != "system:serviceaccount:kubeslice-avesha:"+test.account {
				t.Errorf("got %+v %+v", header, claims)
			}
		})
	}
}

func TestCallsNeedABearerToken(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	token := s.owner()
	for _, authorization := range []string{"", "Bearer nonsense", token, "Basic " + token, "Bearer " + s.OwnerKey(), "Bearer "} {
		for _, call := range [][2]string{{"GET", listPath}, {"POST", keyPath}, {"DELETE", keyPath}} {
			s.RequestAs(authorization, call[0], call[1], `{}`).Want(401, `"status":"UNAUTHENTICATED","message":"Unauthenticated"`)
		}
	}
}

func TestOpaqueTokensWorkLikeOthers(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{OpaqueTokens: true})
	token := s.owner()
	if strings.Contains(token, ".") {
		t.Error("the token looks like a JSON Web Token")
	}
	if got := s.names(token, ""); got != "simulator" {
		t.Errorf("listed %q", got)
	}
}

// The administrator's token creates the first key of a new installation, and does not expire.
func TestAdministratorTokenCreatesTheFirstKey(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{EmptyKeyList: egssim.EmptyListArray})
	s.DeleteKey(s.Keys()[0].ID)
	token := s.AdministratorToken()
	s.SetClock(simulationtest.Noon.AddDate(10, 0, 0))
	claims, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil || strings.Contains(string(claims), `"exp"`) ||
		!strings.Contains(string(claims), `"sub":"system:serviceaccount:kubeslice-avesha:kubeslice-rbac-rw-admin"`) {
		t.Errorf("got %s, %v", claims, err)
	}
	s.create(token, "name", "first", "role", "Owner", "validity", "2037-01-01")
	if got := s.names(token, ""); got != "first" {
		t.Errorf("listed %q", got)
	}
	s.lists(token, "red green blue")
}

func TestTokensOutliveTheirKey(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{EmptyKeyList: egssim.EmptyListArray})
	token := s.owner()
	if !s.DeleteKey(s.Keys()[0].ID) {
		t.Fatal("the key does not exist")
	}
	s.request("GET", listPath, token, "").Want(200)
	s.request("POST", authPath, "", object("apiKey", s.OwnerKey())).Want(401)
}

func TestKeysExpireAtTheirDate(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("", 13*60*60)
	for end, options := range map[time.Time]egssim.Options{
		time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC): {}, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC): {ExpiryExclusive: true},
		time.Date(2026, 12, 2, 0, 0, 0, 0, east): {ExpiryZone: east},
	} {
		s := serve(t, options)
		key := object("apiKey", s.AddKey(egssim.Key{Name: "k", Role: "Owner", Validity: "2026-12-01"}))
		s.SetClock(end.Add(-time.Second))
		s.request("POST", authPath, "", key).Want(200)
		s.SetClock(end)
		s.request("POST", authPath, "", key).Want(401, `"message":"Api Key has expired"`)
	}
}
