// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// clockTolerance is how much earlier than a create was sent a key may have been created
// that is taken for what came of it: the Date header tells whole seconds.
const clockTolerance = 2 * time.Second

// creations keeps keys that cannot be told apart from being made at the same time, and
// remembers what was made.
type creations struct {
	turns apiclient.Turns[kind]

	mu sync.Mutex
	// made are the ids of the keys whose secrets this run was told.
	made map[string]bool
}

// kind is what makes two keys look alike to a person.
type kind struct{ name, userID, collectionID string }

func (k *NewAPIKey) kind() kind { return kind{k.Name, k.UserID, k.CollectionID} }

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

// CreateAPIKey makes a key. Keys that look alike are made one after the other; all
// others side by side.
//
// Where the answer is lost the list tells what became of it: see making.orReplace. The
// error is ErrUncertain where nothing can tell, and ErrUnsupported where the service does
// not know inactivity intervals; no key is left behind then.
//
// When the context ends, a request that is under way is brought to its end within
// apiclient.Grace, so that a key that was made is known.
func (c *Client) CreateAPIKey(ctx context.Context, k NewAPIKey) (*CreatedAPIKey, error) {
	endTurn, err := c.creations.turns.Take(ctx, k.kind())
	if err != nil {
		return nil, err
	}
	defer endTurn()
	before, err := c.baseline(ctx)
	if err != nil {
		// A lost answer could not be made up for.
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}

	// From here on a key may be made.
	now := c.clock.Now()
	m := &making{
		Client: c, key: k, before: before, since: now.Add(-clockTolerance), Sending: apiclient.BeginSending(ctx, now),
	}
	ctx, cancel := apiclient.Linger(ctx, apiclient.Grace)
	defer cancel()
	created, err := m.orReplace(ctx)
	if err != nil {
		return nil, ofSection(refusedInterval(k, err))
	}
	if k.InactivityIntervalDays != nil && created.InactivityIntervalDays == nil {
		return nil, c.takeBack(ctx, created)
	}
	if m.Sent > 1 {
		created.Strays = m.strays(ctx)
	}
	return created, nil
}

// making is one create under way.
type making struct {
	*Client
	key NewAPIKey
	// before is what was there before.
	before *listing[APIKey]
	// open counts the requests that were lost and of which no key was found: they may be
	// carried out later.
	open int
	// since is when a key that comes of it can have been created at the earliest, by the
	// service's clock.
	since time.Time
	apiclient.Sending
}

// orReplace makes the key. Where it is not known whether the service made it, a key that
// is in the list now, was not there before, was created since, matches in everything and
// is not one that this client was told the secret of is the one. Its secret is lost for
// ever, so that it is deleted, and the key made anew. If there is none it was not made,
// and it is safe to send the request again. An error that says that nothing is left comes
// only where every request that was lost is accounted for, or was the only one.
func (m *making) orReplace(ctx context.Context) (*CreatedAPIKey, error) {
	request, cancel := apiclient.Linger(m.Interrupted, apiclient.GraceOfRequest)
	defer cancel()
	for {
		m.Sent++
		created, err := m.post(request, m.key, m.Interrupted.Done()) //nolint:contextcheck // It ends sooner.
		if err == nil || (m.Sent == 1 && !apiclient.MaybeDone(err)) {
			return created, err
		}
		if apiclient.MaybeDone(err) {
			m.open++
		}
		undone, why := m.undo(ctx, err)
		if why != nil {
			return nil, why
		}
		if m.Sent == apiclient.Tries || m.Interrupted.Err() != nil || (!undone && !apiclient.MayPass(err)) {
			return nil, m.failed(ctx, err, undone)
		}
	}
}

// failed is the error of a create that is not sent again. What earlier requests made late
// is deleted first.
func (m *making) failed(ctx context.Context, lost error, undone bool) error {
	if m.Sent > 1 {
		for round := 1; m.open > 0; round++ {
			again, err := m.undo(ctx, lost)
			if err != nil {
				return err
			}
			undone = undone || again
			if !again || round == apiclient.Looks {
				break
			}
		}
		if m.open > 0 {
			return m.uncertain(lost, errors.New("an earlier request may still be carried out"), nil)
		}
	}
	if undone {
		return m.Failed(lost, "that the key that came of it was deleted again, since its secret is lost")
	}
	return m.Failed(lost, "that no key was made")
}

