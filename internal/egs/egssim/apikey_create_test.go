// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"crypto/md5"
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestCreatedKeyIsListedAndWorks(t *testing.T) {
	t.Parallel()
	for _, dialect := range dialects {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			s := serve(t, egssim.Options{Dialect: dialect})
			owner := s.owner()
			secret := s.create(owner, "name", "API-Token-1", "role", "Editor", "workspaceName", "red",
				"description", "GPR <Template> Use", "userName", "admin", dateName(dialect), "2027-03-31")
			entries := s.list(owner, "")
			if len(entries) != 2 {
				t.Fatalf("%d keys are listed", len(entries))
			}
			id := fmt.Sprintf("%x", md5.Sum([]byte(secret)))
			want := map[string]any{
				"id": id, "apiKey": secret, "description": "GPR <Template> Use", "name": "API-Token-1", "role": "Editor",
				"saName": "kubeslice-rbac-rw-slice-red", "workspaceName": "red", "tokenTtlSeconds": "900",
				"userName": "Admin", "validity": "2027-03-31",
			}
			if fmt.Sprint(entries[1]) != fmt.Sprint(want) {
				t.Errorf("listed %v, want %v", entries[1], want)
			}
			if s.Secret(id) != secret || s.token(secret) == "" {
				t.Error("the key does not work")
			}
		})
	}
}

func TestCreateDefaultsAndDuplicateNames(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	owner := s.owner()
	secrets := map[string]bool{}
	for range 2 {
		var data map[string]string
		s.data(s.request("POST", keyPath, owner, object("name", "duplicate", "role", "Owner", "validity", "2027-01-01")), &data)
		if secrets[data["apiKey"]] = true; len(data) != 1 || len(data["apiKey"]) != 36 {
			t.Errorf("`data` has %d members", len(data))
		}
	}
	if key := s.Keys()[1]; key.UserName != "Admin" || key.Description != "" || key.WorkspaceName != "" {
		t.Errorf("got %+v", key)
	}
	if got := s.names(owner, ""); got != "simulator duplicate duplicate" || len(secrets) != 2 {
		t.Errorf("listed %q of %d secrets", got, len(secrets))
	}
}

func TestDialectsAcceptTheirDateName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		dialect egssim.Dialect
		dates   []string
		refused string // the member that the refusal names; "" if the create succeeds
	}{
		{egssim.DialectSDK, []string{"validity"}, ""},
		{egssim.DialectSDK, []string{"validUntil"}, "validUntil"},
		{egssim.DialectSDK, []string{"validUntil", "validity"}, "validUntil"},
		{egssim.DialectREST, []string{"validUntil"}, ""},
		{egssim.DialectREST, []string{"validity"}, "validity"},
		{egssim.DialectREST, []string{"validUntil", "validity"}, "validity"},
		{egssim.DialectLenient, []string{"validity"}, ""},
		{egssim.DialectLenient, []string{"validUntil"}, ""},
		{egssim.DialectLenient, []string{"validUntil", "validity"}, ""},
		{egssim.DialectSDK, []string{"validity", "workspace"}, "workspace"},
		{egssim.DialectREST, []string{"validUntil", "workspace"}, "workspace"},
		{egssim.DialectLenient, []string{"validity", "workspace"}, ""},
	} {
		t.Run(fmt.Sprint(test.dialect, test.dates), func(t *testing.T) {
			t.Parallel()
			s := serve(t, egssim.Options{Dialect: test.dialect})
			members := []string{"name", "a", "role", "Owner"}
			for _, date := range test.dates {
				members = append(members, date, "2027-01-01")
			}
			got := s.request("POST", keyPath, s.owner(), object(members...))
			if test.refused == "" {
				if got.Status != 200 || s.Keys()[1].Validity != "2027-01-01" {
					t.Errorf("got %d, keys %+v", got.Status, s.Keys())
				}
				return
			}
			if f := s.failure(got); f.Status != 422 || !f.nested || !strings.Contains(f.text, fmt.Sprintf("%q is not allowed", test.refused)) || len(s.Keys()) != 1 {
				t.Errorf("got %+v with %d keys", f, len(s.Keys()))
			}
		})
	}
}

