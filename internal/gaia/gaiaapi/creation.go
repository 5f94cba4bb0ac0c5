// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// CreatedAPIKey is a key that was just made.
type CreatedAPIKey struct {
	// APIKey is as the list shows it or, where that tells nothing yet, as it was asked
	// for.
	APIKey
	// Strays are the ids of keys of the same config that came into being while the request
	// was sent more than once and were not made by this client: an earlier one may have
	// made them, late.
	Strays []string
	// Open is how many more keys of the same config may still come into being: so many
	// requests lost their answers, and no list showed what they made, if anything.
	Open int
}

// creations keeps keys from being made at the same time, since nothing tells them apart,
// and remembers what was made.
type creations struct {
	turns apiclient.Turns[struct{}]

	mu sync.Mutex
	// made are the ids of the keys that this client made, and of those it named as strays:
	// no later create made them.
	made map[string]bool
	// uncertain are the configs of which this client may have made a key that it does
	// not know, or that is yet to come into being.
	uncertain map[string]bool
	// predictable says that the list tells nothing of a new key that was not asked for:
	// it showed one exactly so, or it hides keys.
	predictable bool
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

// doubt remembers that nobody knows whether a key of the config was made, or still will
// be.
func (c *creations) doubt(config string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.uncertain == nil {
		c.uncertain = map[string]bool{}
	}
	c.uncertain[config] = true
}

func (c *creations) doubted(config string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.uncertain[config]
}

func (c *creations) learnPredictable() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.predictable = true
}

func (c *creations) isPredictable() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.predictable
}

// CreateAPIKey makes a key. Keys are made one after the other: a key has no name, so that
// only the order tells which create made which key.
//
// The request is not repeated blindly. Where the answer is lost the list tells what became
// of it: see making.orFind. The error is ErrUncertain where nothing can tell.
//
// When the context ends, a request that is under way is brought to its end within
// apiclient.Grace, so that a key that was made is known.
func (c *Client) CreateAPIKey(ctx context.Context, k NewAPIKey) (*CreatedAPIKey, error) {
	endTurn, err := c.creations.turns.Take(ctx, struct{}{})
	if err != nil {
		return nil, err
	}
	defer endTurn()
	before, err := c.baseline(ctx)
	if err != nil && (ctx.Err() != nil || !refusesListing(err)) {
		// A lost answer could not be made up for. Nothing is made as long as that may
		// change; credentials that may not list can only create so.
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}

	// From here on a key may be made.
	made := &making{Client: c, key: k, before: before, Sending: apiclient.BeginSending(ctx, c.clock.Now())}
	ctx, cancel := apiclient.Linger(ctx, apiclient.Grace)
	defer cancel()
	key, err := made.orFind(ctx)
	if err != nil {
		return nil, err
	}
	c.creations.add(key.ID)
	return made.complete(ctx, key), nil
}

// making is one create under way.
type making struct {
	*Client
	key NewAPIKey
	// before is what was there before; nil where that could not be had.
	before *listing
	// open counts the requests that lost their answers and may have made a key that
	// nothing has named yet.
	open int
	apiclient.Sending
}

// orFind makes the key. Where it is not known whether the service made it, a key that is
// in the list now, was not there before, was not made by another create of this client
// and is the only such one is it, if it has the config that was asked for. If there is
// none it was not made, and it is safe to send the request again. It may be made later
// than that: m.open counts what may.
func (m *making) orFind(ctx context.Context) (*APIKey, error) {
	request, cancel := apiclient.Linger(m.Interrupted, apiclient.GraceOfRequest)
	defer cancel()
	for {
		m.Sent++
		key, err := m.create(request, m.key, m.Interrupted.Done()) //nolint:contextcheck // It ends sooner.
		if err == nil || (m.Sent == 1 && !apiclient.MaybeDone(err)) {
			return key, err
		}
		if apiclient.MaybeDone(err) {
			m.open++
		}
		found, why := m.settle(ctx)
		switch {
		case why != nil:
			return nil, m.uncertain(err, why, found)
		case len(found) > 1:
			return nil, m.uncertain(err, errors.New("several keys came into being, any of which may be it"), found)
		case len(found) == 1 && !found[0].is(m.key):
			return nil, m.uncertain(err, errors.New("a key came into being that has another config"), found)
		case len(found) == 1 && m.creations.doubted(m.config()):
			return nil, m.uncertain(err, errors.New("a key came into being that may be it, or another one like it that this run lost"), found)
		case len(found) == 1:
			m.open--
			return &found[0], nil
		case !apiclient.MayPass(err) || m.Sent == apiclient.Tries || m.Interrupted.Err() != nil:
			m.creations.doubt(m.config())
			return nil, m.Failed(err, "that no key was made")
		}
	}
}

