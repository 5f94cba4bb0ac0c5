// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"net/http"
	"slices"
	"sync"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// User is somebody who has logged in once, as the list shows them.
type User struct {
	ID       string `json:"id"`
	UserName string `json:"username"`
	Email    string `json:"email"`
}

// users are in the order in which they logged in.
type users struct {
	mu    sync.RWMutex
	order []User
}

func (u *users) add(user User) {
	if user.ID == "" {
		user.ID = newUUID()
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.order = append(u.order, user)
}

func (u *users) all() []User {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return append([]User{}, u.order...)
}

func (u *users) withID(id string) (User, bool) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	i := slices.IndexFunc(u.order, func(user User) bool { return user.ID == id })
	if i < 0 {
		return User{}, false
	}
	return u.order[i], true
}

// listUsers is GET /users: a bare array.
func (s *Simulator) listUsers(c simulation.Call) simulation.Reply {
	all := s.users.all()
	from, to, reply := s.page(c, len(all))
	if reply != nil {
		return *reply
	}
	return simulation.JSON(http.StatusOK, all[from:to])
}
