// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"cmp"
	"context"
	"crypto/md5" //nolint:gosec // G501: EGS uses it for the ids of keys.
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// APIKey is an API key with the values that EGS lists.
type APIKey struct {
	// ID is the lowercase hexadecimal MD5 of the secret. The id is not sensitive.
	ID string
	// Secret is the secret of the key, or "" if EGS does not return secrets in lists.
	Secret             string
	Name               string
	Description        string
	Role               string
	ServiceAccountName string
	// WorkspaceName is "" for a key without a workspace.
	WorkspaceName string
	// UserName can differ in letter case from the name in the create request.
	UserName string
	// ValidUntil is the last day on which the key is valid, in the format YYYY-MM-DD.
	ValidUntil string
	// TokenTTLSeconds is the lifetime of the key's access tokens in seconds, or 0 if the list does not contain the lifetime.
	TokenTTLSeconds int64
}

// APIKeyID returns the id of the key with this secret: the MD5 of the secret in lowercase hexadecimal. The id in the example of
// the EGS REST page and the name of the key's Kubernetes Secret have this form.
func APIKeyID(secret string) string {
	sum := md5.Sum([]byte(secret)) //nolint:gosec // G401: see the import.
	return hex.EncodeToString(sum[:])
}

// NewAPIKey has the arguments of CreateAPIKey.
type NewAPIKey struct {
	Name string
	// Role is Owner, Editor or Viewer.
	Role     string
	UserName string
	// Description is optional.
	Description string
	// WorkspaceName is required for Editor and Viewer.
	WorkspaceName string
	// ValidUntil is a date that is not in the past, in the format YYYY-MM-DD.
	ValidUntil string
	// Temporary reports whether the key is only for one run. If it is true and a response is lost, CreateAPIKey does
	// not adopt an equal key, because that key could belong to another run.
	Temporary bool
	// Unsaved reports whether the caller does not store the secret. Then CreateAPIKey returns an error if EGS does not return
	// secrets in lists, because the key could not be deleted later without its secret.
	Unsaved bool
}

// KeyRef identifies a key.
type KeyRef struct {
	ID string
	// Secret is the key's secret, or "" if the secret is unknown. A listed key matches if it has the same id or the same
	// secret. If Secret is "", a listed key also matches if ID is the MD5 of the listed secret.
	Secret string
	// WorkspaceName is the key's workspace. It is "" if the key has no workspace, or if the workspace is unknown. If the
	// credentials have no permission to list all keys, the client lists only the keys of this workspace.
	WorkspaceName string
	// Role is the key's role, or "" if the role is unknown.
	Role string
	// Created is the time of the key's creation by the clock of EGS. It is zero if the time is unknown or long ago. A recently
	// created key can be missing in lists.
	Created time.Time
}

// Names of the member with the expiry date in a create request. The Python SDK has sent sdkDialect since 2025-03. The REST page
// of EGS 1.13.0 documents restDialect.
const sdkDialect, restDialect = "validity", "validUntil"

// CreatedAPIKey is the result of CreateAPIKey.
type CreatedAPIKey struct {
	// APIKey has the values of the request and the secret of the response. CreateAPIKey derives the id and the service account
	// from these values, as EGS documents. If Adopted is true, APIKey is the listed key instead.
	APIKey
	// CreatedAt is the time of the creation by the clock of EGS.
	CreatedAt time.Time
	// Adopted reports whether the response was lost and CreateAPIKey found the key in a list. The key is then the only new key
	// with the values of the request.
	Adopted bool
	// SecretHidden reports whether the list before the create contained a key without its secret.
	SecretHidden bool
	// Duplicates are the ids of other keys with the same name, role, user and workspace. The list before the create contained
	// them, and this client did not create them.
	Duplicates []string
}