// undo deletes the key that a lost request made, if there is one. An error says that
// this cannot be told.
func (m *making) undo(ctx context.Context, lost error) (undone bool, err error) {
	found, why := m.settle(ctx)
	switch {
	case why != nil:
		return false, m.uncertain(lost, why, found)
	case len(found) > 1:
		return false, m.uncertain(lost, errors.New("several keys came into being that match it"), found)
	case len(found) == 0:
		return false, nil
	case !found[0].is(m.key):
		return false, m.uncertain(lost, errors.New("a key came into being that matches it in part"), found)
	}
	if why := m.DeleteAPIKey(ctx, found[0].ID); why != nil {
		return false, m.uncertain(lost, fmt.Errorf("the key was made, its secret is lost, and it could not be deleted (%w)", why), found)
	}
	m.open = max(0, m.open-1)
	return true, nil
}

// settle returns the keys that may be the one that was asked for. Beside an error they
// are those that prevent that it is known.
func (m *making) settle(ctx context.Context) ([]APIKey, error) {
	for look := 1; ; look++ {
		found, err := m.arrived(ctx)
		if err != nil || len(found) > 0 || look == apiclient.Looks {
			return found, err
		}
		if m.transport.Pause(ctx, look) != nil {
			return nil, fmt.Errorf("%s after the interrupt the list did not show it yet", apiclient.Grace)
		}
	}
}

// arrived returns the keys that may be the one that was asked for, are in a new list and
// were not there before.
func (m *making) arrived(ctx context.Context) (found []APIKey, err error) {
	// Not a list that is as old as the request.
	m.keys.Changed()
	now, err := m.wholeListing(ctx, "", pageSize)
	if err != nil {
		return nil, err
	}
	if now.unreadable > 0 || m.before.unreadable > 0 {
		return nil, errors.New("the list holds entries that cannot be read")
	}
	for id := range now.odd {
		if m.before.lacks(id) {
			return []APIKey{{ID: id}}, errors.New("the list holds a new entry that cannot be read")
		}
	}
	return now.filter(m.mayHaveMade), nil
}

// mayHaveMade says whether the key may be what came of the create.
func (m *making) mayHaveMade(key *APIKey) bool {
	old := !key.CreatedAt.IsZero() && key.CreatedAt.Before(m.since)
	return m.before.lacks(key.ID) && !old && !m.creations.has(key.ID) && key.mayBe(m.key)
}

// strays returns the ids of keys that an earlier request may have made, late, as far as
// that can be had. As long as there are fewer than may come it looks again.
func (m *making) strays(ctx context.Context) (ids []string) {
	for look := 1; ; look++ {
		m.keys.Changed()
		now, err := m.wholeListing(ctx, "", pageSize)
		if err != nil {
			return ids
		}
		ids = ids[:0]
		for _, key := range now.filter(m.mayHaveMade) {
			ids = append(ids, key.ID)
		}
		if len(ids) >= m.open || look == apiclient.Looks || m.transport.Pause(m.Interrupted, look) != nil { //nolint:contextcheck // An interrupt ends the pauses.
			return ids
		}
	}
}

// mayBe says whether the key may be what was asked for, if the service has its own way
// to write things.
func (key *APIKey) mayBe(k NewAPIKey) bool {
	alike := func(listed, asked string) bool {
		return listed == "" || asked == "" || strings.EqualFold(strings.TrimSpace(listed), strings.TrimSpace(asked))
	}
	return alike(key.Name, k.Name) && alike(key.UserName, k.UserName) && alike(key.CollectionID, k.CollectionID)
}

// is says whether the key is the same as what was asked for in everything that the list
// tells. Where no expiry or interval was asked for, a site may have its own.
func (key *APIKey) is(k NewAPIKey) bool {
	return key.Name == k.Name && key.UserName == k.UserName && key.UserName != "" && key.CollectionID == k.CollectionID &&
		!key.CreatedAt.IsZero() && key.Active &&
		(k.ExpiresInDays == nil || expiresIn(key.ExpiresAt, key.CreatedAt, key.CreatedAt, *k.ExpiresInDays)) &&
		(k.InactivityIntervalDays == nil || sameDays(key.InactivityIntervalDays, k.InactivityIntervalDays))
}

