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
	// CreatedAt is zero if the list does not contain the time of the create.
	CreatedAt time.Time
	// Active is false if the key was deactivated. A deactivation cannot be undone. Whether Active is false for an expired key
	// depends on the service.
	Active bool
	// Global is true if the key is not limited to one collection.
	Global bool
	// ExpiresAt is nil for a key that does not expire.
	ExpiresAt *time.Time
	// InactivityIntervalDays is nil if the key has no inactivity interval. It is always nil in older versions of h2oGPTe.
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
	// UserID and UserName identify the user of the key. Lists contain only the username. If the response to a create is lost,
	// the client needs the username to identify the created key.
	UserID, UserName string
	Name             string
	// CollectionID is "" if the key is not limited to a collection.
	CollectionID string
	// ExpiresInDays and InactivityIntervalDays are at least 1. If a value is nil, the request omits it.
	ExpiresInDays, InactivityIntervalDays *int64
}

// CreatedAPIKey is a key that was just created.
type CreatedAPIKey struct {
	APIKey
	// Secret is the key itself. h2oGPTe returns it only once, in the response to the create.
	Secret string
}

// clockTolerance is how much older than its create request a created key can seem to be. The client reads the service's time
// from the Date header, and this header has only whole seconds.
const clockTolerance = 2 * time.Second

// CreateAPIKey creates a key. If a list cannot distinguish two keys, their creates run one after the other. All other creates run
// concurrently.
//
// For lost responses, see apiclient.Listings.Create. After a lost response, the client cannot use the created key, because
// h2oGPTe returns a secret only once. The client does not delete a key either, because another user possibly created an equal
// key. It returns ErrUncertain, and the ids of the new keys are the candidates of the error.
//
// If k has an inactivity interval, but the service does not support it, CreateAPIKey deletes the key and returns ErrUnsupported.
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

// mayEqual reports whether the listed key is possibly the requested key. It ignores differences in letter case and in white space
// at the ends of values, and values that the list omits, because the service possibly changes or omits values in this way.
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

// decodeCreated decodes the response to a create. The response must contain the secret and a valid id. If any other part is
// invalid, decodeCreated returns the requested values instead. Otherwise, the key would be lost. Errors contain no part of the
// response.
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

// isSecret reports whether s is possibly a secret. It returns false for a mask, for example "sk-****".
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
