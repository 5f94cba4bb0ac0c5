// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
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
	// Strays are the ids of such keys that came into being while the request was
	// sent more than once: an earlier one may have made them, late.
	Strays []string
}

// creations keeps keys that cannot be told apart from being made at the same time,
// and remembers what was made.
type creations struct {
	mu sync.Mutex
	// made are the ids of the keys that this run made or left behind.
	made  map[string]bool
	turns apiclient.Turns[kind]
	// firsts are run once for each kind of service account.
	firsts map[accountKind]*sync.Once
	// examples are what keys that this client made taught.
	examples map[accountKind]example
	// uncertain are the kinds of which this run may have made a key that it does not
	// know.
	uncertain map[kind]bool
}

// kind is what makes two keys look alike to a person.
type kind struct{ name, role, user, workspace string }

func (key *APIKey) kind() kind {
	return kind{key.Name, key.Role, strings.ToLower(key.UserName), key.WorkspaceName}
}

func (k *NewAPIKey) kind() kind {
	return kind{k.Name, k.Role, strings.ToLower(k.UserName), k.WorkspaceName}
}

// first runs f if it is the first of its kind of service account; the others wait until
// it has ended.
func (c *creations) first(k accountKind, f func()) {
	c.mu.Lock()
	if c.firsts == nil {
		c.firsts = map[accountKind]*sync.Once{}
	}
	if c.firsts[k] == nil {
		c.firsts[k] = &sync.Once{}
	}
	once := c.firsts[k]
	c.mu.Unlock()
	once.Do(f)
}

func (c *creations) learn(k accountKind, e example) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.examples == nil {
		c.examples = map[accountKind]example{}
	}
	c.examples[k] = e
}

func (c *creations) learned(k accountKind) (example, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.examples[k]
	return e, ok
}

// doubt remembers that nobody knows whether a key of the kind was made.
func (c *creations) doubt(k kind) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.uncertain == nil {
		c.uncertain = map[kind]bool{}
	}
	c.uncertain[k] = true
}

func (c *creations) doubted(k kind) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.uncertain[k]
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
// answer is lost the list tells what became of it: see making.orFind. The error is
// ErrUncertain where nothing can tell.
//
// When the context ends, a request that is under way is brought to its end within
// apiclient.Grace, so that a key that was made is known.
func (c *Client) CreateAPIKey(ctx context.Context, k NewAPIKey) (*CreatedAPIKey, error) {
	endTurn, err := c.creations.turns.Take(ctx, k.kind())
	if err != nil {
		return nil, err
	}
	defer endTurn()
	if _, err := c.tokens.get(ctx, ""); err != nil {
		return nil, err
	}
	before, err := c.baseline(ctx, k.WorkspaceName)
	if err != nil && (ctx.Err() != nil || !refusesListing(err)) {
		// A lost answer could not be made up for. Nothing is made as long as that may
		// change; credentials that may not list can only create so.
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}

	// From here on a key may be made.
	made := &making{Client: c, key: k, before: before, Sending: apiclient.BeginSending(ctx, c.LastKnownTime())}
	ctx, cancel := apiclient.Linger(ctx, apiclient.Grace)
	defer cancel()
	key, err := made.orFind(ctx)
	if err != nil {
		return nil, err
	}
	c.creations.add(key.ID)
	created, l, err := c.complete(ctx, *key, k, made.Sent > 1)
	if err != nil {
		return &CreatedAPIKey{APIKey: *key, Unlisted: err}, nil
	}
	for i := range l.keys {
		switch other := &l.keys[i]; {
		case other.kind() != k.kind() || c.creations.has(other.ID):
		case made.Sent > 1 && before.lacks(other.ID):
			created.Strays = append(created.Strays, other.ID)
		default:
			created.Twins = append(created.Twins, other.ID)
		}
	}
	return created, nil
}

// making is one create under way.
type making struct {
	*Client
	key NewAPIKey
	// before is what was there before; nil where that could not be had.
	before *listing
	apiclient.Sending
}

