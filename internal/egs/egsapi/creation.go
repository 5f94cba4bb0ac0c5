// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
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
	mu sync.Mutex
	// made are the ids of the keys that this run made or left behind.
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
		c.turns = map[kind]*sync.Mutex{}
	}
	if c.turns[k] == nil {
		c.turns[k] = &sync.Mutex{}
	}
	return c.turns[k]
}

func (c *creations) add(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made == nil {
		c.made = map[string]bool{}
	}
	c.made[id] = true
}

func (c *creations) has(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made[id]
}

// Acknowledge says that a key is no stranger: it is not told among the twins of keys
// that are created later.
func (c *Client) Acknowledge(id string) { c.creations.add(id) }

// CreateAPIKey makes a key and reads from the list what the answer does not tell.
// Keys that look alike are made one after the other; all others side by side.
//
// The request is sent in one dialect, and only where the controller refuses it as
// malformed (400, 422), which proves that nothing was made, in the other. Where the
// answer is lost the list tells what became of it: see makeOrFind. The error is
// ErrUncertain where nothing can tell.
//
// When the context ends, a request that is under way is brought to its end within
// grace, so that a key that was made is known.
func (c *Client) CreateAPIKey(ctx context.Context, k NewAPIKey) (*CreatedAPIKey, error) {
	like := kindOf(k.Name, k.Role, k.UserName, k.WorkspaceName)
	turn := c.creations.turn(like)
	turn.Lock()
	defer turn.Unlock()
	if _, err := c.tokens.get(ctx, ""); err != nil {
		return nil, err
	}
	// What was there before. Where that cannot be had, a lost answer cannot be made
	// up for, but no answer may ever be lost.
	before, _ := c.latestListing(ctx, k.WorkspaceName)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// From here on a key may be made.
	ctx, cancel := linger(ctx, grace)
	defer cancel()

	key, err := c.makeOrFind(ctx, k, before)
	if err != nil {
		return nil, err
	}
	c.creations.add(key.ID)
	created := &CreatedAPIKey{APIKey: *key}
	l := c.keys.latestOf(k.WorkspaceName)
	if complete := deduce(l, key, k); complete != nil {
		created.APIKey = *complete
	} else {
		var listed *APIKey
		l, listed, err = c.find(ctx, KeyRef{ID: key.ID, Secret: key.Secret, WorkspaceName: k.WorkspaceName, Role: k.Role})
		if err != nil {
			created.Unlisted = err
			return created, nil
		}
		c.creations.add(listed.ID)
		created.APIKey = *listed
		created.SecretHidden = listed.Secret == ""
		created.Secret = key.Secret
	}
	for i := range l.keys {
		other := &l.keys[i]
		if kindOf(other.Name, other.Role, other.UserName, other.WorkspaceName) == like && !c.creations.has(other.ID) {
			created.Twins = append(created.Twins, other.ID)
		}
	}
	return created, nil
}

// deduce completes a new key without a list where the latest list showed that the
// controller does as documented with another key of the kind; nil where it did not.
// So a list is not needed for every create.
func deduce(latest *listing, key *APIKey, k NewAPIKey) *APIKey {
	if latest == nil {
		return nil
	}
	example, ok := latest.examples[accountKind{k.Role, k.WorkspaceName == ""}]
	if !ok {
		return nil
	}
	return &APIKey{
		ID:                 key.ID,
		Secret:             key.Secret,
		Name:               k.Name,
		Description:        k.Description,
		Role:               k.Role,
		ServiceAccountName: serviceAccountName(k.Role, k.WorkspaceName),
		WorkspaceName:      k.WorkspaceName,
		UserName:           k.UserName,
		ValidUntil:         k.ValidUntil,
		TokenTTLSeconds:    example.TokenTTLSeconds,
	}
}

// accountKind is a kind of key whose service accounts are named alike.
type accountKind struct {
	role        string
	noWorkspace bool
}

