// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// User is a user who has logged in at least once, in the form of the list.
type User struct {
	ID       string `json:"id"`
	UserName string `json:"username"`
	Email    string `json:"email"`
}

// AddUser adds a user, as after the first login. ID defaults to a new id.
func (s *Simulator) AddUser(user User) {
	user.ID = cmp.Or(user.ID, simulation.NewUUID())
	s.users.Add(simulation.Item[User]{ID: user.ID, Value: user})
}

func (s *Simulator) logIn(_ string, user User) error {
	if user.UserName == "" {
		return errors.New("username is missing")
	}
	if slices.ContainsFunc(s.Users(), func(other User) bool {
		return other.UserName == user.UserName || (user.ID != "" && other.ID == user.ID)
	}) {
		return fmt.Errorf("%w: a user has this username or id", simulation.ErrExists)
	}
	s.AddUser(user)
	return nil
}

// Users returns the users in the order of the list.
func (s *Simulator) Users() []User { return simulation.Values(s.users.All()) }

func (s *Simulator) listUsers(c simulation.Call) simulation.Reply {
	return page(s, c, s.Users(), func(user User) User { return user })
}

func (s *Simulator) getUser(c simulation.Call) simulation.Reply {
	user := s.users.ByID(c.Parameter)
	if user == nil {
		return s.failure(http.StatusNotFound, "User not found")
	}
	return simulation.JSON(http.StatusOK, user.Value)
}

// RevokePermissions deactivates all keys of a user, as h2oGPTe does if the user loses the permissions for keys. It reports
// whether the user exists.
func (s *Simulator) RevokePermissions(id string) bool {
	user := s.users.ByID(id)
	if user == nil {
		return false
	}
	for _, key := range s.Keys() {
		if key.UserName == user.Value.UserName {
			s.ChangeKey(key.ID, func(key *Key) { key.Inactive = true })
		}
	}
	return true
}
