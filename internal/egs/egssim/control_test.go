// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestJournalTellsRequestsAndNoValues(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	if got := s.ask("GET", "/_sim/journal", "", "").body; strings.TrimSpace(got) != "[]" {
		t.Errorf("an empty journal is %s", got)
	}
	owner := s.owner()
	secret := s.create(owner, "validity", "2027-01-01", "role", "Viewer", "name", "a", "workspaceName", "red")
	s.list(owner, "?workspace=red&x=%20")
	s.ask("DELETE", keyPath, owner, object("apiKey", secret))
	s.ask("DELETE", keyPath, owner, object("apiKey", secret))
	s.ask("POST", keyPath, owner, `["name"]`)
	s.ask("GET", "/_sim/keys", "", "")

	got := s.ask("GET", "/_sim/journal", "", "")
	want := `[{"seq":1,"method":"POST","path":"/api/v1/auth","query":"","status":200,"members":["apiKey"]},` +
		`{"seq":2,"method":"POST","path":"/api/v1/api-key","query":"","status":200,"members":["name","role","validity","workspaceName"]},` +
		`{"seq":3,"method":"GET","path":"/api/v1/api-key/list","query":"workspace=red\u0026x=%20","status":200,"members":[]},` +
		`{"seq":4,"method":"DELETE","path":"/api/v1/api-key","query":"","status":200,"members":["apiKey"]},` +
		`{"seq":5,"method":"DELETE","path":"/api/v1/api-key","query":"","status":404,"members":["apiKey"]},` +
		`{"seq":6,"method":"POST","path":"/api/v1/api-key","query":"","status":400,"members":[]}]`
	if strings.TrimSpace(got.body) != want {
		t.Errorf("got  %s\nwant %s", got.body, want)
	}
	if got := s.ask("DELETE", "/_sim/journal", "", ""); got.status != http.StatusNoContent || len(s.Journal()) != 0 {
		t.Errorf("emptying it got %d", got.status)
	}
	s.list(owner, "")
	if j := s.Journal(); len(j) != 1 || j[0].Seq != 1 {
		t.Errorf("after that it is %+v", j)
	}
}

func TestControlListsKeysWithoutSecrets(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{HideExpiredKeys: true})
	s.AddKey(egssim.Key{Name: "old", Role: "Editor", WorkspaceName: "red", UserName: "bob", Validity: "2020-01-01"})
	got := s.ask("GET", "/_sim/keys", "", "")
	var keys []map[string]string
	decode(t, got.body, &keys)
	if len(keys) != 2 || keys[1]["name"] != "old" || keys[1]["saName"] != "kubeslice-rbac-rw-slice-red" || keys[1]["userName"] != "Bob" {
		t.Errorf("got %s", got.body)
	}
	if strings.Contains(got.body, "apiKey") {
		t.Error("the secrets are shown")
	}
	s.DeleteKey(keys[0]["id"])
	s.DeleteKey(keys[1]["id"])
	if got := s.ask("GET", "/_sim/keys", "", "").body; strings.TrimSpace(got) != "[]" {
		t.Errorf("no keys are %s", got)
	}
}

func TestKeysDeletedOrChangedByOthersAreSeen(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	owner := s.owner()
	s.create(owner, "name", "a", "role", "Editor", "workspaceName", "red", "validity", "2027-01-01")
	path := "/_sim/keys/" + s.Keys()[1].ID

	if got := s.ask("PATCH", path, "", object("name", "b", "workspaceName", "blue", "userName", "bob")); got.status != http.StatusNoContent {
		t.Fatalf("changing it got %d %s", got.status, got.body)
	}
	entry := s.list(owner, "?workspace=blue")[0]
	if entry["name"] != "b" || entry["userName"] != "bob" || entry["saName"] != "kubeslice-rbac-rw-slice-blue" || entry["validity"] != "2027-01-01" {
		t.Errorf("listed %v", entry)
	}
	if got := s.ask("PATCH", path, "", object("saName", "x", "role", "Viewer", "tokenTtlSeconds", "1", "description", "d", "validity", "2020-01-01")); got.status != http.StatusNoContent {
		t.Fatalf("changing it got %d %s", got.status, got.body)
	}
	want := egssim.ListedKey{
		ID: s.Keys()[1].ID, Name: "b", Description: "d", Role: "Viewer", SAName: "x", WorkspaceName: "blue",
		TokenTTLSeconds: "1", UserName: "bob", Validity: "2020-01-01",
	}
	if got := s.Keys()[1]; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}

	for body, want := range map[string]int{
		`{"name":"c","colour":"red"}`: 400, `{"id":"x"}`: 400, `{"apiKey":"x"}`: 400, `{"name":1}`: 400, `nonsense`: 400, ``: 400,
	} {
		if got := s.ask("PATCH", path, "", body); got.status != want || !strings.Contains(got.body, `"error"`) {
			t.Errorf("%s: got %d %s", body, got.status, got.body)
		}
	}
	if s.Keys()[1] != want {
		t.Error("a refused change changed the key")
	}

	for _, want := range []int{http.StatusNoContent, http.StatusNotFound} {
		if got := s.ask("DELETE", path, "", ""); got.status != want {
			t.Errorf("deleting it got %d, want %d", got.status, want)
		}
	}
	if got := s.ask("PATCH", path, "", `{"name":"c"}`); got.status != http.StatusNotFound {
		t.Errorf("changing a key that is gone got %d", got.status)
	}
	if err := s.ChangeKey("nobody", nil); !errors.Is(err, egssim.ErrUnknownKey) {
		t.Errorf("got %v", err)
	}
	if got := s.names(owner, ""); got != "simulator" {
		t.Errorf("left %q", got)
	}
}

