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

// APIKey is an API key as h2oGPTe lists it. Lists contain no secrets.
type APIKey struct {
	ID       string
	UserName string
	Name     string
	// Hint has the last four characters of the secret.
	Hint string
	// CreatedAt is zero if the list does not contain it.
	CreatedAt time.Time
	// Active is false after the key was deactivated, which cannot be undone. Whether it is false after the key has expired
	// depends on the service.
	Active bool
	// Global is true if the key is not limited to one collection.
	Global bool
	// ExpiresAt is nil for a key that does not expire.
	ExpiresAt *time.Time
	// InactivityIntervalDays is nil if the key has no inactivity interval, and on older services.
	InactivityIntervalDays *int64
	// CollectionID and CollectionName are "" if the key is not limited to a collection.
	CollectionID, CollectionName string
}

// APIKeyList is a list of keys, sorted by username, name and id.
type APIKeyList = apiclient.List[APIKey]

func compareKeys(a, b APIKey) int {
	return cmp.Or(cmp.Compare(a.UserName, b.UserName), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// NewAPIKey has the values for a create.
type NewAPIKey struct {
	// UserID and UserName identify the user of the key. Lists contain only the username: without it, the client cannot
	// identify a key if the response to its create was lost.
	UserID, UserName string
	Name             string
	// CollectionID may be "".
	CollectionID string
	// ExpiresInDays and InactivityIntervalDays are at least 1, or nil for none.
	ExpiresInDays, InactivityIntervalDays *int64
}

// CreatedAPIKey is a key that was just created.
type CreatedAPIKey struct {
	APIKey
	// Secret is the key itself, which h2oGPTe returns only once.
	Secret string
}

// clockTolerance is the tolerance for a key that seems to be older than the request that created it. The service's time is
// only known from the Date header, in whole seconds.
const clockTolerance = 2 * time.Second

// CreateAPIKey creates a key. Creates of keys that lists cannot distinguish run one after the other, all others concurrently.
//
// For lost responses see apiclient.Listings.Create. h2oGPTe returns a secret only once, so no key is adopted. None is
// deleted either, since another user may have created an equal key. The error is ErrUncertain, with the new keys as its
// candidates. If the service does not support inactivity intervals, the key is deleted and the error is ErrUnsupported.
func (c *Client) CreateAPIKey(ctx context.Context, k NewAPIKey) (*CreatedAPIKey, error) {
	var (
		created  *CreatedAPIKey
		earliest time.Time
	)
	result, err := c.keys.Create(ctx, apiclient.Creation[APIKey]{
		Op: opCreate, Turn: fmt.Sprintf("%q %q %q", k.Name, k.UserID, k.CollectionID),
		Send: func(ctx context.Context) (key APIKey, id string, err error) {
			// Send is called after a list response, so the clock has the service's time.
			earliest = c.conn.Clock.Now().Add(-clockTolerance)
			if created, err = c.post(ctx, k); err != nil {
				return APIKey{}, "", err
			}
			return created.APIKey, created.ID, nil
		},
		MayEqual: func(key *APIKey) bool {
			return (key.CreatedAt.IsZero() || !key.CreatedAt.Before(earliest)) && key.mayEqual(k)
		},
	})
	if err != nil {
		return nil, err
	}
	if k.InactivityIntervalDays != nil && created.InactivityIntervalDays == nil {
		return nil, c.deleteUnsupported(ctx, created)
	}
	if created.CreatedAt.IsZero() {
		created.CreatedAt = result.CreatedAt
	}
	return created, nil
}

// mayEqual reports whether the key may be the requested one. The service may list values with another letter case or other white
// space, or omit them.
func (key *APIKey) mayEqual(k NewAPIKey) bool {
	matches := func(listed, requested string) bool {
		return listed == "" || requested == "" || strings.EqualFold(strings.TrimSpace(listed), strings.TrimSpace(requested))
	}
	return matches(key.Name, k.Name) && matches(key.UserName, k.UserName) && matches(key.CollectionID, k.CollectionID)
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
	resp, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	created, err := decodeCreated(resp.Body, k)
	if created != nil {
		c.conn.Secrets.Learn(created.Secret)
	}
	if errors.Is(err, errNoObject) {
		return nil, c.unexpected(r, resp)
	}
	if err != nil {
		return nil, c.conn.UnexpectedResponse(r, resp, err.Error())
	}
	return created, nil
}

var errNoObject = errors.New("the response is not a JSON object")

// decodeCreated decodes the response to a create, which must contain the secret and a valid id. If the rest is invalid, it
// returns the requested values, so that the key is not lost. Errors contain nothing of the response.
func decodeCreated(body []byte, k NewAPIKey) (*CreatedAPIKey, error) {
	var resp struct {
		SecretKey json.RawMessage `json:"secret_key"`
		APIKey    json.RawMessage `json:"api_key"`
	}
	if json.Unmarshal(body, &resp) != nil {
		return nil, errNoObject
	}
	secret := text(resp.SecretKey)
	if !isSecret(secret) {
		return nil, errors.New("the response contains no secret")
	}
	id, key, err := decodeKey(resp.APIKey)
	if id == "" || apiclient.ContainsSecret(id, secret) {
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

// isSecret reports whether the text may be a secret, and not a mask ("sk-****").
func isSecret(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r == '*' || r == '…' || unicode.IsSpace(r) || unicode.IsControl(r)
	})
}

// deleteUnsupported deletes a key that was created without the requested inactivity interval, and returns the error of the create.
func (c *Client) deleteUnsupported(ctx context.Context, created *CreatedAPIKey) error {
	const message = "this version of h2oGPTe does not support inactivity intervals: it created the key without one, and the key "
	e := &Error{Op: opCreate, Section: section, Err: ErrUnsupported, Message: message + "was deleted"}
	if err := c.DeleteAPIKey(ctx, created.ID, created.CreatedAt); err != nil {
		e.SentAt, e.Candidates, e.Err = c.conn.Clock.Now(), []string{created.ID}, errors.Join(ErrUnsupported, ErrUncertain, err)
		e.Message = fmt.Sprintf("%scould not be deleted (%v)", message, err)
	}
	return e
}
