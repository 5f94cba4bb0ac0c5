// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestListsLag(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, egssim.Options{ListLag: time.Second, Workspaces: []string{}})
		token := s.owner()
		shows := func(keys, workspaces string) {
			t.Helper()
			if got := s.names(token, ""); got != keys {
				t.Errorf("it lists the keys %q, want %q", got, keys)
			}
			if got := s.workspaces(token); got != workspaces {
				t.Errorf("it lists the workspaces %q, want %q", got, workspaces)
			}
		}
		id := s.create(token, "name", "a", "role", "Owner", "validity", "2027-01-01")
		s.AddWorkspace(egssim.Workspace{Name: "red"})
		shows("simulator", "")
		time.Sleep(time.Second)
		shows("simulator a", "red")
		if got := s.ask("DELETE", keyPath, token, object("apiKey", id)); got.status != 200 {
			t.Fatal(got)
		}
		s.ask("DELETE", "/api/v1/slice-workspace", token, object("workspaceName", "red"))
		if len(s.Keys()) != 1 || len(s.Workspaces()) != 0 {
			t.Errorf("it holds %v and %v", s.Keys(), s.Workspaces())
		}
		shows("simulator a", "red")
		time.Sleep(time.Second)
		shows("simulator", "")
	})
}

// workspaces are the names of the listed workspaces.
func (s *service) workspaces(token string) (names string) {
	s.t.Helper()
	var data struct {
		Workspaces []struct {
			Name string `json:"name"`
		} `json:"workspaces"`
	}
	s.data(s.ask("GET", "/api/v1/slice-workspace/list", token, ""), &data)
	for _, workspace := range data.Workspaces {
		names += workspace.Name
	}
	return names
}
