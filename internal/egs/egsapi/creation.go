// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"strings"
	"sync"
)

// CreatedAPIKey is a key that was just made.
type CreatedAPIKey struct {
	// APIKey holds at least the id and the secret, and all the rest unless Unlisted
	// says why not.
	APIKey
	// Unlisted is why the list did not tell the rest: the key lives all the same.
	Unlisted error
	// SecretHidden says that the list shows the key without its secret.
	SecretHidden bool
	// Twins are the ids of other keys of the same name, role, user and workspace
	// that were not made by this client.
	Twins []string
}

// creations keeps keys that cannot be told apart from being made at the same time,
// and remembers what was made.
type creations struct {
	mu   sync.Mutex
	made map[string]bool
	// turns has a lock for each kind of key.
	turns map[kind]*sync.Mutex
}

// kind is what makes two keys look alike to a person.
type kind struct{ name, role, user, workspace string }

func kindOf(name, role, user, workspace string) kind {
	return kind{name, role, strings.ToLower(user), workspace}
}

// turn returns the lock of a kind of key.
func (c *creations) turn(k kind) *sync.Mutex {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.turns == nil {
		c.turns, c.made = map[kind]*sync.Mutex{}, map[string]bool{}
	}
	if c.turns[k] == nil {
		c.turns[k] = &sync.Mutex{}
	}
	return c.turns[k]
}

func (c *creations) add(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made[id] = true
}

func (c *creations) has(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made[id]
}

// CreateAPIKey makes a key and reads from the list what the answer does not tell.
// Keys that look alike are made one after the other; all others side by side.
//
// The request is sent in one dialect, and only where the controller refuses it as
// malformed (400, 422), which proves that nothing was made, in the other.
func (c *Client) CreateAPIKey(ctx context.Context, k NewAPIKey) (*CreatedAPIKey, error) {
	like := kindOf(k.Name, k.Role, k.UserName, k.WorkspaceName)
	turn := c.creations.turn(like)
	turn.Lock()
	defer turn.Unlock()

	key, err := c.createInAnyDialect(ctx, k)
	if err != nil {
		return nil, err
	}
	c.creations.add(key.ID)
	created := &CreatedAPIKey{APIKey: *key}
	l, listed, err := c.find(ctx, KeyRef{ID: key.ID, Secret: key.Secret, WorkspaceName: k.WorkspaceName, Role: k.Role})
	if err != nil {
		created.Unlisted = err
		return created, nil
	}
	c.creations.add(listed.ID)
	created.APIKey = *listed
	created.SecretHidden = listed.Secret == ""
	created.Secret = key.Secret
	for i := range l.keys {
		other := &l.keys[i]
		if kindOf(other.Name, other.Role, other.UserName, other.WorkspaceName) == like && !c.creations.has(other.ID) {
			created.Twins = append(created.Twins, other.ID)
		}
	}
	return created, nil
}
