// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import "github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"

// User is somebody who has logged in once, as the list shows them.
type User struct {
	ID       string `json:"id"`
	UserName string `json:"username"`
	Email    string `json:"email"`
}

// AddUser adds a user as if they had logged in for the first time. An empty ID is filled.
func (s *Simulator) AddUser(user User) {
	if user.ID == "" {
		user.ID = simulation.NewUUID()
	}
	s.users.Add(simulation.Item[User]{ID: user.ID, Value: user})
}

// Users are those that have logged in, in the order of the list.
func (s *Simulator) Users() []User { return simulation.Values(s.users.All()) }

// listUsers is GET /users.
func (s *Simulator) listUsers(c simulation.Call) simulation.Reply {
	return page(s, c, s.Users(), func(user User) User { return user })
}
