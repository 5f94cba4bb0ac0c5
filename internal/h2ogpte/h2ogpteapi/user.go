// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// User is a user of h2oGPTe. h2oGPTe lists only users who have logged in at least once.
type User struct {
	ID, UserName string
	// Email is "" if h2oGPTe returns no email address.
	Email string
}

func compareUsers(a, b User) int {
	return cmp.Or(cmp.Compare(a.UserName, b.UserName), cmp.Compare(a.ID, b.ID))
}

// Users lists the users, sorted by username and id.
func (c *Client) Users(ctx context.Context) ([]User, error) {
	l, err := c.users.Fresh(ctx, "")
	if err != nil {
		return nil, err
	}
	if err := complete(l, "the list of users is not complete"); err != nil {
		return nil, err
	}
	return c.users.Fill(l, nil).Items, nil
}

// UserByName returns the user with exactly this name. The error is ErrNotFound only if a complete and readable list does not
// contain the user.
func (c *Client) UserByName(ctx context.Context, name string) (*User, error) {
	return c.findUser(ctx, "no user has the name "+name, func(user User) bool { return user.UserName == name })
}

// UserByID returns the user with this id. It sends one request. A 404 has two possible causes: h2oGPTe does not know the
// user, or does not support the request (before 1.7). After a 404, UserByID looks in the list of users, like UserByName.
func (c *Client) UserByID(ctx context.Context, id string) (*User, error) {
	c.mu.Lock()
	flight := c.userByID[id]
	if flight == nil || flight.Err() != nil {
		flight = apiclient.Start(ctx, func(ctx context.Context) (*User, error) { return c.getUser(ctx, id) })
		c.userByID[id] = flight
	}
	c.mu.Unlock()
	user, err := flight.Wait(ctx)
	if err != nil || user != nil {
		return user, err
	}
	user, err = c.findUser(ctx, "no user has the id "+id, func(user User) bool { return user.ID == id })
	if err == nil {
		c.noUserByID.Store(true)
	}
	return user, err
}

// getUser requests one user. If UserByID has to look in the list of users, getUser returns nil and no error.
func (c *Client) getUser(ctx context.Context, id string) (*User, error) {
	if c.noUserByID.Load() || !isID(id) {
		return nil, nil
	}
	r := c.request(opGetUser, http.MethodGet, "users/{user_id}")
	r.Parameter, r.Repeatable = id, true
	resp, err := c.send(ctx, r)
	if isUnknown(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	read, user, err := decodeUser(resp.Body)
	if err != nil || read != id {
		return nil, c.unexpected(r, resp)
	}
	return &user, nil
}

func (c *Client) findUser(ctx context.Context, none string, is func(User) bool) (*User, error) {
	l, err := c.users.Get(ctx, "")
	if err == nil && !slices.ContainsFunc(l.Items, is) {
		l, err = c.users.Fresh(ctx, "")
	}
	if err != nil {
		return nil, err
	}
	var found *User
	var ids []string
	for _, user := range l.Items {
		if is(user) {
			found, ids = &user, append(ids, user.ID)
		}
	}
	if len(ids) > 1 {
		return nil, &Error{Op: opListUsers, Section: section, Message: fmt.Sprintf(
			"several users have the name %s; their ids are %s", found.UserName, strings.Join(ids, ", "))}
	}
	if found != nil {
		return found, nil
	}
	if err := complete(l, none+" among the readable entries"); err != nil {
		return nil, err
	}
	return nil, &Error{
		Op: opListUsers, Section: section, Err: ErrNotFound,
		Message: none + "; h2oGPTe lists only users who have logged in at least once",
	}
}

func complete(l *apiclient.Listing[User], what string) error {
	if n := l.Unreadable + l.NumUnreadableIDs(); n > 0 {
		return &Error{
			Op: opListUsers, Section: section, Status: http.StatusOK, Err: ErrUnexpectedResponse,
			Message: fmt.Sprintf("%s: %d entries could not be read", what, n),
		}
	}
	return nil
}

func (c *Client) fetchUsers(ctx context.Context, _ string, proof bool) (*apiclient.Listing[User], error) {
	return fetch(ctx, c, opListUsers, &c.userPages, pageSize, proof, func(query url.Values) ([]json.RawMessage, error) {
		entries, err := c.page(ctx, opListUsers, "users", query)
		if isUnknown(err) {
			err = c.wrongBaseURL(err)
		}
		return entries, err
	}, decodeUser)
}

// decodeUser decodes an entry of the list of users. If the id is valid, decodeUser returns the id even with an error.
func decodeUser(raw json.RawMessage) (string, User, error) {
	var e struct {
		ID       string `json:"id"`
		UserName string `json:"username"`
		Email    string `json:"email"`
	}
	err := json.Unmarshal(raw, &e)
	if !isID(e.ID) {
		return "", User{}, errors.New("the entry has no id")
	}
	if err == nil && strings.ContainsFunc(e.UserName+e.Email, unicode.IsControl) {
		err = errors.New("the entry contains control characters")
	}
	if err != nil {
		return e.ID, User{}, err
	}
	return e.ID, User{ID: e.ID, UserName: e.UserName, Email: e.Email}, nil
}