// CreateAPIKey creates a key. Creates of keys with the same name, role, user and workspace run one after the other. All other
// creates run concurrently. If EGS rejects the request with sdkDialect as malformed (400 or 422), EGS has created no key. Then
// CreateAPIKey sends the request with restDialect. For lost responses see apiclient.Listings.Create.
func (c *Client) CreateAPIKey(ctx context.Context, k NewAPIKey) (*CreatedAPIKey, error) {
	if _, err := c.tokens.get(ctx, ""); err != nil {
		return nil, err
	}
	creation := apiclient.Creation[APIKey]{
		Op: opCreate, Turn: fmt.Sprintf("%q", k.kind()), Filter: k.WorkspaceName, ListForbidden: refusesListing,
		NotVisible: func(l *apiclient.Listing[APIKey]) error {
			return c.sees(l, KeyRef{WorkspaceName: k.WorkspaceName, Role: k.Role})
		},
		Refuse: func(before *apiclient.Listing[APIKey]) error {
			if k.Unsaved && hidesSecrets(before) {
				return &Error{Op: opCreate, Message: "EGS does not return secrets in lists, so the state must store the secret, but the " +
					"plan does not store it; plan again"}
			}
			return nil
		},
		Send: func(ctx context.Context) (APIKey, string, error) {
			secret, err := c.createInAnyDialect(ctx, k)
			key := k.created(secret)
			return key, key.ID, err
		},
		MayEqual: func(key *APIKey) bool { return key.mayEqual(k) },
		Unusable: func(key *APIKey) error {
			if key.Secret == "" {
				return errors.New("a matching key appeared after the request, but its secret is lost: EGS does not return secrets in lists")
			}
			return nil
		},
	}
	if !k.Temporary {
		creation.Equal = func(key *APIKey) bool { return key.is(k) }
	}
	result, err := c.keys.Create(ctx, creation)
	if err != nil {
		return nil, err
	}
	created := &CreatedAPIKey{APIKey: result.Item, CreatedAt: result.CreatedAt, Adopted: result.Adopted != ""}
	if result.Before == nil {
		return created, nil
	}
	created.SecretHidden = hidesSecrets(result.Before)
	for i := range result.Before.Items {
		other := &result.Before.Items[i]
		if other.kind() == k.kind() && !c.keys.IsOurs(other.ID) && !c.keys.IsDeleted(other.ID) {
			created.Duplicates = append(created.Duplicates, other.ID)
		}
	}
	return created, nil
}

func hidesSecrets(l *apiclient.Listing[APIKey]) bool {
	return slices.ContainsFunc(l.Items, func(key APIKey) bool { return key.Secret == "" })
}

// HidesSecrets reports whether the list of keys for this workspace contains a key without its secret. It returns false if the
// list request fails.
func (c *Client) HidesSecrets(ctx context.Context, workspace string) bool {
	l, err := c.keys.Get(ctx, workspace)
	return err == nil && hidesSecrets(l)
}

// Acknowledge records that the caller knows the key, so that later creates do not return the key in Duplicates.
func (c *Client) Acknowledge(id, workspace string) { c.keys.Created(id, workspace) }

// Deleted reports whether this client deleted the key.
func (c *Client) Deleted(id string) bool { return c.keys.IsDeleted(id) }

// Touched reports whether this client created the key, or the caller passed the key to Touch.
func (c *Client) Touched(id string) bool { return c.keys.IsTouched(id) }

// Touch records that the caller changes the key in this run.
func (c *Client) Touch(id string) { c.keys.Touch(id) }

// kind has the values by which a user identifies a key. Keys with equal values are duplicates.
type kind struct{ name, role, user, workspace string }

func (key *APIKey) kind() kind {
	return kind{key.Name, key.Role, strings.ToLower(key.UserName), key.WorkspaceName}
}

func (k *NewAPIKey) kind() kind {
	return kind{k.Name, k.Role, strings.ToLower(k.UserName), k.WorkspaceName}
}

// mayEqual reports whether the listed key could be the requested key. EGS could list some values in a form that differs from
// the request, so mayEqual compares only the name and the workspace, both loosely.
func (key *APIKey) mayEqual(k NewAPIKey) bool {
	sameName := strings.EqualFold(strings.TrimSpace(key.Name), strings.TrimSpace(k.Name))
	return sameName && (key.WorkspaceName == k.WorkspaceName || key.WorkspaceName == "" || k.WorkspaceName == "")
}

func (key *APIKey) is(k NewAPIKey) bool {
	return key.kind() == k.kind() && key.Description == k.Description && key.ValidUntil == k.ValidUntil
}

// created returns the key for a request that EGS answered with this secret. As EGS documents, the id is the MD5 of the secret,
// and the service account follows from role and workspace.
func (k *NewAPIKey) created(secret string) APIKey {
	accounts := map[string]string{"Editor": editorAccount + k.WorkspaceName, "Viewer": viewerAccount + k.WorkspaceName}
	return APIKey{
		ID: APIKeyID(secret), Secret: secret, Name: k.Name, Description: k.Description, Role: k.Role,
		ServiceAccountName: cmp.Or(accounts[k.Role], ownerAccount), WorkspaceName: k.WorkspaceName,
		UserName: k.UserName, ValidUntil: k.ValidUntil,
	}
}

