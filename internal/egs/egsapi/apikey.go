// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"cmp"
	"context"
	"crypto/md5" //nolint:gosec // G501: the service names its keys so.
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
	// TokenTTLSeconds is how long the access tokens of the key live; 0 where the list does not say.
	TokenTTLSeconds int64
}

// APIKeyID is the id the controller gives to a secret: its MD5 in lower-case hexadecimal (as on the REST page's example,
// and as the key's Kubernetes Secret is named).
func APIKeyID(secret string) string {
	sum := md5.Sum([]byte(secret)) //nolint:gosec // G401: see the import.
	return hex.EncodeToString(sum[:])
}

// NewAPIKey is what a key is created with.
type NewAPIKey struct {
	Name string
	// Role is Owner, Editor or Viewer.
	Role     string
	UserName string
	// Description may be "".
	Description string
	// WorkspaceName is mandatory for Editor and Viewer.
	WorkspaceName string
	// ValidUntil is a date, YYYY-MM-DD, that is not past.
	ValidUntil string
	// Temporary says that the key is for one run: equal ones belong to other runs, so none is adopted.
	Temporary bool
	// Unsaved says that the caller does not keep the secret. Where the list is known to hide secrets nothing is
	// created, since nobody could delete the key.
	Unsaved bool
}

// KeyRef says which key is meant.
type KeyRef struct {
	ID string
	// Secret finds a key whose id is not the MD5 of its secret; it may be "". Then such a key is found by the MD5.
	Secret string
	// WorkspaceName is the key's workspace, "" for none or where it is not known. Credentials that may not list every key
	// find it there.
	WorkspaceName string
	// Role is the key's role, "" where it is not known.
	Role string
	// Created is when the key was created, by the controller's clock; zero where that is not known or long ago. A list may
	// not show a young key yet.
	Created time.Time
}

// The date of a create has two names: what the Python SDK sends since 2025-03, and what the REST page of EGS 1.13.0
// documents.
const sdkDialect, restDialect = "validity", "validUntil"

// CreatedAPIKey is a key that was just created.
type CreatedAPIKey struct {
	// APIKey is what the response and the documentation tell of the key.
	APIKey
	// CreatedAt is by the controller's clock.
	CreatedAt time.Time
	// Adopted says that the response was lost, and that this key is the only new one that is equal in everything.
	Adopted bool
	// SecretHidden says that the list hides secrets, as other keys in it show.
	SecretHidden bool
	// Duplicates are the ids of other keys of the same name, role, user and workspace that were listed before, and were
	// not created by this client.
	Duplicates []string
}

// CreateAPIKey creates a key. Keys that look alike are created one after the other; all others at the same time. The
// request is sent in one dialect, and in the other only where the controller refuses it as malformed (400, 422), which
// proves that nothing was created. For lost responses see apiclient.Listings.Create.
func (c *Client) CreateAPIKey(ctx context.Context, k NewAPIKey) (*CreatedAPIKey, error) {
	if _, err := c.tokens.get(ctx, ""); err != nil {
		return nil, err
	}
	creation := apiclient.Creation[APIKey]{
		Op: opCreate, Turn: fmt.Sprintf("%q", k.kind()), Filter: k.WorkspaceName, Unlisted: refusesListing,
		Unseen: func(l *apiclient.Listing[APIKey]) error {
			return c.sees(l, KeyRef{WorkspaceName: k.WorkspaceName, Role: k.Role})
		},
		Refuse: func(before *apiclient.Listing[APIKey]) error {
			if k.Unsaved && hidesSecrets(before) {
				return &Error{Op: opCreate, Message: "the list hides secrets now, but the plan does not store the secret; plan again"}
			}
			return nil
		},
		Send: func(ctx context.Context) (APIKey, string, error) {
			secret, err := c.createInAnyDialect(ctx, k)
			key := k.created(secret)
			return key, key.ID, err
		},
		MayBe: func(key *APIKey) bool { return key.mayBe(k) },
		Unusable: func(key *APIKey) error {
			if key.Secret == "" {
				return errors.New("a matching key appeared since, but its secret is lost: the list hides secrets")
			}
			return nil
		},
	}
	if !k.Temporary {
		creation.Equal = func(key *APIKey) bool { return key.is(k) }
	}
	made, err := c.keys.Create(ctx, creation)
	if err != nil {
		return nil, err
	}
	created := &CreatedAPIKey{APIKey: made.Item, CreatedAt: made.CreatedAt, Adopted: made.Adopted != ""}
	if made.Before == nil {
		return created, nil
	}
	created.SecretHidden = hidesSecrets(made.Before)
	for i := range made.Before.Items {
		other := &made.Before.Items[i]
		if other.kind() == k.kind() && !c.keys.IsOurs(other.ID) && !c.keys.IsDeleted(other.ID) {
			created.Duplicates = append(created.Duplicates, other.ID)
		}
	}
	return created, nil
}