// orFind makes the key. Where it is not known whether the controller made it, a
// key that is in the list now, was not there before, matches in everything and was
// not made by another create of this client is the one. If there is none it was
// not made, and it is safe to send the request again.
func (m *making) orFind(ctx context.Context) (*APIKey, error) {
	request, cancel := apiclient.Linger(m.Interrupted, apiclient.GraceOfRequest)
	defer cancel()
	for {
		m.Sent++
		key, err := m.createInAnyDialect(request, m.key, m.Sent, m.Interrupted.Done()) //nolint:contextcheck // It ends sooner.
		if err == nil || (m.Sent == 1 && !apiclient.MaybeDone(err)) {
			return key, err
		}
		found, why := m.settle(ctx)
		switch {
		case why != nil:
			return nil, m.uncertain(err, why, nil)
		case len(found) > 1:
			return nil, m.uncertain(err, errors.New("several keys came into being that match it"), found)
		case len(found) == 1 && m.creations.doubted(m.key.kind()):
			return nil, m.uncertain(err, errors.New("a key came into being that matches it and another one like it that this run lost"), found)
		case len(found) == 1 && !found[0].is(m.key):
			return nil, m.uncertain(err, errors.New("a key came into being that matches it in part"), found)
		case len(found) == 1 && found[0].Secret == "":
			return nil, m.uncertain(err, errors.New("the key was made, but its secret is lost: the controller's list hides secrets"), found)
		case len(found) == 1:
			return &found[0], nil
		case !apiclient.MayPass(err) || m.Sent == apiclient.Tries || m.Interrupted.Err() != nil:
			return nil, m.Failed(err, "that no key was made")
		}
	}
}

// settle returns the keys that may be the one that was asked for. See orFind.
func (m *making) settle(ctx context.Context) ([]APIKey, error) {
	if m.before == nil {
		return nil, errors.New("these credentials may not list the keys, which would tell")
	}
	for look := 1; ; look++ {
		found, err := m.arrived(ctx)
		if err != nil || len(found) > 0 || look == apiclient.Looks {
			return found, err
		}
		if m.transport.Pause(ctx, look) != nil {
			return nil, fmt.Errorf("%s after the interrupt the controller's list did not show it yet", apiclient.Grace)
		}
	}
}

// arrived returns the keys that may be the one that was asked for, are in a new list
// and were not there before.
func (m *making) arrived(ctx context.Context) (found []APIKey, err error) {
	// Not a list that is as old as the request.
	m.keys.Changed()
	now, err := m.listing(ctx, m.key.WorkspaceName)
	if err != nil {
		return nil, err
	}
	if now.unreadable > 0 || m.before.unreadable > 0 {
		return nil, errors.New("the list holds entries that cannot be read")
	}
	for id := range now.odd {
		if m.before.lacks(id) {
			return nil, fmt.Errorf("the list holds a new entry, %s, that cannot be read", id)
		}
	}
	if err := m.sees(KeyRef{WorkspaceName: m.key.WorkspaceName, Role: m.key.Role}); err != nil {
		return nil, err
	}
	for i := range now.keys {
		if key := &now.keys[i]; m.before.lacks(key.ID) && !m.creations.has(key.ID) && key.mayBe(m.key) {
			found = append(found, *key)
		}
	}
	return found, nil
}

// lacks says whether the key is not in the listing.
func (l *listing) lacks(id string) bool {
	_, ok := l.byID[id]
	return !ok && !l.odd[id]
}

// mayBe says whether the key may be what was asked for, if the controller has its own
// way to write things.
func (key *APIKey) mayBe(k NewAPIKey) bool {
	sameName := strings.EqualFold(strings.TrimSpace(key.Name), strings.TrimSpace(k.Name))
	return sameName && (key.WorkspaceName == k.WorkspaceName || key.WorkspaceName == "" || k.WorkspaceName == "")
}

// is says whether the key is the same as what was asked for in everything.
func (key *APIKey) is(k NewAPIKey) bool {
	return key.kind() == k.kind() && key.Description == k.Description && key.ValidUntil == k.ValidUntil
}

// uncertain is the error of a create that nobody knows the end of.
func (m *making) uncertain(lost, why error, candidates []APIKey) error {
	m.creations.doubt(m.key.kind())
	ids := make([]string, len(candidates))
	for i := range candidates {
		ids[i] = candidates[i].ID
	}
	return m.Uncertain(opCreate, lost, why, ids...)
}