func (c *Client) createInAnyDialect(ctx context.Context, k NewAPIKey) (string, error) {
	if known := c.dialect.Load(); known != nil {
		return c.create(ctx, k, *known)
	}
	secret, err := c.create(ctx, k, sdkDialect)
	if !apiclient.IsStatus(err, http.StatusBadRequest, http.StatusUnprocessableEntity) {
		return secret, err
	}
	secret, again := c.create(ctx, k, restDialect)
	second, ok := errors.AsType[*Error](again)
	if !ok || !apiclient.IsStatus(again, http.StatusBadRequest, http.StatusUnprocessableEntity) {
		return secret, again
	}
	return "", apiclient.Changed(err, func(e *Error) {
		// One message is about the member name, and the other message is about the actual error. The client cannot tell which
		// is which.
		if e.Message != second.Message {
			e.Message = "the controller refused the request in both forms: " +
				e.Message + " (with `" + sdkDialect + "`); " + second.Message + " (with `" + restDialect + "`)"
		}
	})
}

func (c *Client) create(ctx context.Context, k NewAPIKey, dialect string) (string, error) {
	body := map[string]string{"name": k.Name, "role": k.Role}
	for name, value := range map[string]string{
		"userName": k.UserName, "description": k.Description, "workspaceName": k.WorkspaceName, dialect: k.ValidUntil,
	} {
		if value != "" {
			body[name] = value
		}
	}
	r := c.request(opCreate, http.MethodPost, "/api/v1/api-key")
	r.Body, r.Writes = body, true
	data, err := c.call(ctx, r)
	if err != nil {
		return "", err
	}
	var response struct {
		APIKey string `json:"apiKey"`
	}
	if json.Unmarshal(data, &response) != nil || !LooksLikeSecret(response.APIKey) {
		return "", c.conn.Failed(r, Error{Status: http.StatusOK, Message: "the response contains no API key", Err: ErrUnexpectedResponse})
	}
	c.conn.Secrets.Learn(response.APIKey)
	c.dialect.Store(&dialect)
	return response.APIKey, nil
}

// DeleteAPIKey deletes the key with this id and secret. It succeeds if the key no longer exists: see apiclient.Listings.Delete.
// EGS identifies the key only by the secret. If the secret belongs to the key that the client logs in with, DeleteAPIKey sends
// no delete request and returns ErrOwnKey. If the secret could belong to another key, it sends no delete request and returns
// ErrOtherSecret.
func (c *Client) DeleteAPIKey(ctx context.Context, ref KeyRef) error {
	c.conn.Secrets.Learn(ref.Secret)
	if err := c.checkSecret(ctx, ref); err != nil {
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	}
	return c.keys.Delete(ctx, opDelete, c.ref(ref), func(ctx context.Context) (proven bool, err error) {
		r := c.request(opDelete, http.MethodDelete, "/api/v1/api-key")
		r.Body, r.Writes = map[string]string{"apiKey": ref.Secret}, true
		data, err := c.call(ctx, r)
		return err == nil && data != nil, err
	})
}

// checkSecret returns an error if the client logs in with the key, or if the secret could belong to another key. If the id is
// not the MD5 of the secret, the list must have an entry with both the id and the secret. No entry may have only the id or only
// the secret.
func (c *Client) checkSecret(ctx context.Context, ref KeyRef) error {
	refused := func(why error) error { return &Error{Op: opDelete, Err: why} }
	switch {
	case c.IsOwn(&APIKey{ID: ref.ID, Secret: ref.Secret}):
		return refused(ErrOwnKey)
	case APIKeyID(ref.Secret) == ref.ID:
		return nil
	}
	if _, err := c.APIKey(ctx, ref); err != nil {
		return err
	}
	l, err := c.keys.Get(ctx, ref.WorkspaceName)
	if err != nil {
		return err
	}
	proven := false
	for i := range l.Items {
		id, secret := l.Items[i].ID == ref.ID, l.Items[i].Secret == ref.Secret
		if id != secret {
			return refused(ErrOtherSecret)
		}
		proven = proven || id
	}
	if !proven {
		return refused(ErrOtherSecret)
	}
	return nil
}

// date returns the date from the validity of a listed key. The validity is a date, but it could also be a timestamp.
func date(s string) string {
	if len(s) > len(time.DateOnly) {
		if _, err := time.Parse(time.DateOnly, s[:len(time.DateOnly)]); err == nil {
			return s[:len(time.DateOnly)]
		}
	}
	return s
}