func hidesSecrets(l *apiclient.Listing[APIKey]) bool {
	return slices.ContainsFunc(l.Items, func(key APIKey) bool { return key.Secret == "" })
}

// HidesSecrets says whether the list that a key of this workspace is in is known to hide secrets. A list without keys, and
// one that fails, do not tell.
func (c *Client) HidesSecrets(ctx context.Context, workspace string) bool {
	l, err := c.keys.Get(ctx, workspace)
	return err == nil && hidesSecrets(l)
}

// Acknowledge notes that a key is known: it is no duplicate of keys that are created later.
func (c *Client) Acknowledge(id, workspace string) { c.keys.Created(id, workspace) }

// Deleted says whether this client deleted the key, and Touched whether it created it or was told by Touch that it changed.
func (c *Client) Deleted(id string) bool { return c.keys.IsDeleted(id) }

// Touched is explained with Deleted.
func (c *Client) Touched(id string) bool { return c.keys.IsTouched(id) }

// Touch is explained with Deleted.
func (c *Client) Touch(id string) { c.keys.Touch(id) }

// kind is what makes two keys look alike to a person.
type kind struct{ name, role, user, workspace string }

func (key *APIKey) kind() kind {
	return kind{key.Name, key.Role, strings.ToLower(key.UserName), key.WorkspaceName}
}

func (k *NewAPIKey) kind() kind {
	return kind{k.Name, k.Role, strings.ToLower(k.UserName), k.WorkspaceName}
}

// mayBe says whether the key may be what was asked for, if the controller has its own way to write things.
func (key *APIKey) mayBe(k NewAPIKey) bool {
	sameName := strings.EqualFold(strings.TrimSpace(key.Name), strings.TrimSpace(k.Name))
	return sameName && (key.WorkspaceName == k.WorkspaceName || key.WorkspaceName == "" || k.WorkspaceName == "")
}

func (key *APIKey) is(k NewAPIKey) bool {
	return key.kind() == k.kind() && key.Description == k.Description && key.ValidUntil == k.ValidUntil
}

// created is the key that was asked for, as documented: its id is the MD5 of its secret, and its service account follows
// from role and workspace.
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
		// One is about the name of the date, the other says what is really wrong. Only a person can tell which.
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
	var answer struct {
		APIKey string `json:"apiKey"`
	}
	if json.Unmarshal(data, &answer) != nil || !LooksLikeSecret(answer.APIKey) {
		return "", c.conn.Failed(r, Error{Status: http.StatusOK, Message: "the response holds no API key", Err: ErrNotEGS})
	}
	c.conn.Secrets.Learn(answer.APIKey)
	c.dialect.Store(&dialect)
	return answer.APIKey, nil
}

// DeleteAPIKey deletes the key with this id and secret. A key that no longer exists is deleted: see
// apiclient.Listings.Delete. The error is ErrOwnKey or ErrOtherSecret, and nothing is sent, where EGS, which deletes by the
// secret alone, would delete a key that is not meant.
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

// checkSecret returns an error unless the secret is that of the key, and the key is not the client's own. Where ids are not
// the MD5 of the secret the list tells, as long as it shows both of them together, and no other entry shows the secret.
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

// date takes the day out of what a list shows as a key's validity: a date, or perhaps a timestamp of that day.
func date(s string) string {
	if len(s) > len(time.DateOnly) {
		if _, err := time.Parse(time.DateOnly, s[:len(time.DateOnly)]); err == nil {
			return s[:len(time.DateOnly)]
		}
	}
	return s
}
