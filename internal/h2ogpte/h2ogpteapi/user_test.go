// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestClient_users(t *testing.T) {
	t.Parallel()
	for _, most := range []int{0, 2, 100} {
		s := start(t, h2ogptesim.Options{MaxLimit: most})
		users, err := s.client().Users(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := []h2ogpteapi.User{}
		for _, user := range s.Users() {
			want = append(want, h2ogpteapi.User{ID: user.ID, UserName: user.UserName, Email: user.Email})
		}
		if len(want) != 3 || !slices.Equal(users, want) {
			t.Errorf("at most %d: got %+v, want %+v", most, users, want)
		}
	}
}

func manyUsers() []h2ogptesim.User {
	users := make([]h2ogptesim.User, 250)
	for i := range users {
		users[i] = h2ogptesim.User{ID: fmt.Sprint("id ", i), UserName: fmt.Sprint("user-", i)}
	}
	return users
}

func TestClient_userLookupsShareOneList(t *testing.T) {
	t.Parallel()
	users := manyUsers()
	s := start(t, h2ogptesim.Options{Users: users})
	client := s.client()
	at(len(users), func(i int) {
		if user, err := client.UserByName(t.Context(), users[i].UserName); err != nil || user.ID != users[i].ID {
			t.Errorf("got %+v, %v", user, err)
		}
		if user, err := client.UserByID(t.Context(), users[i].ID); err != nil || user.UserName != users[i].UserName {
			t.Errorf("got %+v, %v", user, err)
		}
	})
	_, err := client.UserByName(t.Context(), "nobody")
	if e := asError(t, err); !errors.Is(err, h2ogpteapi.ErrNotFound) ||
		e.Message != "no user has the name nobody; h2oGPTe lists only users who have logged in at least once" {
		t.Errorf("got %v", err)
	}
	wantErr(t, clienttest.Err(client.UserByID(t.Context(), "nobody")), h2ogpteapi.ErrNotFound)
	// A create of a key does not make the list of users stale.
	must(t, clienttest.Err(client.CreateAPIKey(t.Context(), h2ogpteapi.NewAPIKey{UserID: "id 7", UserName: "user-7", Name: "a"})))
	must(t, clienttest.Err(client.Users(t.Context())))
	s.Wants(3, "GET", usersPath)
}

// Names are compared exactly.
func TestClient_similarUserNames(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	for _, name := range []string{"Alice", "alice ", ""} {
		if user, err := s.client().UserByName(t.Context(), name); !errors.Is(err, h2ogpteapi.ErrNotFound) {
			t.Errorf("%q: got %+v, %v", name, user, err)
		}
	}
	s.AddUser(h2ogptesim.User{ID: "another", UserName: "alice"})
	_, err := s.client().UserByName(t.Context(), "alice")
	if errors.Is(err, h2ogpteapi.ErrNotFound) || !strings.Contains(asError(t, err).Message, "their ids are "+s.userID("alice")+", another") {
		t.Errorf("got %v", err)
	}
}

// Unreadable entries do not affect other entries. An unreadable entry is possibly the requested user, so the error is not
// ErrNotFound.
func TestClient_unreadableUsers(t *testing.T) {
	t.Parallel()
	for _, entry := range []string{`{"username":"bob"}`, `{"id":"2","username":7}`, `{"id":"2","email":"a\u001b[2J"}`} {
		s := start(t, h2ogptesim.Options{})
		s.Fail(always(clienttest.Of("GET", usersPath, clienttest.Status(200, `[{"id":"1","username":"alice"},`+entry+`]`))))
		client := s.client()
		if _, err := client.UserByName(t.Context(), "bob"); err == nil || errors.Is(err, h2ogpteapi.ErrNotFound) {
			t.Errorf("%s: got %v", entry, err)
		}
		if _, err := client.Users(t.Context()); asError(t, err).Op != "list h2oGPTe users" {
			t.Errorf("%s: got %v", entry, err)
		}
		if user, err := client.UserByName(t.Context(), "alice"); err != nil {
			t.Errorf("%s: got %+v, %v", entry, user, err)
		}
	}
}

// A user is read with one request, which concurrent callers share. With an older service, the user is found in the list.
func TestClient_userByID(t *testing.T) {
	t.Parallel()
	for _, older := range []bool{false, true} {
		s := start(t, h2ogptesim.Options{Users: manyUsers(), NoUserByID: older})
		client := s.client()
		for _, id := range []string{"id 7", "id 7", "id 8", "id 9"} {
			at(5, func(int) {
				if user, err := client.UserByID(t.Context(), id); err != nil || user.ID != id || user.UserName != strings.Replace(id, "id ", "user-", 1) {
					t.Errorf("got %+v, %v", user, err)
				}
			})
		}
		one, pages := s.Count("GET", userPath), s.Count("GET", usersPath)
		if older {
			// For an unknown route, the journal has the path as the client sent it, so Count does not find the request.
			one, pages = 1, pages-3
		} else {
			one -= 2
		}
		if one != 1 || pages != 0 {
			t.Errorf("older %t: %d requests for one user, and %d for pages", older, one, pages)
		}
		for _, id := range []string{"nobody", "..", "sk-0123456789"} {
			if _, err := client.UserByID(t.Context(), id); !errors.Is(err, h2ogpteapi.ErrNotFound) {
				t.Errorf("%s: got %v", id, err)
			}
		}
		s.Wants(3, "GET", usersPath)
	}
}

func TestClient_userByIDThatFails(t *testing.T) {
	t.Parallel()
	for _, fault := range []simulation.Fault{
		clienttest.Status(200, `{"id":"another","username":"alice"}`), clienttest.Status(200, `[]`), clienttest.Status(403, ""),
	} {
		s := start(t, h2ogptesim.Options{})
		s.Fail(clienttest.Of("GET", userPath, fault))
		client := s.client()
		if _, err := client.UserByID(t.Context(), s.userID("alice")); asError(t, err).Op != "get h2oGPTe user" {
			t.Errorf("got %v", err)
		}
		if _, err := client.UserByID(t.Context(), s.userID("alice")); err != nil {
			t.Errorf("second request: %v", err)
		}
	}
}
