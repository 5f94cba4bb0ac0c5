// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"crypto/md5" //nolint:gosec // G501: the service names its keys so.
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// APIKey is an API key as the controller lists it.
type APIKey struct {
	// ID is the lower-case hexadecimal MD5 of the secret; it can be shown.
	ID string
	// Secret is the key itself; "" where the controller's list hides it.
	Secret             string
	Name               string
	Description        string
	Role               string
	ServiceAccountName string
	// WorkspaceName is "" for a key of no workspace.
	WorkspaceName string
	// UserName may differ in letter case from what the key was created with.
	UserName string
	// ValidUntil is a date, YYYY-MM-DD.
	ValidUntil string
	// TokenTTLSeconds is how long the access tokens of the key live; 0 where the
	// list does not say.
	TokenTTLSeconds int64
}

// APIKeyID is the id the controller gives to a secret: its MD5 in lower-case
// hexadecimal (as on the REST page's example, and as the key's Kubernetes Secret
// is named).
func APIKeyID(secret string) string {
	sum := md5.Sum([]byte(secret)) //nolint:gosec // G401: see the import.
	return hex.EncodeToString(sum[:])
}

// NewAPIKey is what a key is created with.
type NewAPIKey struct {
	Name string
	// Role is Owner, Editor or Viewer.
	Role string
	// UserName is the user the key is for.
	UserName string
	// Description may be "".
	Description string
	// WorkspaceName is mandatory for Editor and Viewer.
	WorkspaceName string
	// ValidUntil is a date, YYYY-MM-DD, that is not past.
	ValidUntil string
}

// KeyRef says which key is meant.
type KeyRef struct {
	ID string
	// Secret finds a key whose id is not the MD5 of its secret; it may be "".
	Secret string
	// WorkspaceName is the key's workspace, "" for none or where it is not known.
	// Credentials that may not list every key find it there.
	WorkspaceName string
	// Role is the key's role, "" where it is not known.
	Role string
}

// createBody is the body of POST /api/v1/api-key. The date has two names: see
// dialect.
type createBody struct {
	Name          string `json:"name"`
	Role          string `json:"role"`
	UserName      string `json:"userName,omitempty"`
	Description   string `json:"description,omitempty"`
	WorkspaceName string `json:"workspaceName,omitempty"`
	Validity      string `json:"validity,omitempty"`
	ValidUntil    string `json:"validUntil,omitempty"`
}

// dialect is one of the two ways controllers name things.
type dialect struct {
	name string
	date func(*createBody, string)
}

var (
	// sdkDialect is what the Python SDK sends since 2025-03.
	sdkDialect = &dialect{name: "validity", date: func(b *createBody, d string) { b.Validity = d }}
	// restDialect is what the REST page of EGS 1.13.0 documents.
	restDialect = &dialect{name: "validUntil", date: func(b *createBody, d string) { b.ValidUntil = d }}
)

// createInAnyDialect makes a key: see CreateAPIKey. Only id and secret of the
// result are set.
func (c *Client) createInAnyDialect(ctx context.Context, k NewAPIKey, try int, stop <-chan struct{}) (*APIKey, error) {
	if known := c.dialect.Load(); known != nil {
		return c.create(ctx, k, known, stop)
	}
	first, second := sdkDialect, restDialect
	if try%2 == 0 {
		// The answer that was lost may have been a refusal of the first.
		first, second = second, first
	}
	key, err := c.create(ctx, k, first, stop)
	if !apiclient.IsStatus(err, http.StatusBadRequest, http.StatusUnprocessableEntity) {
		return key, err
	}
	key, again := c.create(ctx, k, second, stop)
	if apiclient.IsStatus(again, http.StatusBadRequest, http.StatusUnprocessableEntity) {
		return nil, bothRefused(err, first, again, second)
	}
	return key, again
}

// bothRefused joins the refusals of the two dialects: one of them is about the
// name of the date, the other says what is really wrong, and only a person can
// tell which.
func bothRefused(one error, by *dialect, other error, byOther *dialect) error {
	var first, second *Error
	if !errors.As(one, &first) || !errors.As(other, &second) || first.Message == second.Message {
		return one
	}
	joined := *first
	joined.Message = "the controller refused the request in both of the forms it may know: " +
		first.Message + " (with `" + by.name + "`); " + second.Message + " (with `" + byOther.name + "`)"
	return &joined
}

func (c *Client) create(ctx context.Context, k NewAPIKey, d *dialect, stop <-chan struct{}) (*APIKey, error) {
	body := createBody{
		Name:          k.Name,
		Role:          k.Role,
		UserName:      k.UserName,
		Description:   k.Description,
		WorkspaceName: k.WorkspaceName,
	}
	d.date(&body, k.ValidUntil)
	r := request{
		op:        opCreate,
		method:    http.MethodPost,
		path:      "/api/v1/api-key",
		body:      body,
		writes:    true,
		maxAnswer: maxAnswer,
		stop:      stop,
	}
	defer c.keys.Changed()
	data, err := c.call(ctx, r)
	if err != nil {
		return nil, err
	}
	var answer struct {
		APIKey string `json:"apiKey"`
	}
	if json.Unmarshal(data, &answer) != nil || !LooksLikeSecret(answer.APIKey) {
		return nil, r.failed(Error{Status: http.StatusOK, Message: "the answer holds no API key", Err: ErrNotEGS})
	}
	c.dialect.Store(d)
	return &APIKey{ID: APIKeyID(answer.APIKey), Secret: answer.APIKey}, nil
}

// DeleteAPIKey deletes the key with this secret. A key that is gone already is
// deleted: what proves it is a complete list without it, not the refusal, since
// the status of a refused delete is not documented and a proxy may make up any. An
// answer without an envelope, which may be the controller's or anybody's, is
// proven likewise. Where the answer is lost and the key still listed, the request
// is sent again.
//
// When the context ends, a request that is under way is brought to its end within
// apiclient.Grace.
func (c *Client) DeleteAPIKey(ctx context.Context, ref KeyRef) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	// An older list still holds the key: it is no twin of the one that replaces it.
	c.Acknowledge(ref.ID)
	return apiclient.Deletion{
		Op:    opDelete,
		Thing: "key",
		Send: func(ctx context.Context, stop <-chan struct{}) (bool, error) {
			return c.delete(ctx, ref.Secret, stop)
		},
		Look: func(ctx context.Context) error {
			_, err := c.APIKey(ctx, ref)
			return err
		},
		Pause: c.transport.Pause,
	}.UntilGone(ctx)
}

// delete sends the request. The answer proves that it was done if it comes in an
// envelope.
func (c *Client) delete(ctx context.Context, secret string, stop <-chan struct{}) (proven bool, err error) {
	defer c.keys.Changed()
	data, err := c.call(ctx, request{
		op:     opDelete,
		method: http.MethodDelete,
		path:   "/api/v1/api-key",
		body: struct {
			APIKey string `json:"apiKey"`
		}{secret},
		writes:    true,
		maxAnswer: maxAnswer,
		secrets:   []string{secret},
		stop:      stop,
	})
	return err == nil && data != nil, err
}

// date takes the day out of what a list shows as a key's validity: a date, or
// perhaps a timestamp of that day.
func date(s string) string {
	if len(s) > len(time.DateOnly) {
		if _, err := time.Parse(time.DateOnly, s[:len(time.DateOnly)]); err == nil {
			return s[:len(time.DateOnly)]
		}
	}
	return s
}
