// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

var workspaces = []string{"red", "green", "blue"}

func TestClient_listsEachWorkspaceOnceIfUnfilteredIsRefused(t *testing.T) {
	t.Parallel()
	for _, dialect := range dialects {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{Dialect: dialect, UnfilteredList: egssim.UnfilteredRefusedToAll})
			var refs []egsapi.KeyRef
			for _, workspace := range workspaces {
				for _, name := range []string{"a", "b", "c"} {
					refs = append(refs, c.key(name, "Viewer", workspace))
				}
			}
			client := c.owner()
			at(len(refs), func(i int) {
				if key, err := client.APIKey(t.Context(), refs[i]); err != nil || key.ID != refs[i].ID {
					t.Errorf("asked for %s, got %+v, %v", refs[i].ID, key, err)
				}
			})
			for _, workspace := range workspaces {
				list, err := client.APIKeys(t.Context(), workspace)
				if err != nil || len(list.Items) != 3 {
					t.Errorf("workspace %s: got %v, %v", workspace, list, err)
				}
			}
			c.wants(1, 1+len(workspaces))

			// The refused unfiltered list is not requested again, even after a write.
			must(t, client.DeleteAPIKey(t.Context(), refs[0]))
			must(t, clienttest.Err(client.APIKey(t.Context(), refs[1])))
			c.wants(1, 2+len(workspaces))
		})
	}
}