func TestClockRulesDateTokensAndKeys(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	date := func(method, path, body string) string {
		return s.ask(method, path, "", body).header.Get("Date")
	}
	const atNoon, later = "Sat, 21 Nov 2026 12:00:00 GMT", "Tue, 21 Dec 2027 08:30:00 GMT"
	for _, path := range []string{"/_sim/clock", listPath, "/nowhere"} {
		if got := date("GET", path, ""); got != atNoon {
			t.Errorf("%s has Date %q", path, got)
		}
	}
	if got := date("PUT", "/_sim/clock", `{"now":"2027-12-21T10:30:00+02:00"}`); got != later {
		t.Errorf("setting the clock has Date %q", got)
	}
	if got := date("GET", listPath, ""); got != later {
		t.Errorf("after that, Date is %q", got)
	}
	if got := s.ask("GET", "/_sim/clock", "", "").body; strings.TrimSpace(got) != `{"now":"2027-12-21T08:30:00Z"}` {
		t.Errorf("the clock is %s", got)
	}
	body := object("name", "a", "role", "Owner", "validity", "2027-12-20")
	if got := s.failure(s.ask("POST", keyPath, s.owner(), body)); !strings.Contains(got.text, "past") {
		t.Errorf("a date of before gets %+v", got)
	}
	for _, bad := range []string{`{}`, `{"now":"tomorrow"}`, `{"now":"2027-12-21"}`, `{"time":"2027-12-21T00:00:00Z"}`, ``} {
		if got := s.ask("PUT", "/_sim/clock", "", bad); got.status != http.StatusBadRequest {
			t.Errorf("%s: got %d", bad, got.status)
		}
	}
}

func TestTooManyRequestsAreToldWhenToComeBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for form, want := range map[egssim.RetryAfterForm]string{
			egssim.RetryAfterSeconds: "1000", egssim.RetryAfterDate: "Sat, 21 Nov 2026 12:16:41 GMT", egssim.RetryAfterNone: "",
		} {
			s := serve(t, egssim.Options{RequestsPerSecond: 0.001, RetryAfter: form})
			owner := s.owner()
			got := s.ask("GET", listPath, owner, "")
			if f := s.failure(got); f.status != 429 || f.code != "TOO_MANY_REQUESTS" || got.header.Get("Retry-After") != want {
				t.Errorf("got %+v, Retry-After %q, want %q", f, got.header.Get("Retry-After"), want)
			}
			if j := s.Journal(); len(j) != 2 || j[1].Status != 429 {
				t.Errorf("the journal is %+v", j)
			}
		}
	})
}

func TestSecretsAreInTheAPIsAnswersOnly(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	owner := s.owner()
	secret := s.create(owner, "name", "a", "role", "Owner", "validity", "2027-01-01")
	viewer := s.as("Viewer", "red")
	var said strings.Builder
	for _, got := range []answer{
		s.ask("DELETE", keyPath, viewer, object("apiKey", secret)),
		s.ask("DELETE", keyPath, owner, `{"apiKey":"`+secret+`"`),
		s.ask("DELETE", keyPath, owner, object("apiKey", secret)),
		s.ask("DELETE", keyPath, owner, object("apiKey", secret)),
		s.ask("POST", authPath, "", object("apiKey", secret)),
		s.ask("POST", authPath, "", object("apiKey", secret+"x")),
		s.ask("GET", listPath, owner+"x", ""),
		s.ask("GET", "/_sim/journal", "", ""),
		s.ask("GET", "/_sim/keys", "", ""),
		s.ask("GET", "/_sim/faults", "", ""),
	} {
		said.WriteString(got.body)
	}
	for _, hidden := range []string{secret, s.OwnerKey(), owner, viewer} {
		if strings.Contains(said.String(), hidden) {
			t.Error("a secret was told")
		}
	}
}
