// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// APIKeyList is a list of keys, sorted by id. The number Unreadable includes entries that hide their key.
type APIKeyList = apiclient.List[APIKey]

// APIKeys lists all keys, including the key that the client logs in with. The comment of apiclient.Listings.Fresh describes how
// recent the list is.
func (c *Client) APIKeys(ctx context.Context) (*APIKeyList, error) { return c.keys.List(ctx, "") }

// APIKey finds a key in the list. For the parameter created, see DeleteAPIKey. The error is ErrNotFound only if lists prove that
// the key does not exist: see apiclient.Listings.Find. If the list does not show the key, but masks keys, the error is ErrHidden.
func (c *Client) APIKey(ctx context.Context, id string, created time.Time) (*APIKey, error) {
	return c.keys.Find(ctx, apiclient.Ref[APIKey]{ID: id, Created: created})
}

// refusesListing reports whether err is a response that refuses a list. With status 401 or 403, the credentials are not allowed
// to list keys. With status 404, it is possible that there are no keys.
func refusesListing(err error) bool {
	return apiclient.IsStatus(err, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound)
}

// fetch sends the list request. No error response is documented to mean that there are no keys.
func (c *Client) fetch(ctx context.Context, _ string, _ bool) (*apiclient.Listing[APIKey], error) {
	r := c.request(opList, http.MethodGet)
	r.Repeatable, r.List = true, true
	document, err := c.call(ctx, r)
	if err != nil {
		return nil, err
	}
	l, err := decodeListing(document, c.conn.MaxEntries())
	if err != nil {
		return nil, c.conn.ListFailed(r, err)
	}
	c.conn.Secrets.LearnListed("", apiclient.SecretsOf(l, func(key *APIKey) string { return key.Secret }))
	return l, nil
}

// errHidden is the error of an entry that has a mask instead of its key.
var errHidden = errors.New("the entry hides its key")

var errDuplicate = errors.New("the entry is listed twice")

type listEntry struct {
	APIKey *string         `json:"api_key"`
	Config json.RawMessage `json:"config"`
}

// decodeListing reads a list: [{"api_key":"…","config":{…}}]. It returns an error if the list has more than maxEntries entries,
// or if all configs together have more than maxEntries members. An unreadable entry does not affect the other entries.
func decodeListing(document json.RawMessage, maxEntries int) (*apiclient.Listing[APIKey], error) {
	l := &apiclient.Listing[APIKey]{}
	members := 0
	noArray, err := apiclient.Entries(document, "", maxEntries, func(entry *listEntry, err error) {
		if members > maxEntries {
			return
		}
		key, err := entry.key(err)
		members += len(key.Config)
		switch {
		case errors.Is(err, errHidden):
			l.Hidden++
			l.Inconclusive = ErrHidden
		case l.Has(key.ID):
			// If several entries have the same api_key, it is possibly a mask. So all of these entries are unreadable.
			l.Add("", key, errDuplicate)
			l.Add(key.ID, key, errDuplicate)
		default:
			l.Add(key.ID, key, err)
		}
	})
	if noArray {
		err = errors.New("the list is not a JSON array")
	}
	if members > maxEntries {
		err = fmt.Errorf("%w: its configs have more than %d members in total", apiclient.ErrListTooLarge, maxEntries)
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// key returns the key of the entry. The parameter err is the error of decoding the entry. If key returns an error, the returned
// key has at most an id.
func (e *listEntry) key(err error) (APIKey, error) {
	if err != nil {
		return APIKey{}, err
	}
	switch {
	case e.APIKey == nil && e.Config == nil:
		return APIKey{}, errors.New("the entry does not describe a key")
	case e.APIKey == nil || (!isSecret(*e.APIKey) && !strings.ContainsFunc(*e.APIKey, unicode.IsControl)):
		return APIKey{}, errHidden
	case !isSecret(*e.APIKey):
		return APIKey{}, errors.New("the entry contains control characters")
	}
	key := APIKey{ID: APIKeyID(*e.APIKey), Secret: *e.APIKey}
	if err := json.Unmarshal(e.Config, &key.Config); err != nil || key.Config == nil {
		return APIKey{ID: key.ID}, errors.New("the entry has no config")
	}
	// An entry without permissions is valid. Permissions that are not a string are an error.
	var permissions *string
	if given, ok := key.Config[permissionsMember]; ok && json.Unmarshal(given, &permissions) != nil {
		return APIKey{ID: key.ID}, errors.New("the permissions of the entry are not a string")
	}
	if permissions != nil {
		key.Permissions = *permissions
	}
	if !transport.IsPrintable(key.Permissions) {
		return APIKey{ID: key.ID}, errors.New("the entry contains control characters")
	}
	delete(key.Config, permissionsMember)
	return key, nil
}

// sameJSON reports whether two documents are equal JSON, apart from formatting.
func sameJSON(a, b json.RawMessage) bool {
	one, errOne := decodeAny(a)
	other, errOther := decodeAny(b)
	return errOne == nil && errOther == nil && reflect.DeepEqual(one, other)
}

// decodeAny decodes a document without changing the form of numbers.
func decodeAny(document json.RawMessage) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	return value, err
}
