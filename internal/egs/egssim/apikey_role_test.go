// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"fmt"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestRolesAreEnforcedOnCreate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		caller, role, workspace string
		want                    int
	}{
		{"O", "Owner", "", 200},
		{"O", "Owner", "blue", 200},
		{"O", "Editor", "red", 200},
		{"O", "Viewer", "blue", 200},
		{"Ored", "Owner", "", 200},
		{"Ored", "Editor", "blue", 200},
		{"Ered", "Editor", "red", 200},
		{"Ered", "Viewer", "red", 200},
		{"Ered", "Owner", "", 403},
		{"Ered", "Owner", "red", 403},
		{"Ered", "Viewer", "blue", 403},
		{"Ered", "Viewer", "mauve", 403},
		{"Vred", "Viewer", "red", 403},
		{"Vred", "Owner", "", 403},
	} {
		t.Run(fmt.Sprint(test), func(t *testing.T) {
			t.Parallel()
			for _, dialect := range dialects {
				s := serve(t, egssim.Options{Dialect: dialect})
				token := s.token(fill(s)[test.caller])
				before := len(s.Keys())
				members := []string{"name", "a", "role", test.role, dateName(dialect), "2027-01-01"}
				if test.workspace != "" {
					members = append(members, "workspaceName", test.workspace)
				}
				got := s.request("POST", keyPath, token, object(members...))
				if made := len(s.Keys()) - before; got.Status != test.want || (made == 1) != (test.want == 200) {
					t.Errorf("%s: got %d and %d keys", dialect, got.Status, made)
				}
			}
		})
	}
}

func TestRolesAreEnforcedOnDelete(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		caller, key string
		want        int
	}{
		{"O", "Ered", 200},
		{"O", "O", 200},
		{"Ored", "Vblue", 200},
		{"Ered", "Ered", 200},
		{"Ered", "Vred", 200},
		{"Ered", "Ored", 403},
		{"Ered", "Vblue", 403},
		{"Ered", "O", 403},
		{"Vred", "Vred", 403},
		{"Vred", "Eblue", 403},
	} {
		t.Run(fmt.Sprint(test), func(t *testing.T) {
			t.Parallel()
			s := serve(t, egssim.Options{})
			secrets := fill(s)
			got := s.request("DELETE", keyPath, s.token(secrets[test.caller]), object("apiKey", secrets[test.key]))
			if left := len(s.Keys()); got.Status != test.want || (left == 7) != (test.want == 200) {
				t.Errorf("got %d and %d remaining keys", got.Status, left)
			}
			if test.want == 200 && got.Body != success+"null}" {
				t.Errorf("got %s", got.Body)
			}
		})
	}
}

// EGS does not document whether an Owner key that names a workspace is bound to that workspace.
func TestOwnersBound(t *testing.T) {
	t.Parallel()
	for _, bound := range []bool{false, true} {
		s := serve(t, egssim.Options{OwnersBound: bound})
		secrets := fill(s)
		token, names, workspaces, outside := s.token(secrets["Ored"]), "simulator Ored Ered Vred Oblue Eblue Vblue O", "red green blue", 200
		if bound {
			names, workspaces, outside = "Ored Ered Vred", "red", 403
		}
		if got := s.names(token, ""); got != names {
			t.Errorf("bound %t: listed %q", bound, got)
		}
		s.lists(token, workspaces)
		key := func(workspace string) string {
			return object("name", "a", "role", "Owner", "validity", "2027-01-01", "workspaceName", workspace)
		}
		s.request("GET", listPath+"?workspace=blue", token, "").Want(outside)
		s.request("POST", keyPath, token, key("red")).Want(200)
		s.request("POST", keyPath, token, key("")).Want(outside)
		s.request("DELETE", keyPath, token, object("apiKey", secrets["Eblue"])).Want(outside)
		s.request("POST", workspacePath, token, newWorkspace("a", nil)).Want(outside)
		s.request("POST", kubeConfigPath, token, object("workspaceName", "red")).Want(200)
		s.request("DELETE", workspacePath, token, object("workspaceName", "blue")).Want(outside)
	}
}