// settle returns the keys that may be the one that was asked for. See orFind. It looks on
// where none of them is it for sure, so that one that comes late is named too.
func (m *making) settle(ctx context.Context) ([]APIKey, error) {
	if m.before == nil {
		return nil, errors.New("these credentials may not list the keys, which would tell")
	}
	for look := 1; ; look++ {
		// Not a list that is as old as the request.
		m.keys.Changed()
		now, err := m.listing(ctx)
		if err != nil {
			return nil, err
		}
		found, err := m.arrived(now)
		sure := len(found) == 1 && found[0].is(m.key) && !m.creations.doubted(m.config())
		if err != nil || sure || look == apiclient.Looks {
			return found, err
		}
		if m.transport.Pause(ctx, look) != nil {
			return found, fmt.Errorf("%s after the interrupt the service's list did not show it yet", apiclient.Grace)
		}
	}
}

// arrived returns the keys of a list that were not there before and that this client did
// not make.
func (m *making) arrived(now *listing) (found []APIKey, err error) {
	for i := range now.keys {
		if key := &now.keys[i]; m.before.lacks(key.ID) && !m.creations.has(key.ID) {
			found = append(found, *key)
		}
	}
	for id := range now.odd {
		if m.before.lacks(id) && !m.creations.has(id) {
			return append(found, APIKey{ID: id}), errors.New("the list holds a new entry that cannot be read")
		}
	}
	for _, l := range []*listing{m.before, now} {
		if incomplete := l.complete(); incomplete != nil {
			return found, fmt.Errorf("the list does not tell, since %s", incomplete.Message)
		}
	}
	return found, nil
}

// complete adds to a key that was made what the list shows of it: members that the
// service added, and keys that an earlier request made late. Where there can be neither,
// no list is asked for. One that cannot be had is no harm: the next refresh tells.
func (m *making) complete(ctx context.Context, key *APIKey) *CreatedAPIKey {
	created := &CreatedAPIKey{APIKey: *key}
	if m.open == 0 && m.creations.isPredictable() {
		return created
	}
	if now, err := m.listing(ctx); err == nil {
		i, listed := now.byID[key.ID]
		if listed {
			created.APIKey = now.keys[i]
		}
		if now.hidden > 0 || (listed && created.is(m.key)) {
			m.creations.learnPredictable()
		}
	}
	created.Strays = m.strays(ctx, NewAPIKey{created.Permissions, created.Config})
	if created.Open = m.open; m.open > 0 {
		m.creations.doubt(m.config())
	}
	return created
}

// strays returns the ids of the keys like the one that was made that came into being
// too. It looks on while a request that lost its answer may have made one.
func (m *making) strays(ctx context.Context, made NewAPIKey) (ids []string) {
	for look := 1; m.open > 0; look++ {
		m.keys.Changed()
		if now, err := m.listing(ctx); err == nil {
			found, _ := m.arrived(now) // What could not be read names nothing.
			for i := range found {
				if found[i].is(made) {
					ids = append(ids, found[i].ID)
					m.creations.add(found[i].ID)
					m.open = max(m.open-1, 0)
				}
			}
		}
		//nolint:contextcheck // An interrupt ends the pauses: what is open is told.
		if m.open > 0 && (look == apiclient.Looks || m.transport.Pause(m.Interrupted, look) != nil) {
			break
		}
	}
	return ids
}

// config is what was asked for as a text that is the same for the same.
func (m *making) config() string {
	text, _ := json.Marshal(m.key.body()) // It was sent so.
	return string(text)
}

// uncertain is the error of a create that nobody knows the end of.
func (m *making) uncertain(lost, why error, candidates []APIKey) error {
	if n := len(candidates); n > 0 && (m.open > n || m.creations.doubted(m.config())) {
		why = fmt.Errorf("%w; more may still come into being", why)
	}
	m.creations.doubt(m.config())
	ids := make([]string, len(candidates))
	for i := range candidates {
		ids[i] = candidates[i].ID
	}
	return m.Uncertain(opCreate, lost, why, ids...)
}