func TestClient_refusedUnfilteredListIsAnError(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{UnfilteredList: egssim.UnfilteredRefusedToAll})
	client := c.owner()
	for range 2 {
		_, err := client.APIKeys(t.Context(), "")
		if e := asError(t, err); e.Status != http.StatusForbidden || e.Message != "Forbidden: You lack required permissions" {
			t.Errorf("got %v", err)
		}
		_, err = client.APIKey(t.Context(), egsapi.KeyRef{ID: "1"})
		if e := asError(t, err); e.Status != http.StatusForbidden || errors.Is(err, egsapi.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
	c.wants(1, 1)
}

// only returns a handler that refuses a list request unless the filter is the only query parameter. The handler removes the
// filter from a request that it accepts.
func only(filter string) clienttest.Wrap {
	return clienttest.Around(on("GET", listPath), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		status := 0
		for name := range r.URL.Query() {
			if name != filter {
				status = http.StatusUnprocessableEntity
			}
		}
		if r.URL.RawQuery == "" {
			status = http.StatusForbidden
		}
		if r.URL.RawQuery = ""; status == 0 {
			next.ServeHTTP(w, r)
			return
		}
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"statusCode":%d,"status":"REFUSED","message":"refused","error":{"errorKey":"REFUSED","message":"refused","data":null}}`, status)
	})
}

func TestClient_filtersAgain(t *testing.T) {
	t.Parallel()
	for _, filter := range []string{"workspaceName", "workspace"} {
		t.Run(filter, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{}, only(filter))
			for _, workspace := range []string{"red", "green", "red", "redder", "Red", ""} {
				c.key("key of "+workspace, "Owner", workspace)
			}
			list, err := c.owner().APIKeys(t.Context(), "red")
			if err != nil || len(list.Items) != 2 || list.Items[0].WorkspaceName != "red" || list.Items[1].WorkspaceName != "red" {
				t.Errorf("got %+v, %v", list, err)
			}
		})
	}
}

// A list that shows only the caller's workspace does not prove that keys of other workspaces do not exist.
func TestClient_boundCredentialsProveNothingOutsideTheirWorkspace(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"Editor", "Viewer"} {
		for name, unfiltered := range map[string]egssim.UnfilteredList{
			"narrowed": egssim.UnfilteredNarrowed, "refused": egssim.UnfilteredRefused,
		} {
			t.Run(role+" "+name, func(t *testing.T) {
				t.Parallel()
				c := start(t, egssim.Options{UnfilteredList: unfiltered})
				own, others, free := c.key("own", "Viewer", "red"), c.key("other", "Viewer", "green"), c.key("free", "Owner", "")
				client := c.as(role)
				if role == "Viewer" {
					client = c.connect(egsapi.Config{AccessToken: c.Token(c.Secret(c.lastKey()))})
				}
				if _, err := client.APIKey(t.Context(), own); err != nil {
					t.Errorf("a key of its own workspace: %v", err)
				}
				missing := egsapi.KeyRef{ID: "1", WorkspaceName: "red"}
				wantErr(t, clienttest.Err(client.APIKey(t.Context(), missing)), egsapi.ErrNotFound)
				// The client cannot see these keys, not even the Owner key of its own workspace.
				owner := egsapi.KeyRef{ID: "1", WorkspaceName: "red", Role: "Owner"}
				for _, ref := range []egsapi.KeyRef{others, free, owner, {ID: others.ID}, {ID: "1"}} {
					_, err := client.APIKey(t.Context(), ref)
					if e := asError(t, err); errors.Is(err, egsapi.ErrNotFound) || (!errors.Is(err, egsapi.ErrNotVisible) && e.Status != http.StatusForbidden) {
						t.Errorf("%+v: got %v", ref, err)
					}
				}
				if _, err := client.APIKeys(t.Context(), "green"); !errors.Is(err, egsapi.ErrNotVisible) && asError(t, err).Status != http.StatusForbidden {
					t.Errorf("got %v", err)
				}
				list, err := client.APIKeys(t.Context(), "red")
				if err != nil || len(list.Items) != 2 {
					t.Errorf("its own workspace: %v, %v", list, err)
				}
			})
		}
	}
}

// Only the list can show the workspace to which an opaque token is bound.
func TestClient_opaqueTokens(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		// login is the role of the API key with which the client logs in. If login is "", the client uses an access token.
		login string
		// keys are the entries of the list if the client uses an access token.
		keys string
		// seen are missing keys that the client can prove not to exist. notVisible are keys that may exist although the list
		// does not show them.
		seen, notVisible []egsapi.KeyRef
	}{
		"an Owner key": {login: "Owner", seen: []egsapi.KeyRef{{ID: "1"}, {ID: "1", WorkspaceName: "green"}}},
		"an Editor key": {
			login: "Editor", seen: []egsapi.KeyRef{{ID: "1", WorkspaceName: "red"}},
			notVisible: []egsapi.KeyRef{{ID: "1"}, {ID: "1", WorkspaceName: "green"}, {ID: "1", WorkspaceName: "red", Role: "Owner"}},
		},
		"a token that sees an Owner key": {keys: `{"id":"2","role":"Owner"}`, seen: []egsapi.KeyRef{{ID: "1"}, {ID: "1", WorkspaceName: "green"}}},
		"a token that sees several workspaces": {
			keys: `{"id":"2","workspaceName":"red"},{"id":"3","workspaceName":"blue"}`,
			seen: []egsapi.KeyRef{{ID: "1"}, {ID: "1", WorkspaceName: "green"}},
		},
		"a token that sees one workspace": {
			keys: `{"id":"2","workspaceName":"red"}`, seen: []egsapi.KeyRef{{ID: "1", WorkspaceName: "red"}},
			notVisible: []egsapi.KeyRef{{ID: "1"}, {ID: "1", WorkspaceName: "green"}, {ID: "1", WorkspaceName: "red", Role: "Owner"}},
		},
		"a token that sees nothing": {notVisible: []egsapi.KeyRef{{ID: "1"}, {ID: "1", WorkspaceName: "red"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{OpaqueTokens: true})
			var client *egsapi.Client
			switch test.login {
			case "Owner":
				client = c.owner()
			case "":
				client = c.connect(egsapi.Config{AccessToken: c.Token(c.OwnerKey())})
				c.Fail(always(listResponse(`{"data":[` + test.keys + `]}`)))
			default:
				client = c.as(test.login)
			}
			for _, ref := range test.seen {
				if _, err := client.APIKey(t.Context(), ref); !errors.Is(err, egsapi.ErrNotFound) {
					t.Errorf("%+v: got %v, want ErrNotFound", ref, err)
				}
			}
			for _, ref := range test.notVisible {
				if _, err := client.APIKey(t.Context(), ref); !errors.Is(err, egsapi.ErrNotVisible) {
					t.Errorf("%+v: got %v, want ErrNotVisible", ref, err)
				}
			}
		})
	}
}