// uncertain is the error of a create that nobody knows the end of.
func (m *making) uncertain(lost, why error, candidates []APIKey) error {
	ids := make([]string, len(candidates))
	for i := range candidates {
		ids[i] = candidates[i].ID
	}
	return m.Uncertain(opCreate, lost, why, ids...)
}

// createBody is the body of a create.
type createBody struct {
	UserID             string `json:"user_id"`
	Name               string `json:"name"`
	CollectionID       string `json:"collection_id,omitempty"`
	ExpiresIn          string `json:"expires_in,omitempty"`
	InactivityInterval *int64 `json:"inactivity_interval,omitempty"`
}

// post sends the request.
func (c *Client) post(ctx context.Context, k NewAPIKey, stop <-chan struct{}) (*CreatedAPIKey, error) {
	defer c.keys.Changed()
	r := request{
		op:     opCreate,
		method: http.MethodPost,
		path:   c.pathOfKeys(),
		body: createBody{
			UserID: k.UserID, Name: k.Name, CollectionID: k.CollectionID,
			ExpiresIn: interval(k.ExpiresInDays), InactivityInterval: k.InactivityIntervalDays,
		},
		writes:    true,
		maxAnswer: maxAnswer,
		stop:      stop,
	}
	answer, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	created, err := decodeCreated(answer.Body, k)
	if errors.Is(err, errNoObject) {
		return nil, c.foreign(r, answer, describe(answer))
	}
	if err != nil {
		return nil, c.foreign(r, answer, err.Error())
	}
	c.creations.add(created.ID)
	return created, nil
}

// errNoObject: the answer is no JSON object.
var errNoObject = errors.New("the answer is no JSON object")

// decodeCreated reads the answer of a create. Without the secret or an id that makes
// sense it is none. If the rest makes no sense it is as asked for: a key that was made is
// not lost for that. The errors hold nothing of the answer.
func decodeCreated(body []byte, k NewAPIKey) (*CreatedAPIKey, error) {
	var answer struct {
		SecretKey json.RawMessage `json:"secret_key"`
		APIKey    json.RawMessage `json:"api_key"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return nil, errNoObject
	}
	secret := text(answer.SecretKey)
	if !isSecret(secret) {
		return nil, errors.New("the answer holds no secret")
	}
	id, key, err := decodeKey(answer.APIKey)
	if id == "" {
		return nil, errors.New("the answer does not tell which key was made")
	}
	if err != nil {
		key = APIKey{
			ID: id, UserName: k.UserName, Name: k.Name, Active: true, CollectionID: k.CollectionID,
			InactivityIntervalDays: k.InactivityIntervalDays,
		}
	}
	return &CreatedAPIKey{APIKey: key, Secret: secret}, nil
}

// isSecret tells a secret from none and from a mask ("sk-****").
func isSecret(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r == '*' || r == '…' || unicode.IsSpace(r) || unicode.IsControl(r)
	})
}

// refusedInterval is the error of a create, with ErrUnsupported as its cause where the
// service refused the inactivity interval.
func refusedInterval(k NewAPIKey, err error) error {
	e, ok := errors.AsType[*Error](err)
	if k.InactivityIntervalDays == nil || !ok || !strings.Contains(e.Message, "inactivity_interval") ||
		!apiclient.IsStatus(err, http.StatusBadRequest, http.StatusUnprocessableEntity) {
		return err
	}
	told := *e
	told.Err = ErrUnsupported
	return &told
}

// takeBack deletes a key again that was made without the inactivity interval that was
// asked for, and returns why.
func (c *Client) takeBack(ctx context.Context, made *CreatedAPIKey) error {
	if err := c.DeleteAPIKey(ctx, made.ID); err != nil {
		return &Error{
			Op: opCreate, Section: section, SentAt: c.clock.Now(), Candidates: []string{made.ID},
			Err: errors.Join(ErrUnsupported, ErrUncertain, err),
			Message: fmt.Sprintf("this h2oGPTe does not know inactivity intervals: it made the key without one, and the key could not be "+
				"deleted again (%v)", err),
		}
	}
	return &Error{
		Op: opCreate, Section: section, Err: ErrUnsupported,
		Message: "this h2oGPTe does not know inactivity intervals: it made the key without one, and the key was deleted again",
	}
}