// serviceAccountName is the service account of a key, as recorded lists have it.
func serviceAccountName(role, workspace string) string {
	switch role {
	case "Editor":
		return "kubeslice-rbac-rw-slice-" + workspace
	case "Viewer":
		return "kubeslice-rbac-ro-slice-" + workspace
	default:
		return "kubeslice-rbac-rw-external-apis"
	}
}

const (
	// grace is how long what was begun may go on after the user interrupted it.
	grace = 30 * time.Second
	// tries is how often a create or delete is sent at the most, where the list
	// proves each time that it was not carried out.
	tries = 3
)

// linger is the context without its cancellation, which follows it by the grace.
func linger(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	lingering, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(grace, cancel)
	})
	return lingering, func() {
		stop()
		cancel()
	}
}

// makeOrFind makes a key. Where it is not known whether the controller made it, a
// key that is in the list now, was not there before, matches in everything and was
// not made by another create of this client is the one. If there is none it was
// not made, and it is safe to send the request again.
func (c *Client) makeOrFind(ctx context.Context, k NewAPIKey, before *listing) (*APIKey, error) {
	for try := 1; ; try++ {
		sent := c.LastKnownTime()
		key, err := c.createInAnyDialect(ctx, k, try)
		if err == nil || !MaybeDone(err) {
			return key, err
		}
		found, why := c.findLost(ctx, k, before)
		if why == nil && found == nil && errors.Is(err, context.DeadlineExceeded) {
			// The controller may still be at it.
			if c.transport.Pause(ctx, try) == nil {
				found, why = c.findLost(ctx, k, before)
			}
		}
		switch {
		case why != nil:
			return nil, uncertain(err, why, sent, nil)
		case len(found) > 1:
			return nil, uncertain(err, errors.New("several keys came into being that match it"), sent, found)
		case len(found) == 1 && !found[0].is(k):
			return nil, uncertain(err, errors.New("a key came into being that matches it in part"), sent, found)
		case len(found) == 1 && found[0].Secret == "":
			return nil, uncertain(err, errors.New("the key was made, but its secret is lost: the controller's list hides secrets"), sent, found)
		case len(found) == 1:
			return &found[0], nil
		case !mayPass(err) || try == tries || c.transport.Pause(ctx, try) != nil:
			return nil, err
		}
	}
}

// findLost returns the keys that may be the one that was asked for: those that are
// new and look alike. See makeOrFind.
func (c *Client) findLost(ctx context.Context, k NewAPIKey, before *listing) ([]APIKey, error) {
	if before == nil {
		return nil, errors.New("it is not known which keys were there before")
	}
	// Not a list that is as old as the request.
	c.keys.changed()
	now, err := c.listing(ctx, k.WorkspaceName)
	if err != nil {
		return nil, err
	}
	if now.unreadable > 0 {
		return nil, errors.New("the list holds entries that cannot be read")
	}
	if err := c.sees(KeyRef{WorkspaceName: k.WorkspaceName, Role: k.Role}); err != nil {
		return nil, err
	}
	var found []APIKey
	like := kindOf(k.Name, k.Role, k.UserName, k.WorkspaceName)
	for _, key := range now.keys {
		if _, old := before.byID[key.ID]; !old && !c.creations.has(key.ID) &&
			kindOf(key.Name, key.Role, key.UserName, key.WorkspaceName) == like {
			found = append(found, key)
		}
	}
	return found, nil
}

// is says whether a key that looks like what was asked for is the same in everything.
func (key *APIKey) is(k NewAPIKey) bool {
	return key.Description == k.Description && key.ValidUntil == k.ValidUntil
}

// uncertain is the error of a create that nobody knows the end of.
func uncertain(lost, why error, sent time.Time, candidates []APIKey) error {
	e := &Error{
		Op:      opCreate,
		Message: fmt.Sprintf("the answer was lost (%v), and %v", lost, why),
		SentAt:  sent,
		Err:     errors.Join(ErrUncertain, lost),
	}
	for _, key := range candidates {
		e.Candidates = append(e.Candidates, key.ID)
	}
	return e
}