func TestCreateRefusesInvalidKeys(t *testing.T) {
	t.Parallel()
	for _, dialect := range dialects {
		date := dateName(dialect)
		full := func(changes ...string) string {
			members := []string{"name", "a", "role", "Editor", "workspaceName", "red", date, "2027-01-01"}
			return object(append(members, changes...)...)
		}
		for name, test := range map[string]struct {
			body, text string
			status     int
			nested     bool
		}{
			"no JSON":              {`{"name":`, "the body must be a JSON object", 400, false},
			"a number":             {`{"name":1}`, "name must be a string", 400, false},
			"missing members":      {`{}`, `"name" is required. "role" is required. "` + date + `" is required`, 422, true},
			"another letter case":  {strings.Replace(full(), `"role"`, `"Role"`, 1), `"role" is required`, 422, true},
			"an empty name":        {full("name", ""), `"name" is not allowed to be empty`, 422, true},
			"an unknown role":      {full("role", "owner"), `role "owner" is not one of Owner, Editor, Viewer`, 422, true},
			"no workspace, Editor": {full("workspaceName", ""), `"workspaceName" is not allowed to be empty`, 422, true},
			"no workspace, Viewer": {full("role", "Viewer", "workspaceName", ""), "workspaceName", 422, true},
			"an unknown workspace": {full("workspaceName", "mauve"), `"mauve" not found`, 404, true},
			"unknown, Owner":       {full("role", "Owner", "workspaceName", "mauve"), `"mauve" not found`, 404, true},
			"a timestamp":          {full(date, "2027-01-01T00:00:00Z"), "not a date of the form YYYY-MM-DD", 422, true},
			"a day that never is":  {full(date, "2027-02-30"), "not a date of the form YYYY-MM-DD", 422, true},
			"a short date":         {full(date, "2027-1-1"), "not a date of the form YYYY-MM-DD", 422, true},
			"a date with a blank":  {full(date, "2027-01-01 "), "not a date of the form YYYY-MM-DD", 422, true},
			"a past date":          {full(date, "2026-11-20"), date + " 2026-11-20 is in the past", 422, true},
		} {
			t.Run(string(dialect)+" "+name, func(t *testing.T) {
				t.Parallel()
				s := serve(t, egssim.Options{Dialect: dialect})
				got := s.failure(s.request("POST", keyPath, s.owner(), test.body))
				if got.Status != test.status || got.nested != test.nested || !strings.Contains(got.text, test.text) {
					t.Errorf("got %+v, want %d %q", got, test.status, test.text)
				}
				if len(s.Keys()) != 1 {
					t.Error("a key was created")
				}
			})
		}
	}
}

func TestUserNameIsListedInLetterCase(t *testing.T) {
	t.Parallel()
	for letters, want := range map[egssim.UserNameCase]string{
		egssim.UserNameCapitalized: "ÖzLEM", egssim.UserNameAsSent: "özLEM", egssim.UserNameUpper: "ÖZLEM",
	} {
		s := serve(t, egssim.Options{UserNameCase: letters})
		s.create(s.owner(), "name", "a", "role", "Owner", "validity", "2027-01-01", "userName", "özLEM")
		if got := s.Keys()[1].UserName; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestUnknownPathsAndMethodsAreNotFound(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	owner := s.owner()
	for _, call := range []struct{ method, path string }{
		{"GET", "/"},
		{"GET", "/_sim"},
		{"GET", authPath},
		{"GET", keyPath},
		{"PUT", keyPath},
		{"PATCH", keyPath},
		{"POST", listPath},
		{"GET", listPath + "/"},
		{"GET", "/api/v2/api-key/list"},
		{"DELETE", keyPath + "/1"},
	} {
		s.request(call.method, call.path, owner, "").Want(404, nestedRefusal)
	}
}
