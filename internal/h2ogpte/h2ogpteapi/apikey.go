// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// APIKey is an API key as h2oGPTe lists it. The list holds no secret.
type APIKey struct {
	ID       string
	UserName string
	Name     string
	// Hint is the last four characters of the secret.
	Hint string
	// CreatedAt is zero where the list does not say.
	CreatedAt time.Time
	// Active is false once the key was deactivated, which cannot be undone. Whether it turns false when the key expires
	// depends on the service.
	Active bool
	// Global says that the key is for more than one collection.
	Global bool
	// ExpiresAt is nil for a key that does not expire.
	ExpiresAt *time.Time
	// InactivityIntervalDays is nil where there is none, and always on an older service.
	InactivityIntervalDays *int64
	// CollectionID and CollectionName are "" for a key of no collection.
	CollectionID, CollectionName string
}

// APIKeyList is a list of keys, sorted by username, name and id.
type APIKeyList = apiclient.List[APIKey]

func compareKeys(a, b APIKey) int {
	return cmp.Or(cmp.Compare(a.UserName, b.UserName), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// NewAPIKey is what a key is created with.
type NewAPIKey struct {
	// UserID and UserName are those of the user the key is for. The list tells the name: without it, a create whose
	// response was lost cannot be settled.
	UserID, UserName string
	Name             string
	// CollectionID may be "".
	CollectionID string
	// ExpiresInDays and InactivityIntervalDays are from 1; nil is none.
	ExpiresInDays, InactivityIntervalDays *int64
}

// CreatedAPIKey is a key that was just created.
type CreatedAPIKey struct {
	APIKey
	// Secret is the key itself, which is returned only once.
	Secret string
}

// clockTolerance is how much earlier than its create was sent a key may have been created: the Date header tells whole
// seconds.
const clockTolerance = 2 * time.Second

// CreateAPIKey creates a key. Keys that look alike are created one after the other; all others at the same time.
//
// For lost responses see apiclient.Listings.Create. h2oGPTe returns a secret only once, so that no key is adopted. None
// is deleted either: an equal one may be another user's. The error is ErrUncertain then, with what appeared as its
// candidates. It is ErrUnsupported, and no key is left behind, if the service does not know inactivity intervals.
func (c *Client) CreateAPIKey(ctx context.Context, k NewAPIKey) (*CreatedAPIKey, error) {
	var (
		created  *CreatedAPIKey
		earliest time.Time
	)
	made, err := c.keys.Create(ctx, apiclient.Creation[APIKey]{
		Op: opCreate, Turn: fmt.Sprintf("%q %q %q", k.Name, k.UserID, k.CollectionID),
		Send: func(ctx context.Context) (key APIKey, id string, err error) {
			// Now that the turn has come, and a listing has told the service's time.
			earliest = c.conn.Clock.Now().Add(-clockTolerance)
			if created, err = c.post(ctx, k); err != nil {
				return APIKey{}, "", err
			}
			return created.APIKey, created.ID, nil
		},
		MayBe: func(key *APIKey) bool {
			return (key.CreatedAt.IsZero() || !key.CreatedAt.Before(earliest)) && key.mayBe(k)
		},
	})
	if err != nil {
		return nil, err
	}
	if k.InactivityIntervalDays != nil && created.InactivityIntervalDays == nil {
		return nil, c.takeBack(ctx, created)
	}
	if created.CreatedAt.IsZero() {
		created.CreatedAt = made.CreatedAt
	}
	return created, nil
}

// mayBe says whether the key may be what was asked for, if the service has its own way to write things.
func (key *APIKey) mayBe(k NewAPIKey) bool {
	alike := func(listed, asked string) bool {
		return listed == "" || asked == "" || strings.EqualFold(strings.TrimSpace(listed), strings.TrimSpace(asked))
	}
	return alike(key.Name, k.Name) && alike(key.UserName, k.UserName) && alike(key.CollectionID, k.CollectionID)
}

func (c *Client) post(ctx context.Context, k NewAPIKey) (*CreatedAPIKey, error) {
	r := c.request(opCreate, http.MethodPost, c.pathOfKeys())
	r.Body = struct {
		UserID             string `json:"user_id"`
		Name               string `json:"name"`
		CollectionID       string `json:"collection_id,omitempty"`
		ExpiresIn          string `json:"expires_in,omitempty"`
		InactivityInterval *int64 `json:"inactivity_interval,omitempty"`
	}{k.UserID, k.Name, k.CollectionID, interval(k.ExpiresInDays), k.InactivityIntervalDays}
	answer, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	created, err := decodeCreated(answer.Body, k)
	if created != nil {
		c.conn.Secrets.Learn(created.Secret)
	}
	if errors.Is(err, errNoObject) {
		return nil, c.foreign(r, answer)
	}
	if err != nil {
		return nil, c.conn.Foreign(r, answer, err.Error())
	}
	return created, nil
}

var errNoObject = errors.New("the response is not a JSON object")

// decodeCreated reads the response to a create, which has to hold the secret and a valid id. If the rest is invalid, the
// key is as it was asked for, so that it is not lost. The errors hold nothing of the response.
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
		return nil, errors.New("the response holds no secret")
	}
	id, key, err := decodeKey(answer.APIKey)
	if id == "" || apiclient.Spells(id, secret) {
		return nil, errors.New("the response does not identify the created key")
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

// takeBack deletes a key that was created without the inactivity interval that was asked for, and returns why.
func (c *Client) takeBack(ctx context.Context, made *CreatedAPIKey) error {
	const message = "this h2oGPTe does not support inactivity intervals: it created the key without one, and the key "
	e := &Error{Op: opCreate, Section: section, Err: ErrUnsupported, Message: message + "was deleted"}
	if err := c.DeleteAPIKey(ctx, made.ID, made.CreatedAt); err != nil {
		e.SentAt, e.Candidates, e.Err = c.conn.Clock.Now(), []string{made.ID}, errors.Join(ErrUnsupported, ErrUncertain, err)
		e.Message = fmt.Sprintf("%scould not be deleted (%v)", message, err)
	}
	return e
}
