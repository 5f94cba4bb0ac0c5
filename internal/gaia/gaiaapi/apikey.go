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
	// ID is the SHA-256 of the key in lowercase hexadecimal. It is not a secret.
	ID string
	// Secret is the key itself.
	Secret string
	// Permissions is documented as "read" or "write". It is "" if the key has no permissions.
	Permissions string
	// Config has the members of the key's config other than permissions, by name. It is not nil.
	Config map[string]json.RawMessage
}

// NewAPIKey holds the values for a create or an update.
type NewAPIKey struct {
	Permissions string
	// Config has all members of the config other than permissions, by name. It must not contain permissions.
	Config map[string]json.RawMessage
}

// APIKeyID returns the id of a key: the SHA-256 of the key in lowercase hexadecimal. The id does not reveal the key. The service
// itself has no ids.
func APIKeyID(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

const permissionsMember = "permissions"

// body returns the body of a create or an update: {"config":{"permissions":"read",…}}.
func (k *NewAPIKey) body() any {
	config := map[string]any{permissionsMember: k.Permissions}
	for name, value := range k.Config {
		config[name] = value
	}
	return map[string]any{"config": config}
}

// equals reports whether the key has the requested permissions and exactly the requested members of the config.
func (key *APIKey) equals(k NewAPIKey) bool {
	return key.Permissions == k.Permissions && maps.EqualFunc(key.Config, k.Config, sameJSON)
}

// written is the response to a create, an update or a delete.
type written struct {
	APIKey string `json:"api_key"`
	// Result is created, updated or deleted.
	Result string `json:"result"`
}

// checkResult returns the response to a create, an update or a delete. It returns an error if the response does not have the
// given result.
func (c *Client) checkResult(r apiclient.Call, result string, document json.RawMessage) (*written, error) {
	var resp written
	if json.Unmarshal(document, &resp) != nil || resp.Result != result {
		return nil, c.conn.Failed(r, Error{Status: http.StatusOK, Message: "the response does not say that the key was " + result, Err: ErrUnexpectedResponse})
	}
	return &resp, nil
}

// CreatedAPIKey is a key that was just created.
type CreatedAPIKey struct {
	// APIKey has the secret of the response, and the requested permissions and config.
	APIKey
	// CreatedAt is the time of the create by the service's clock.
	CreatedAt time.Time
	// Adopted is true if the response to the create was lost, and the client then found the key in the list. It was the only new
	// key there, and it had the requested permissions and config.
	Adopted bool
}

// CreateAPIKey creates a key. Creates run one after the other: keys have no names, so only the order shows which create
// created which key. For lost responses, see apiclient.Listings.Create.
func (c *Client) CreateAPIKey(ctx context.Context, k NewAPIKey) (*CreatedAPIKey, error) {
	created, err := c.keys.Create(ctx, apiclient.Creation[APIKey]{
		Op: opCreate, ListForbidden: refusesListing,
		Send: func(ctx context.Context) (APIKey, string, error) {
			key, err := c.create(ctx, k)
			return key, key.ID, err
		},
		Equal:    func(key *APIKey) bool { return key.equals(k) },
		MayEqual: func(*APIKey) bool { return true },
	})
	if err != nil {
		return nil, err
	}
	return &CreatedAPIKey{APIKey: created.Item, CreatedAt: created.CreatedAt, Adopted: created.Adopted != ""}, nil
}

func (c *Client) create(ctx context.Context, k NewAPIKey) (APIKey, error) {
	r := c.request(opCreate, http.MethodPost)
	r.Body = k.body()
	document, err := c.call(ctx, r)
	if err != nil {
		return APIKey{}, err
	}
	resp, err := c.checkResult(r, "created", document)
	if err != nil {
		return APIKey{}, err
	}
	if !isSecret(resp.APIKey) {
		return APIKey{}, c.conn.Failed(r, Error{Status: http.StatusOK, Message: "the response contains no API key", Err: ErrUnexpectedResponse})
	}
	c.conn.Secrets.Learn(resp.APIKey)
	key := APIKey{ID: APIKeyID(resp.APIKey), Secret: resp.APIKey, Permissions: k.Permissions, Config: map[string]json.RawMessage{}}
	maps.Copy(key.Config, k.Config)
	return key, nil
}

// UpdateAPIKey changes the key with the given secret. The documentation does not say whether the service replaces or merges the
// config. So k must contain all members to keep, and the service possibly also keeps members that k omits.
//
// After a 404, the error is ErrNotFound only if a list proves that the key no longer exists: a 404 can have other causes. If id
// is not the id of the secret, UpdateAPIKey sends nothing and returns ErrOtherSecret. For the parameter created, see
// DeleteAPIKey.
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

// update sends the request. The client can repeat the request, because a second update changes nothing.
func (c *Client) update(ctx context.Context, secret string, k NewAPIKey) error {
	defer c.keys.Changed()
	r := c.ofKey(opUpdate, http.MethodPut, collectionPath, secret)
	r.Body, r.Repeatable = k.body(), true
	document, err := c.call(ctx, r)
	if err != nil {
		return err
	}
	_, err = c.checkResult(r, "updated", document)
	return err
}

// DeleteAPIKey deletes the key with the given id and secret. The parameter created is the time when the key was created, by the
// service's clock. It is zero if the time is unknown.
//
// DeleteAPIKey returns no error if the key no longer exists: see apiclient.Listings.Delete. If the client logs in with the key,
// DeleteAPIKey sends nothing and returns ErrOwnKey. If id is not the id of the secret, it sends nothing and returns
// ErrOtherSecret.
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
		_, err = c.checkResult(r, "deleted", document)
		return err == nil, err
	})
}

// refused returns the error of a call that is not sent.
func (c *Client) refused(op string, why error) error {
	return &Error{Op: op, Section: section, Err: why}
}

// isSecret reports whether s is possibly an API key. The form of keys is not documented. So isSecret rejects only empty texts,
// masks such as "****abcd", control characters, and the texts "." and "..", which cannot be sent in a path.
func isSecret(s string) bool {
	return s != "" && s != "." && s != ".." && !strings.ContainsAny(s, "*•…") && !strings.Contains(s, "...") &&
		!strings.ContainsFunc(s, unicode.IsControl)
}
