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

// APIKey is an API key as EGS lists it.
type APIKey struct {
	// ID is the lowercase hexadecimal MD5 of the secret. It is not sensitive.
	ID string
	// Secret is the key itself, or "" if the list hides it.
	Secret             string
	Name               string
	Description        string
	Role               string
	ServiceAccountName string
	// WorkspaceName is "" for a key without a workspace.
	WorkspaceName string
	// UserName may differ in letter case from the name in the create request.
	UserName string
	// ValidUntil is a date, YYYY-MM-DD.
	ValidUntil string
	// TokenTTLSeconds is the lifetime of the key's access tokens, or 0 if the list does not contain it.
	TokenTTLSeconds int64
}

// APIKeyID returns the id of the key with this secret: the MD5 of the secret in lowercase hexadecimal. The example of the REST
// page and the name of the key's Kubernetes Secret have this form.
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
	// Description may be "".
	Description string
	// WorkspaceName is mandatory for Editor and Viewer.
	WorkspaceName string
	// ValidUntil is a date, YYYY-MM-DD, that is not in the past.
	ValidUntil string
	// Temporary is whether the key is for one run only. An equal key then belongs to another run, so CreateAPIKey does not
	// adopt it.
	Temporary bool
	// Unsaved is whether the caller does not store the secret. CreateAPIKey then creates no key if the list is known to hide
	// secrets, since the key could not be deleted later.
	Unsaved bool
}

// KeyRef identifies a key.
type KeyRef struct {
	ID string
	// Secret is the key's secret, or "" if it is unknown. A listed key matches if it has the same id or the same secret. If
	// Secret is "", a listed key also matches if ID is the MD5 of the listed secret.
	Secret string
	// WorkspaceName is the key's workspace, or "" if the key has none or its workspace is unknown. If the credentials are not
	// allowed to list all keys, the client lists the keys of this workspace.
	WorkspaceName string
	// Role is the key's role, or "" if it is unknown.
	Role string
	// Created is the time of the key's creation by the clock of EGS, or zero if that time is unknown or long ago. Lists may
	// not show a recently created key yet.
	Created time.Time
}

// Member names of the expiry date in a create request. The Python SDK has sent sdkDialect since 2025-03. The REST page of EGS
// 1.13.0 has restDialect.
const sdkDialect, restDialect = "validity", "validUntil"

// CreatedAPIKey is the result of CreateAPIKey.
type CreatedAPIKey struct {
	// APIKey has the values of the request and the secret of the response. Its id and service account are derived from these
	// values, as documented. If Adopted is true, APIKey is from the list instead.
	APIKey
	// CreatedAt is the time of the creation by the clock of EGS.
	CreatedAt time.Time
	// Adopted is whether the response was lost and APIKey is a key that appeared in the list: the only new key with the
	// attributes of the request.
	Adopted bool
	// SecretHidden is whether the list contained other keys without their secrets.
	SecretHidden bool
	// Duplicates are the ids of other keys with the same name, role, user and workspace that were listed before the create
	// and were not created by this client.
	Duplicates []string
}

// CreateAPIKey creates a key. Keys with the same name, role, user and workspace are created one after the other, and other
// keys concurrently. If EGS refuses the first dialect as malformed (400, 422), CreateAPIKey sends the request in the second
// dialect: such a refusal proves that no key was created. For lost responses see apiclient.Listings.Create.
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

// HidesSecrets reports whether the list with the keys of this workspace is known to hide secrets. It returns false if the list
// is empty or the request fails.
func (c *Client) HidesSecrets(ctx context.Context, workspace string) bool {
	l, err := c.keys.Get(ctx, workspace)
	return err == nil && hidesSecrets(l)
}

// Acknowledge records that the caller knows the key, so that later creates do not report it as a duplicate.
func (c *Client) Acknowledge(id, workspace string) { c.keys.Created(id, workspace) }

// Deleted reports whether this client deleted the key.
func (c *Client) Deleted(id string) bool { return c.keys.IsDeleted(id) }

// Touched reports whether this client created the key, or Touch was called for it.
func (c *Client) Touched(id string) bool { return c.keys.IsTouched(id) }

// Touch records that the key changed.
func (c *Client) Touch(id string) { c.keys.Touch(id) }

// kind has the values by which a user identifies a key. Keys of the same kind are duplicates.
type kind struct{ name, role, user, workspace string }

func (key *APIKey) kind() kind {
	return kind{key.Name, key.Role, strings.ToLower(key.UserName), key.WorkspaceName}
}

func (k *NewAPIKey) kind() kind {
	return kind{k.Name, k.Role, strings.ToLower(k.UserName), k.WorkspaceName}
}

// mayEqual reports whether the key may be the requested one, even if EGS lists its values in another form.
func (key *APIKey) mayEqual(k NewAPIKey) bool {
	sameName := strings.EqualFold(strings.TrimSpace(key.Name), strings.TrimSpace(k.Name))
	return sameName && (key.WorkspaceName == k.WorkspaceName || key.WorkspaceName == "" || k.WorkspaceName == "")
}

func (key *APIKey) is(k NewAPIKey) bool {
	return key.kind() == k.kind() && key.Description == k.Description && key.ValidUntil == k.ValidUntil
}

// created returns the key for which EGS returned this secret. As documented, its id is the MD5 of its secret, and its service
// account follows from role and workspace.
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
		// One of the messages is about the member name, the other about the actual error. The client cannot distinguish them.
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

// DeleteAPIKey deletes the key with this id and secret. It succeeds if the key no longer exists: see
// apiclient.Listings.Delete. EGS deletes by the secret alone. If the secret is that of the client's own key, or may be that of
// another key, DeleteAPIKey sends no request and returns ErrOwnKey or ErrOtherSecret.
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

// checkSecret returns an error if the key is the client's own, or the secret may belong to another key. If the id is not the
// MD5 of the secret, an entry of the list must have both the id and the secret, and no entry may have only one of them.
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

// date returns the date in the validity of a listed key. The validity is a date or perhaps a timestamp.
func date(s string) string {
	if len(s) > len(time.DateOnly) {
		if _, err := time.Parse(time.DateOnly, s[:len(time.DateOnly)]); err == nil {
			return s[:len(time.DateOnly)]
		}
	}
	return s
}
