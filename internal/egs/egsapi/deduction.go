// SPDX-License-Identifier: MPL-2.0

package egsapi

import "context"

// complete tells what the answer of a create does not, and the listing that it is known
// from. After a create that was sent again that is a new one.
func (c *Client) complete(ctx context.Context, made APIKey, k NewAPIKey, again bool) (created *CreatedAPIKey, l *listing, err error) {
	if !again {
		created, l = c.deduce(made, k)
	}
	if created == nil && !again {
		// The first of a kind looks, and the others wait for what can be learnt from it.
		c.creations.first(k.accountKind(), func() { created, l, err = c.look(ctx, made, k) })
		if created == nil && err == nil {
			created, l = c.deduce(made, k)
		}
	}
	if created == nil && err == nil {
		created, l, err = c.look(ctx, made, k)
	}
	return created, l, err
}

// look reads a new key from the list.
func (c *Client) look(ctx context.Context, made APIKey, k NewAPIKey) (*CreatedAPIKey, *listing, error) {
	l, listed, err := c.find(ctx, KeyRef{ID: made.ID, Secret: made.Secret, WorkspaceName: k.WorkspaceName, Role: k.Role})
	if err != nil {
		return nil, nil, err
	}
	c.creations.add(listed.ID)
	created := &CreatedAPIKey{APIKey: *listed, SecretHidden: listed.Secret == ""}
	created.Secret = made.Secret
	if created.isExample() {
		c.creations.learn(k.accountKind(), example{listed.TokenTTLSeconds, created.SecretHidden})
	}
	return created, l, nil
}

// deduce completes a new key without a list where the latest list, or a key that this
// client made, showed that the controller does as documented with another key of the
// kind; nil where none did. So a list is not needed for every create.
func (c *Client) deduce(made APIKey, k NewAPIKey) (*CreatedAPIKey, *listing) {
	l := c.keys.latestOf(k.WorkspaceName)
	if l == nil {
		return nil, nil
	}
	e, ok := l.examples[k.accountKind()]
	if !ok {
		e, ok = c.creations.learned(k.accountKind())
	}
	if !ok {
		return nil, nil
	}
	return &CreatedAPIKey{SecretHidden: e.secretHidden, APIKey: APIKey{
		ID:                 made.ID,
		Secret:             made.Secret,
		Name:               k.Name,
		Description:        k.Description,
		Role:               k.Role,
		ServiceAccountName: serviceAccountName(k.Role, k.WorkspaceName),
		WorkspaceName:      k.WorkspaceName,
		UserName:           k.UserName,
		ValidUntil:         k.ValidUntil,
		TokenTTLSeconds:    e.tokenTTLSeconds,
	}}, l
}

// example is what a key teaches about the others of its kind.
type example struct {
	tokenTTLSeconds int64
	secretHidden    bool
}

// isExample says whether the controller does as documented with a key whose secret is
// known.
func (key *APIKey) isExample() bool {
	return key.TokenTTLSeconds > 0 && APIKeyID(key.Secret) == key.ID &&
		key.ServiceAccountName == serviceAccountName(key.Role, key.WorkspaceName)
}

// accountKind is a kind of key whose service accounts are named alike.
type accountKind struct {
	role        string
	noWorkspace bool
}

func (k *NewAPIKey) accountKind() accountKind { return accountKind{k.Role, k.WorkspaceName == ""} }

// serviceAccountName is the service account of a key, as recorded lists have it.
func serviceAccountName(role, workspace string) string {
	switch role {
	case "Editor":
		return "kubeslice-rbac-rw-slice-" + workspace
	case "Viewer":
		return "kubeslice-rbac-ro-slice-" + workspace
	default:
		return "kubeslice-rbac-rw-external-apis"
	}
}
