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

// APIKeyID is the id of a key. The service knows none; it is a digest, so that it tells
// nothing about the key.
func APIKeyID(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// permissionsMember is the documented member of config.
const permissionsMember = "permissions"

// body is that of a create and an update: {"config":{"permissions":"read",…}}.
func (k *NewAPIKey) body() any {
	config := map[string]any{}
	for name, value := range k.Config {
		config[name] = value
	}
	config[permissionsMember] = k.Permissions
	return struct {
		Config map[string]any `json:"config"`
	}{config}
}

// is says whether the key is the same as what was asked for, in every member.
func (key *APIKey) is(k NewAPIKey) bool {
	return key.Permissions == k.Permissions && maps.EqualFunc(key.Config, k.Config, sameJSON)
}

// written is the answer of a write.
type written struct {
	APIKey string `json:"api_key"`
	// Result is created, updated or deleted.
	Result string `json:"result"`
}

// says returns what a write answered, or the error where that is not this result.
func (r request) says(result string, document json.RawMessage) (*written, error) {
	var answer written
	if json.Unmarshal(document, &answer) != nil || answer.Result != result {
		return nil, r.failed(Error{Status: http.StatusOK, Message: "the answer does not say that the key was " + result, Err: ErrNotGAIA})
	}
	return &answer, nil
}

// create makes a key. Only id, secret and what was asked for are set.
func (c *Client) create(ctx context.Context, k NewAPIKey, stop <-chan struct{}) (*APIKey, error) {
	defer c.keys.Changed()
	r := request{op: opCreate, method: http.MethodPost, path: collectionPath, body: k.body(), maxAnswer: maxAnswer, stop: stop}
	document, err := c.call(ctx, r)
	if err != nil {
		return nil, err
	}
	answer, err := r.says("created", document)
	if err != nil {
		return nil, err
	}
	if !isSecret(answer.APIKey) {
		return nil, r.failed(Error{Status: http.StatusOK, Message: "the answer holds no API key", Err: ErrNotGAIA})
	}
	key := &APIKey{ID: APIKeyID(answer.APIKey), Secret: answer.APIKey, Permissions: k.Permissions, Config: maps.Clone(k.Config)}
	if key.Config == nil {
		key.Config = map[string]json.RawMessage{}
	}
	return key, nil
}

// UpdateAPIKey changes the key with this secret. Whether the service replaces its config
// or merges into it is not known, so that all members that are to stay have to be given,
// and a member that is not may stay all the same.
//
// The error is ErrNotFound where a list proves that the key is gone: a 404 alone may be
// about something else.
func (c *Client) UpdateAPIKey(ctx context.Context, secret string, k NewAPIKey) error {
	err := c.update(ctx, secret, k)
	if !apiclient.IsStatus(err, http.StatusNotFound) {
		return err
	}
	if _, listErr := c.APIKey(ctx, APIKeyID(secret)); errors.Is(listErr, ErrNotFound) {
		return listErr
	}
	return err
}

// update sends the request. It may be sent again: it comes to the same.
func (c *Client) update(ctx context.Context, secret string, k NewAPIKey) error {
	defer c.keys.Changed()
	r := request{
		op: opUpdate, method: http.MethodPut, path: collectionPath, key: secret, body: k.body(), repeatable: true, maxAnswer: maxAnswer,
	}
	document, err := c.call(ctx, r)
	if err != nil {
		return err
	}
	_, err = r.says("updated", document)
	return err
}

// DeleteAPIKey deletes the key of this id and secret. A key that is gone already is
// deleted: what proves it is a complete list without it, not the refusal, since the
// status of a refused delete is not documented and a proxy may make up any. An answer
// without content, which may be the service's or anybody's, is proven likewise. Where the
// answer is lost and the key still listed, the request is sent again.
//
// When the context ends, a request that is under way is brought to its end within
// apiclient.Grace.
func (c *Client) DeleteAPIKey(ctx context.Context, id, secret string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return apiclient.Deletion{
		Op: opDelete, Thing: "key", Section: section,
		Send: func(ctx context.Context, stop <-chan struct{}) (bool, error) { return c.delete(ctx, secret, stop) },
		Look: func(ctx context.Context) error {
			_, err := c.APIKey(ctx, id)
			return err
		},
		Pause: c.transport.Pause,
	}.UntilGone(ctx)
}

// delete sends the request. The answer proves that it was done if it says so.
func (c *Client) delete(ctx context.Context, secret string, stop <-chan struct{}) (proven bool, err error) {
	defer c.keys.Changed()
	r := request{op: opDelete, method: http.MethodDelete, path: deletionPath, key: secret, maxAnswer: maxAnswer, stop: stop}
	document, err := c.call(ctx, r)
	if err != nil || document == nil {
		return false, err
	}
	_, err = r.says("deleted", document)
	return err == nil, err
}

// isSecret tells an API key from a mask ("****abcd"), and from what could be none: the
// form of keys is not documented. What looks like a step in a path could not be sent in
// one.
func isSecret(s string) bool {
	return s != "" && s != "." && s != ".." && !strings.ContainsAny(s, "*•…") && !strings.Contains(s, "...") &&
		!strings.ContainsFunc(s, unicode.IsControl)
}
