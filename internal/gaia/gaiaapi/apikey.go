// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// APIKey is an API key as the service lists it.
type APIKey struct {
	// ID is the lower-case hexadecimal SHA-256 of the key; it can be shown.
	ID string
	// Secret is the key itself.
	Secret string
	// Permissions are "read" or "write", as documented; "" where the key has none.
	Permissions string
	// Config are the members of the key's config beside permissions, by name; never nil.
	Config map[string]json.RawMessage
}

// NewAPIKey is what a key is created with, or changed to.
type NewAPIKey struct {
	Permissions string
	// Config are the further members, none of which is named permissions.
	Config map[string]json.RawMessage
}

// APIKeyID is the id of a key. The service knows none; it is a digest, so that it tells nothing about the key.
func APIKeyID(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

const permissionsMember = "permissions"

// body is that of a create and an update: {"config":{"permissions":"read",…}}.
func (k *NewAPIKey) body() any {
	config := map[string]any{permissionsMember: k.Permissions}
	for name, value := range k.Config {
		config[name] = value
	}
	return map[string]any{"config": config}
}

// is says whether the key is the same as what was asked for, in every member.
func (key *APIKey) is(k NewAPIKey) bool {
	return key.Permissions == k.Permissions && maps.EqualFunc(key.Config, k.Config, sameJSON)
}

// written is the response of a write.
type written struct {
	APIKey string `json:"api_key"`
	// Result is created, updated or deleted.
	Result string `json:"result"`
}

// says returns what a write answered, or the error where that is not this result.
func (c *Client) says(r apiclient.Call, result string, document json.RawMessage) (*written, error) {
	var answer written
	if json.Unmarshal(document, &answer) != nil || answer.Result != result {
		return nil, c.conn.Failed(r, Error{Status: http.StatusOK, Message: "the response does not say that the key was " + result, Err: ErrNotGAIA})
	}
	return &answer, nil
}

// CreatedAPIKey is a key that was just created.
type CreatedAPIKey struct {
	// APIKey is what the response tells of the key, and else as it was asked for.
	APIKey
	// CreatedAt is by the service's clock.
	CreatedAt time.Time
	// Adopted says that the response was lost, and that this key is the only new one, with the config that was asked for.
	Adopted bool
}

// CreateAPIKey creates a key. Keys are created one after the other: a key has no name, so that only the order tells which
// create made which key. For lost responses see apiclient.Listings.Create.
func (c *Client) CreateAPIKey(ctx context.Context, k NewAPIKey) (*CreatedAPIKey, error) {
	made, err := c.keys.Create(ctx, apiclient.Creation[APIKey]{
		Op: opCreate, Unlisted: refusesListing,
		Send: func(ctx context.Context) (APIKey, string, error) {
			key, err := c.create(ctx, k)
			return key, key.ID, err
		},
		Equal: func(key *APIKey) bool { return key.is(k) },
		MayBe: func(*APIKey) bool { return true },
	})
	if err != nil {
		return nil, err
	}
	return &CreatedAPIKey{APIKey: made.Item, CreatedAt: made.CreatedAt, Adopted: made.Adopted != ""}, nil
}

func (c *Client) create(ctx context.Context, k NewAPIKey) (APIKey, error) {
	r := c.request(opCreate, http.MethodPost)
	r.Body = k.body()
	document, err := c.call(ctx, r)
	if err != nil {
		return APIKey{}, err
	}
	answer, err := c.says(r, "created", document)
	if err != nil {
		return APIKey{}, err
	}
	if !isSecret(answer.APIKey) {
		return APIKey{}, c.conn.Failed(r, Error{Status: http.StatusOK, Message: "the response holds no API key", Err: ErrNotGAIA})
	}
	c.conn.Secrets.Learn(answer.APIKey)
	key := APIKey{ID: APIKeyID(answer.APIKey), Secret: answer.APIKey, Permissions: k.Permissions, Config: map[string]json.RawMessage{}}
	maps.Copy(key.Config, k.Config)
	return key, nil
}

// UpdateAPIKey changes the key with this secret. Whether the service replaces its config or merges into it is not
// known: all members that are to stay have to be given, and a member that is not may stay all the same.
//
// The error is ErrNotFound where it is proven that the key no longer exists: a 404 alone may be about something else. It is
// ErrOtherSecret, and nothing is sent, where the secret is not that of the id. Created is as for DeleteAPIKey.
func (c *Client) UpdateAPIKey(ctx context.Context, id, secret string, created time.Time, k NewAPIKey) error {
	if APIKeyID(secret) != id {
		return c.refused(opUpdate, ErrOtherSecret)
	}
	err := c.update(ctx, secret, k)
	if !apiclient.IsStatus(err, http.StatusNotFound) {
		return err
	}
	if _, listErr := c.APIKey(ctx, id, created); errors.Is(listErr, ErrNotFound) {
		return listErr
	}
	return err
}

// update sends the request. It may be sent again: it comes to the same.
func (c *Client) update(ctx context.Context, secret string, k NewAPIKey) error {
	defer c.keys.Changed()
	r := c.ofKey(opUpdate, http.MethodPut, collectionPath, secret)
	r.Body, r.Repeatable = k.body(), true
	document, err := c.call(ctx, r)
	if err != nil {
		return err
	}
	_, err = c.says(r, "updated", document)
	return err
}

// DeleteAPIKey deletes the key of this id and secret, which was created at a time by the service's clock, zero
// where that is not known. A key that no longer exists is deleted: see apiclient.Listings.Delete. The error is ErrOwnKey or
// ErrOtherSecret, and nothing is sent, where another key would be deleted than the one that is meant.
func (c *Client) DeleteAPIKey(ctx context.Context, id, secret string, created time.Time) error {
	switch {
	case c.IsOwn(&APIKey{ID: id, Secret: secret}):
		return c.refused(opDelete, ErrOwnKey)
	case APIKeyID(secret) != id:
		return c.refused(opDelete, ErrOtherSecret)
	}
	return c.keys.Delete(ctx, opDelete, apiclient.Ref[APIKey]{ID: id, Created: created}, func(ctx context.Context) (proven bool, err error) {
		r := c.ofKey(opDelete, http.MethodDelete, deletionPath, secret)
		document, err := c.call(ctx, r)
		if err != nil || document == nil {
			return false, err
		}
		_, err = c.says(r, "deleted", document)
		return err == nil, err
	})
}

// refused is the error of a call that is not sent.
func (c *Client) refused(op string, why error) error {
	return &Error{Op: op, Section: section, Err: why}
}

// isSecret tells an API key from a mask ("****abcd"), and from what could be none: the form of keys is not documented.
// What looks like a step in a path could not be sent in one.
func isSecret(s string) bool {
	return s != "" && s != "." && s != ".." && !strings.ContainsAny(s, "*•…") && !strings.Contains(s, "...") &&
		!strings.ContainsFunc(s, unicode.IsControl)
}
