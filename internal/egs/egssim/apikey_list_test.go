// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// fill adds a key of each role in red and blue, and an Owner key without a workspace. Names consist of role and workspace, such
// as Ered for the Editor key of red.
func fill(s *service) (secrets map[string]string) {
	secrets = map[string]string{}
	add := func(role, workspace string) {
		name := role[:1] + workspace
		secrets[name] = s.AddKey(egssim.Key{Name: name, Role: role, WorkspaceName: workspace, Validity: "2027-01-01"})
	}
	for _, workspace := range []string{"red", "blue"} {
		for _, role := range []string{"Owner", "Editor", "Viewer"} {
			add(role, workspace)
		}
	}
	add("Owner", "")
	return secrets
}

func TestListShowsWhatTheCallerCanSee(t *testing.T) {
	t.Parallel()
	const all, red = "simulator Ored Ered Vred Oblue Eblue Vblue O", "Ored Ered Vred"
	for _, test := range []struct {
		dialect             egssim.Dialect
		caller, query, want string // "403" and "404" are refusals
	}{
		{egssim.DialectLenient, "O", "", all},
		{egssim.DialectLenient, "Ored", "", all},
		{egssim.DialectLenient, "Ored", "?workspace=blue", "Oblue Eblue Vblue"},
		{egssim.DialectLenient, "O", "?workspace=red", red},
		{egssim.DialectLenient, "O", "?workspaceName=red", red},
		{egssim.DialectLenient, "O", "?workspaceName=red&workspace=red", red},
		{egssim.DialectLenient, "O", "?workspaceName=red&workspace=blue", "404"},
		{egssim.DialectLenient, "O", "?workspace=", all},
		{egssim.DialectLenient, "O", "?workspace=green", "404"},
		{egssim.DialectLenient, "O", "?workspace=Red", "404"},
		{egssim.DialectLenient, "O", "?role=Editor", all},
		{egssim.DialectSDK, "O", "?workspaceName=red", red},
		{egssim.DialectSDK, "O", "?workspace=red", all},
		{egssim.DialectREST, "O", "?workspace=red", red},
		{egssim.DialectREST, "O", "?workspaceName=red", all},
		{egssim.DialectLenient, "Ered", "", "Ered Vred"},
		{egssim.DialectLenient, "Ered", "?workspace=red", "Ered Vred"},
		{egssim.DialectLenient, "Ered", "?workspace=blue", "403"},
		{egssim.DialectLenient, "Vred", "", "Ered Vred"},
		{egssim.DialectLenient, "Vred", "?workspaceName=red", "Ered Vred"},
		{egssim.DialectLenient, "Vred", "?workspaceName=blue", "403"},
		{egssim.DialectSDK, "Vred", "?workspace=blue", "Ered Vred"},
	} {
		t.Run(fmt.Sprint(test.dialect, " ", test.caller, test.query), func(t *testing.T) {
			t.Parallel()
			s := serve(t, egssim.Options{Dialect: test.dialect})
			token := s.token(fill(s)[test.caller])
			switch test.want {
			case "403":
				s.request("GET", listPath+test.query, token, "").Want(403, nestedRefusal, `"Message\":\"Forbidden\"`)
			case "404":
				s.request("GET", listPath+test.query, token, "").Want(404, nestedRefusal, `No API Keys found`)
			default:
				if got := s.names(token, test.query); got != test.want {
					t.Errorf("listed %q, want %q", got, test.want)
				}
			}
		})
	}
}

func TestUnfilteredListCanBeRefused(t *testing.T) {
	t.Parallel()
	const narrow, all = egssim.UnfilteredRefused, egssim.UnfilteredRefusedToAll
	for _, test := range []struct {
		unfiltered    egssim.UnfilteredList
		caller, query string
		dialect       egssim.Dialect
		want          int
	}{
		{narrow, "O", "", "", 200},
		{narrow, "Ered", "", "", 403},
		{narrow, "Vred", "", "", 403},
		{narrow, "Vred", "?workspace=red", "", 200},
		{narrow, "Vred", "?workspace=red", egssim.DialectSDK, 403},
		{all, "O", "", "", 403},
		{all, "O", "?workspace=red", "", 200},
	} {
		s := serve(t, egssim.Options{UnfilteredList: test.unfiltered, Dialect: test.dialect})
		s.request("GET", listPath+test.query, s.token(fill(s)[test.caller]), "").Want(test.want)
	}
}

func TestListedEntriesFollowTheSwitches(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options egssim.Options
		member  string
		want    any // nil if the member is omitted
	}{
		"validity":             {egssim.Options{}, "validity", "2999-12-31"},
		"validity timestamp":   {egssim.Options{ValidityAsTimestamp: true}, "validity", "2999-12-31T00:00:00Z"},
		"secrets omitted":      {egssim.Options{ListedSecrets: egssim.SecretsOmitted}, "apiKey", nil},
		"empty workspace":      {egssim.Options{}, "workspaceName", ""},
		"no empty workspace":   {egssim.Options{OmitEmptyMembers: true}, "workspaceName", nil},
		"token lifetime":       {egssim.Options{}, "tokenTtlSeconds", "900"},
		"owner's account name": {egssim.Options{}, "saName", "kubeslice-rbac-rw-external-apis"},
		"sliceName":            {egssim.Options{SecretNames: true}, "sliceName", ""},
		"no workspaceName":     {egssim.Options{SecretNames: true}, "workspaceName", nil},
		"validUntil":           {egssim.Options{SecretNames: true}, "validUntil", "2999-12-31"},
		"no validity":          {egssim.Options{SecretNames: true}, "validity", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, test.options)
			if got := s.list(s.owner(), "")[0][test.member]; got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	s := serve(t, egssim.Options{ListedSecrets: egssim.SecretsMasked})
	masked, _ := s.list(s.owner(), "")[0]["apiKey"].(string)
	if secret := s.OwnerKey(); masked == secret || !strings.HasSuffix(masked, secret[32:]) || !strings.HasPrefix(masked, "****") {
		t.Error("the secret is not masked")
	}
}

func TestExpiredKeysStayListedUnlessHidden(t *testing.T) {
	t.Parallel()
	for hide, want := range map[bool]string{false: "simulator old new", true: "simulator new"} {
		s := serve(t, egssim.Options{HideExpiredKeys: hide})
		old := s.AddKey(egssim.Key{Name: "old", Role: "Owner", Validity: "2026-11-20"})
		s.AddKey(egssim.Key{Name: "new", Role: "Owner", Validity: "2026-11-21"})
		owner := s.owner()
		if got := s.names(owner, ""); got != want {
			t.Errorf("hide %v: listed %q", hide, got)
		}
		if got := s.request("DELETE", keyPath, owner, object("apiKey", old)); got.Status != 200 || len(s.Keys()) != 2 {
			t.Errorf("hide %v: deleting the expired key got %d", hide, got.Status)
		}
	}
}

func TestSeededKeysHaveAllRolesAndWorkspaces(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{Keys: 18, Workspaces: []string{"a", "b"}})
	seen := map[string]int{}
	for _, key := range s.Keys()[1:] {
		seen[key.Role+" "+key.WorkspaceName]++
	}
	if got, want := fmt.Sprint(seen), "map[Editor a:3 Editor b:3 Owner :3 Owner b:3 Viewer a:3 Viewer b:3]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	none := egssim.New(egssim.Options{Keys: 3, Workspaces: []string{}})
	for _, key := range none.Keys() {
		if key.Role != "Owner" || key.WorkspaceName != "" {
			t.Errorf("got %+v without workspaces", key)
		}
	}
}
